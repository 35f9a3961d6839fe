// Which of the formats, sizes and rates that a camera offers is asked of it. No device is touched here.
#pragma once

#include <cstdint>
#include <gatepost/result.hpp>
#include <optional>
#include <span>
#include <string>

namespace gatepost::hal {

/// V4L2's code of a pixel format: 'Y','U','Y','V'. Those that are read here, the cheapest first.
namespace pixels {
constexpr std::uint32_t code(char a, char b, char c, char d) {
  const auto byte = [](char letter) { return static_cast<std::uint32_t>(static_cast<unsigned char>(letter)); };
  return byte(a) | byte(b) << 8U | byte(c) << 16U | byte(d) << 24U;
}
inline constexpr std::uint32_t grey = code('G', 'R', 'E', 'Y'), nv12 = code('N', 'V', '1', '2'),
                               yuyv = code('Y', 'U', 'Y', 'V'), mjpg = code('M', 'J', 'P', 'G'),
                               jpeg = code('J', 'P', 'E', 'G');
}  // namespace pixels

struct VideoMode {
  std::uint32_t format = 0;
  int width = 0, height = 0;
  double rate = 0;  ///< pictures a second; 0: the driver does not say

  /// "MJPG 1280x720 30/s".
  std::string text() const;
};

/// What the address asks for; what is empty is ours to choose.
struct VideoWish {
  std::optional<std::uint32_t> format{};
  std::optional<int> width{}, height{};
  std::optional<double> rate{};
};

/// What is named is kept to, or it is an Error that tells what there is. For the rest: a rate that is enough (25/s, or
/// the one named), then the size nearest to 1280 x 720, then the format that costs least (GREY, NV12, YUYV, MJPG), then
/// the lowest rate that is enough.
Result<VideoMode> choose_mode(std::span<const VideoMode> offered, const VideoWish& wish, const std::string& where);

}  // namespace gatepost::hal
