// How every subcommand that takes a SITE begins.
#pragma once

#include <filesystem>
#include <optional>

#include "config/load.hpp"
#include "plugin/catalogue.hpp"

namespace gatepost::cli {

/// The installed plugins and a site that uses them: keep both as long as the site is needed.
struct OpenedSite {
  plugin::Catalogue catalogue;
  config::Site site;
};

/// Loads the plugins and the site file. What is wrong or doubtful in it is printed to standard error; nothing is
/// returned when it cannot be used: leave with Exit::usage then.
std::optional<OpenedSite> open_site(const std::filesystem::path& file);

}  // namespace gatepost::cli
