#include "pixels.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace camera {
namespace {

Pixels blank(int width, int height, std::uint8_t value = 0) {
  return {width, height,
          std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), value)};
}

std::uint8_t* row_of(Pixels& pixels, int y) {
  return pixels.luma.data() + static_cast<std::ptrdiff_t>(y) * pixels.width;
}

std::uint8_t clamped(double value) { return static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0)); }

// Running sums along a line of `size` values that lie `step` apart; beyond an end its last value goes on.
void blur_line(const std::uint8_t* in, std::uint8_t* out, int size, int step, int reach) {
  const auto at = [&](int i) { return in[static_cast<std::ptrdiff_t>(std::clamp(i, 0, size - 1)) * step]; };
  const int window = 2 * reach + 1;
  int sum = 0;
  for (int i = -reach; i <= reach; ++i) sum += at(i);
  for (int i = 0; i < size; ++i) {
    out[static_cast<std::ptrdiff_t>(i) * step] = static_cast<std::uint8_t>((sum + window / 2) / window);
    sum += at(i + reach + 1) - at(i - reach);
  }
}

}  // namespace

Pixels halved(const Luma& luma) {
  Pixels out = blank(luma.width / 2, luma.height / 2);
  for (int y = 0; y < out.height; ++y) {
    const std::uint8_t *a = luma.row(2 * y), *b = luma.row(2 * y + 1);
    std::uint8_t* to = row_of(out, y);
    for (int x = 0; x < out.width; ++x)
      to[x] = static_cast<std::uint8_t>((a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1] + 2) >> 2);
  }
  return out;
}

Pixels inverted(const Luma& luma) {
  Pixels out = blank(luma.width, luma.height);
  for (int y = 0; y < out.height; ++y)
    std::transform(luma.row(y), luma.row(y) + luma.width, row_of(out, y),
                   [](std::uint8_t value) { return static_cast<std::uint8_t>(255 - value); });
  return out;
}

Pixels scaled(const Luma& luma, double factor) {
  Pixels out =
      blank(std::max(1, static_cast<int>(luma.width * factor)), std::max(1, static_cast<int>(luma.height * factor)));
  for (int y = 0; y < out.height; ++y) {
    const double v = std::clamp((y + 0.5) / factor - 0.5, 0.0, luma.height - 1.0);
    const int top = static_cast<int>(v), bottom = std::min(top + 1, luma.height - 1);
    const std::uint8_t *a = luma.row(top), *b = luma.row(bottom);
    std::uint8_t* to = row_of(out, y);
    for (int x = 0; x < out.width; ++x) {
      const double u = std::clamp((x + 0.5) / factor - 0.5, 0.0, luma.width - 1.0);
      const int left = static_cast<int>(u), right = std::min(left + 1, luma.width - 1);
      to[x] =
          clamped(std::lerp(std::lerp(a[left], a[right], u - left), std::lerp(b[left], b[right], u - left), v - top));
    }
  }
  return out;
}

namespace {

/// From the turned copy back to the picture.
struct Turn {
  Turn(const Luma& luma, double degrees)
      : cosine(std::cos(degrees * std::numbers::pi / 180)),
        sine(std::sin(degrees * std::numbers::pi / 180)),
        from_x((luma.width - 1) / 2.0),
        from_y((luma.height - 1) / 2.0),
        width(static_cast<int>(std::ceil(std::abs(luma.width * cosine) + std::abs(luma.height * sine)))),
        height(static_cast<int>(std::ceil(std::abs(luma.width * sine) + std::abs(luma.height * cosine)))) {}
  double x(double to_x, double to_y) const {
    return from_x + (to_x - (width - 1) / 2.0) * cosine + (to_y - (height - 1) / 2.0) * sine;
  }
  double y(double to_x, double to_y) const {
    return from_y - (to_x - (width - 1) / 2.0) * sine + (to_y - (height - 1) / 2.0) * cosine;
  }

  double cosine, sine, from_x, from_y;
  int width, height;
};

std::uint8_t between(const Luma& luma, double x, double y) {
  const int left = static_cast<int>(x), top = static_cast<int>(y);
  const int right = std::min(left + 1, luma.width - 1), bottom = std::min(top + 1, luma.height - 1);
  const std::uint8_t *a = luma.row(top), *b = luma.row(bottom);
  return clamped(std::lerp(std::lerp(a[left], a[right], x - left), std::lerp(b[left], b[right], x - left), y - top));
}

}  // namespace

Pixels rotated(const Luma& luma, double degrees) {
  const Turn turn(luma, degrees);
  Pixels out = blank(turn.width, turn.height, 255);
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x) {
      const double u = turn.x(x, y), v = turn.y(x, y);
      if (u >= 0 && v >= 0 && u <= luma.width - 1 && v <= luma.height - 1) row_of(out, y)[x] = between(luma, u, v);
    }
  return out;
}

gatepost::Corner before_rotation(const gatepost::Corner& corner, const Luma& luma, double degrees) {
  const Turn turn(luma, degrees);
  return {static_cast<int>(std::lround(turn.x(corner.x, corner.y))),
          static_cast<int>(std::lround(turn.y(corner.x, corner.y)))};
}

Pixels blurred(const Luma& luma, int reach) {
  Pixels rows = blank(luma.width, luma.height);
  for (int y = 0; y < rows.height; ++y) blur_line(luma.row(y), row_of(rows, y), rows.width, 1, reach);
  Pixels out = blank(luma.width, luma.height);
  for (int x = 0; x < out.width; ++x)
    blur_line(rows.luma.data() + x, out.luma.data() + x, out.height, out.width, reach);
  return out;
}

Pixels sharpened(const Luma& luma, int reach, double amount) {
  Pixels out = blurred(blurred(luma, reach), reach);
  for (int y = 0; y < out.height; ++y) {
    const std::uint8_t* from = luma.row(y);
    std::uint8_t* to = row_of(out, y);
    for (int x = 0; x < out.width; ++x) to[x] = clamped(from[x] + amount * (from[x] - to[x]));
  }
  return out;
}

Pixels evened(const Luma& luma, int reach) {
  Pixels out = blurred(luma, reach);
  for (int y = 0; y < out.height; ++y) {
    const std::uint8_t* from = luma.row(y);
    std::uint8_t* to = row_of(out, y);
    for (int x = 0; x < out.width; ++x) to[x] = clamped(128 + 2.0 * (from[x] - to[x]));
  }
  return out;
}

Pixels deepened(const Luma& luma, int height) {
  Pixels out = blank(luma.width, height);
  for (int y = 0; y < height; ++y)
    std::copy_n(luma.row(static_cast<int>(std::int64_t{y} * luma.height / height)), luma.width, row_of(out, y));
  return out;
}

Pixels framed(const Luma& luma, int edge) {
  Pixels out = blank(luma.width + 2 * edge, luma.height + 2 * edge, 255);
  for (int y = 0; y < luma.height; ++y) std::copy(luma.row(y), luma.row(y) + luma.width, row_of(out, y + edge) + edge);
  return out;
}

}  // namespace camera
