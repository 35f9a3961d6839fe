// A QR code as it stands on a card.
#pragma once

#include <cstdint>
#include <gatepost/result.hpp>
#include <string_view>
#include <vector>

namespace gatepost::card {

/// Its modules, without the quiet zone.
struct Symbol {
  int side = 0;
  std::vector<std::uint8_t> modules{};  ///< row by row; 1 is dark

  bool dark(int x, int y) const {
    return modules[static_cast<std::size_t>(y) * static_cast<std::size_t>(side) + static_cast<std::size_t>(x)] != 0;
  }
};

/// At error level M, and at a higher one where that takes no further modules: on a card of a given size smaller modules
/// cost more than a higher level gives. Capitals and digits take the modes that are made for them.
Result<Symbol> symbol_of(std::string_view payload);

}  // namespace gatepost::card
