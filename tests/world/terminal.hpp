// What must never be written to a terminal.
#pragma once

#include <string_view>

namespace gatepost::world {

/// Bytes that act on a terminal: C0 controls but the end of a line, DEL, C1 controls, and what is no UTF-8 at all.
inline bool acts_on_a_terminal(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n') || byte == 0x7F || byte == 0xFF) return true;
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  }
  return false;
}

}  // namespace gatepost::world
