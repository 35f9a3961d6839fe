// links: gatepost::hal
// A camera's frame: one byte for the format, two for each side, two for the stride, and then what came over USB.
#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "linux/video_frame.hpp"
#include "linux/video_mode.hpp"

using namespace gatepost::hal;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::array formats{pixels::grey, pixels::nv12, pixels::yuyv, pixels::mjpg, pixels::jpeg, 0U};
  constexpr std::size_t head = 7;
  if (size < head) return 0;
  const auto word = [&](std::size_t at) { return data[at] | data[at + 1] << 8; };
  const VideoLayout layout{formats[data[0] % formats.size()], word(1), word(3), word(5)};
  const std::size_t length = size - head;
  const auto frame = std::make_unique<std::byte[]>(length);  // exactly as large, so that a byte beyond is noticed
  std::memcpy(frame.get(), data + head, length);
  Image image;
  if (!read_luma(layout, {frame.get(), length}, image)) {
    if (image.width != 0 || image.height != 0) std::abort();
    return 0;
  }
  const auto pixels_read = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
  if (image.luma.size() != pixels_read || pixels_read == 0 || pixels_read > most_pixels) std::abort();
  return 0;
}
