// Luma in memory, and the changes to it that make a code readable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <gatepost/reading.hpp>
#include <vector>

namespace camera {

/// Borrowed pixels, 0 black … 255 white.
struct Luma {
  const std::uint8_t* data = nullptr;
  int width = 0, height = 0, stride = 0;

  const std::uint8_t* row(int y) const { return data + static_cast<std::ptrdiff_t>(y) * stride; }
};

/// Left and top inside, right and bottom outside.
struct Box {
  int left = 0, top = 0, right = 0, bottom = 0;

  int width() const { return right - left; }
  int height() const { return bottom - top; }
  std::int64_t area() const { return std::int64_t{width()} * height(); }
};

inline Luma part(const Luma& luma, const Box& box) {
  return {luma.row(box.top) + box.left, box.width(), box.height(), luma.stride};
}

/// Owned pixels, rows without gaps.
struct Pixels {
  int width = 0, height = 0;
  std::vector<std::uint8_t> luma{};

  operator Luma() const { return {luma.data(), width, height, width}; }
};

/// The mean of each 2 x 2 pixels.
Pixels halved(const Luma& luma);
Pixels inverted(const Luma& luma);
/// Between the pixels, in straight lines.
Pixels scaled(const Luma& luma, double factor);
/// Turned about its middle, clockwise, with white where the picture has nothing; as large as it takes.
Pixels rotated(const Luma& luma, double degrees);
/// Where a pixel of the turned copy was.
gatepost::Corner before_rotation(const gatepost::Corner& corner, const Luma& luma, double degrees);
/// Edges made steeper: each pixel goes away from the mean of its surroundings (a square of 2 * reach + 1).
Pixels sharpened(const Luma& luma, int reach, double amount);
/// Without what changes slowly over the picture, such as a lamp's light: twice each pixel's distance from the mean of
/// its surroundings, about the middle grey.
Pixels evened(const Luma& luma, int reach);
/// The mean of the square of 2 * reach + 1 around each pixel.
Pixels blurred(const Luma& luma, int reach);
/// Its rows repeated, as often as it takes to be that high.
Pixels deepened(const Luma& luma, int height);
/// With a white edge, for codes that lack a quiet zone.
Pixels framed(const Luma& luma, int edge);

}  // namespace camera
