// A site file ▶ a checked Site, or everything that is wrong with it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/diagnostic.hpp"
#include "config/site.hpp"
#include "plugin/catalogue.hpp"

namespace gatepost::config {

struct LoadedSite {
  std::vector<Source> sources;          ///< the site file, and what it includes
  std::optional<Site> site;             ///< there when no diagnostic is an error
  std::vector<Diagnostic> diagnostics;  ///< all of them, in the order of the file; warnings beside a site too
  std::vector<std::string> secrets;     ///< keys whose values are never shown

  /// Every diagnostic as a terminal shows it.
  std::string shown() const;
};

/// Reads and checks the file and builds every plugin's object once, to hear its own rules. Opens no device and creates
/// nothing. The Site points into the catalogue.
LoadedSite load(const std::filesystem::path& file, const plugin::Catalogue& catalogue);

/// The same for a text that would stand in `file`; what it includes is read from disk.
LoadedSite load_text(std::string text, const std::filesystem::path& file, const plugin::Catalogue& catalogue);

}  // namespace gatepost::config
