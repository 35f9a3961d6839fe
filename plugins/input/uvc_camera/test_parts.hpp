// Pictures and decoders for the tests of this folder.
#pragma once

#include <gmock/gmock.h>
#include <qrencode.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "decoder.hpp"
#include "world/pictures.hpp"

namespace camera {

namespace world = gatepost::world;

inline std::vector<std::string> usual() {
  return {"qr", "data_matrix", "aztec", "pdf417", "code128", "ean13", "ean8", "upc_a"};
}

// Modules of `size` pixels, with a quiet zone.
inline world::Picture drawn(const QRcode& code, int size) {
  const int side = (code.width + 8) * size;
  world::Picture picture{side, side, std::vector<std::uint8_t>(static_cast<std::size_t>(side * side), 230)};
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) {
      const int i = x / size - 4, j = y / size - 4;
      const bool inside = i >= 0 && j >= 0 && i < code.width && j < code.width;
      if (inside && (code.data[j * code.width + i] & 1) != 0) picture.luma[static_cast<std::size_t>(y * side + x)] = 25;
    }
  return picture;
}

inline world::Picture qr(const std::string& text, int size = 6) {
  const std::unique_ptr<QRcode, void (*)(QRcode*)> code(QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M),
                                                        QRcode_free);
  return drawn(*code, size);
}

/// Code 128 B of "AB" (ISO/IEC 15417: start B 104, A 33, B 34, check (104 + 33 + 2 * 34) mod 103 = 102, stop 106).
inline constexpr std::string_view bars_of_ab =
    "211214"
    "111323"
    "131123"
    "411131"
    "2331112";

// The same with function 3 before three B, which is for scanners (5.3.3.5): start B 104, FNC3 96, B 34 three times,
// check (104 + 96 + 34 * (2 + 3 + 4)) mod 103 = 94.
inline constexpr std::string_view bars_for_scanners =
    "211214"
    "114311"
    "131123"
    "131123"
    "131123"
    "131141"
    "2331112";

inline void draw_bars(world::Picture& picture, int left, int top, std::string_view widths = bars_of_ab) {
  bool black = true;
  for (int x = left; const char width : widths) {
    const int end = x + 2 * (width - '0');
    for (; x < end; ++x)
      for (int y = top; black && y < top + 40; ++y) picture.luma[static_cast<std::size_t>(y * picture.width + x)] = 20;
    black = !black;
  }
}

inline Luma luma_of(const world::Picture& picture) {
  return {picture.luma.data(), picture.width, picture.height, picture.width};
}

inline world::Picture bars_on_a_card(std::string_view widths = bars_of_ab) {
  world::Picture picture{220, 140, std::vector<std::uint8_t>(220 * 140, 240)};
  draw_bars(picture, 50, 50, widths);
  return picture;
}

/// Finds one code in every n-th look of those kinds; counts the looks and their pixels.
struct CountingDecoder final : camera::Decoder {
  std::vector<Code> read(const Luma& luma, const Effort& effort) const override {
    ++looks;
    hard_looks += effort.hard;
    pixels += std::int64_t{luma.width} * luma.height;
    const bool sees = answer && (effort.kinds == Kinds::all || answer->linear() == (effort.kinds == Kinds::linear));
    return sees && (!only_sharp || looks == only_sharp) ? std::vector{*answer} : std::vector<Code>{};
  }
  bool inverts() const override { return false; }

  std::optional<Code> answer{};
  int only_sharp = 0;
  mutable int looks = 0;
  mutable int hard_looks = 0;
  mutable std::int64_t pixels = 0;
};

inline Code code_named(const std::string& text, const std::string& aim) {
  return {.bytes = text, .text = text, .aim = aim};
}

}  // namespace camera
