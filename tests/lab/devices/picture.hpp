// What a camera is shown, and the frames that it makes of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "devices/bytes.hpp"

namespace gatepost::lab {

struct Picture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> luma{};  ///< row by row
};

/// A QR code with its quiet zone, each of its modules so many pixels wide.
Picture qr_code(const std::string& text, int module = 6);

/// A wall of one brightness.
Picture wall(int width, int height, std::uint8_t luma);

/// The picture in the middle of a grey one of that size; smaller where it would not fit.
Picture fitted(const Picture& picture, int width, int height);

Bytes yuyv_of(const Picture& picture);
Bytes jpeg_of(const Picture& picture);  ///< in colour, 4:2:2, as cameras send them

}  // namespace gatepost::lab
