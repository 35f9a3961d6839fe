// Letters of 5 x 7 points.
#pragma once

#include <array>
#include <cstdint>

namespace gatepost::card {

inline constexpr int glyph_width = 5, glyph_height = 7;

/// Seven rows from the top; bit 4 is the leftmost point. Small letters look like capitals; what it lacks is a frame.
using Glyph = std::array<std::uint8_t, glyph_height>;
Glyph glyph_of(char letter);

}  // namespace gatepost::card
