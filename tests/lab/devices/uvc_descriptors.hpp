// How a camera says what pictures it can make. USB Device Class Definition for Video Devices 1.0a, and its payload
// formats "MJPEG" and "uncompressed".
#pragma once

#include <array>

#include "devices/bytes.hpp"

namespace gatepost::lab::uvc {

enum class Transport { bulk, isochronous };
enum class Format : std::uint8_t { mjpeg = 1, yuyv = 2 };  ///< by their numbers in the descriptors

struct Size {
  std::uint16_t width, height;
};
constexpr std::array<Size, 3> sizes{{{640, 480}, {320, 240}, {1280, 720}}};  ///< by their numbers, from 1

/// Between two frames, in the 100 ns that the class counts in: 15 and 30 a second.
constexpr std::array<std::uint32_t, 2> intervals{666'666, 333'333};

constexpr std::uint8_t endpoint = 1, control_interface = 0, streaming_interface = 1;
constexpr std::uint32_t bulk_payload = 16'384;        ///< a payload's size, header included
constexpr std::uint32_t isochronous_payload = 3'072;  ///< three packets of 1024 a microframe

Bytes configuration(Transport transport);

}  // namespace gatepost::lab::uvc
