#include "config/boards.hpp"

#include <vector>

#include "config/suggest.hpp"

namespace gatepost::config {
Boards::Boards(const plugin::Catalogue& catalogue) {
  for (const auto& plugin : catalogue.plugins())
    if (plugin.descriptor->kind == PluginKind::board)
      by_scheme_.emplace(plugin.descriptor->name, BoardPlugin{plugin.descriptor->make.board, plugin.copy});
}

Result<BoardPlugin> Boards::find(std::string_view scheme) const {
  if (const auto found = by_scheme_.find(scheme); found != by_scheme_.end()) return found->second;
  std::vector<std::string_view> schemes;
  for (const auto& [known, board] : by_scheme_) schemes.emplace_back(known);
  const std::string installed = schemes.empty() ? "" : "; of those that plugins drive there is " + any_of(schemes);
  return Error{"no plugin drives boards of the scheme '" + std::string(scheme) + "'", std::string(scheme),
               did_you_mean(scheme, schemes, "or install the plugin of kind board that drives it" + installed)};
}

}  // namespace gatepost::config
