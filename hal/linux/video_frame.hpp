// A camera's bytes ▶ luma. No device is touched here.
//
// Layouts: kernel.org, Linux Media Infrastructure, userspace API, "Image Formats": GREY and NV12 begin with the luma
// plane, row after row of `stride` bytes; YUYV is Y0 Cb Y1 Cr. MJPG is a JPEG that may lack its Huffman tables
// (ITU-T T.81, annex K.3 has them).
#pragma once

#include <cstddef>
#include <cstdint>
#include <gatepost/result.hpp>
#include <span>

#include "image/image.hpp"

namespace gatepost::hal {

/// As the driver settled on.
struct VideoLayout {
  std::uint32_t format = 0;
  int width = 0, height = 0;  ///< pixels
  int stride = 0;             ///< bytes from one row of the first plane to the next; of no meaning for MJPG
};

/// An Error for what no frame can be read by: a size out of bounds, rows that do not hold their pixels.
Result<void> check_layout(const VideoLayout& layout, const std::string& where);

/// The frame as it came, into `into`, whose memory is used again. False: it is cut or damaged, and `into` holds
/// nothing. MJPG may be of another size than was settled on. Never reads beyond `bytes`, whatever they are.
bool read_luma(const VideoLayout& layout, std::span<const std::byte> bytes, Image& into);

}  // namespace gatepost::hal
