// Pictures of cards as cameras see them: out of focus, and turned.
#pragma once

#include <gtest/gtest.h>
#include <png.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numbers>
#include <vector>

#include "world/pictures.hpp"

namespace gatepost::world {

/// The luma of a PNG file; an empty picture where it is none.
inline Picture read_luma(const std::filesystem::path& file) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_file(&png, file.c_str()) == 0) return {};
  png.format = PNG_FORMAT_GRAY;
  Picture picture{static_cast<int>(png.width), static_cast<int>(png.height), {}};
  picture.luma.resize(PNG_IMAGE_SIZE(png));
  if (png_image_finish_read(&png, nullptr, picture.luma.data(), 0, nullptr) == 0) return {};
  return picture;
}

/// What stands there; grey beyond the edge, as a table on which a card lies.
inline double luma_at(const Picture& picture, int x, int y) {
  constexpr double table = 120;
  if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) return table;
  return picture.luma[static_cast<std::size_t>(y * picture.width + x)];
}

/// Turned clockwise about its middle, on a table large enough for it.
inline Picture turned(const Picture& picture, double degrees) {
  const double angle = degrees * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
  const double across = picture.width * std::abs(c) + picture.height * std::abs(s);
  const double down = picture.width * std::abs(s) + picture.height * std::abs(c);
  Picture all{static_cast<int>(across) + 40, static_cast<int>(down) + 40, {}};
  for (int y = 0; y < all.height; ++y)
    for (int x = 0; x < all.width; ++x) {
      const double dx = x - all.width / 2.0, dy = y - all.height / 2.0;
      const double u = dx * c + dy * s + picture.width / 2.0, v = -dx * s + dy * c + picture.height / 2.0;
      const int left = static_cast<int>(std::floor(u)), top = static_cast<int>(std::floor(v));
      const double luma =
          std::lerp(std::lerp(luma_at(picture, left, top), luma_at(picture, left + 1, top), u - left),
                    std::lerp(luma_at(picture, left, top + 1), luma_at(picture, left + 1, top + 1), u - left), v - top);
      all.luma.push_back(static_cast<std::uint8_t>(luma));
    }
  return all;
}

/// Gaussian, along one direction.
inline Picture blurred_along(const Picture& picture, double sigma, bool rows) {
  const int reach = static_cast<int>(std::ceil(3 * sigma));
  std::vector<double> kernel;
  for (int i = -reach; i <= reach; ++i) kernel.push_back(std::exp(-i * i / (2 * sigma * sigma)));
  Picture soft{picture.width, picture.height, {}};
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) {
      double sum = 0, weight = 0;
      for (int i = -reach; i <= reach; ++i) {
        const double part = kernel[static_cast<std::size_t>(i + reach)];
        sum += part * (rows ? luma_at(picture, x + i, y) : luma_at(picture, x, y + i));
        weight += part;
      }
      soft.luma.push_back(static_cast<std::uint8_t>(std::lround(sum / weight)));
    }
  return soft;
}

inline Picture blurred(const Picture& picture, double sigma) {
  return blurred_along(blurred_along(picture, sigma, true), sigma, false);
}

}  // namespace gatepost::world
