#include "cli/open_site.hpp"

#include <iostream>

namespace gatepost::cli {

std::optional<OpenedSite> open_site(const std::filesystem::path& file) {
  auto catalogue = plugin::Catalogue::load(plugin::search_path());
  auto loaded = config::load(file, catalogue);
  std::cerr << loaded.shown();
  if (!loaded.site) return {};
  return OpenedSite{std::move(catalogue), std::move(*loaded.site)};
}

}  // namespace gatepost::cli
