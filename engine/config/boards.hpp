// The relay boards whose drivers are plugins, by the scheme of their addresses.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <gatepost/host.hpp>

#include "plugin/catalogue.hpp"

namespace gatepost::config {

/// Those of one catalogue. It may be moved or go meanwhile: what is loaded stays.
class Boards {
 public:
  explicit Boards(const plugin::Catalogue& catalogue);

  /// As Host::board().
  Result<BoardPlugin> find(std::string_view scheme) const;

 private:
  std::map<std::string, BoardPlugin, std::less<>> by_scheme_;
};

}  // namespace gatepost::config
