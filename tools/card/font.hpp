// Letters of 5 x 7 points, with the marks that Vietnamese puts over, under and beside them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace gatepost::card {

inline constexpr int letter_height = 7;
/// Over a letter: two marks, each of three points and a gap (the tone stands over a circumflex). Under it: a gap, a
/// dot.
inline constexpr int marks_above = 8, marks_below = 2;
/// Five points and one for the gap, in which a horn stands.
inline constexpr int glyph_width = 6, glyph_height = marks_above + letter_height + marks_below;

/// Rows from the top; bit 5 is the leftmost point.
using Glyph = std::array<std::uint8_t, glyph_height>;

/// The letters of a text in UTF-8, whether it is composed (NFC) or not. Small letters look like capitals; what the font
/// lacks, and a byte that is no UTF-8, is a frame.
std::vector<Glyph> glyphs_of(std::string_view text);

}  // namespace gatepost::card
