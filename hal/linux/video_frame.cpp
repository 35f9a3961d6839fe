#include "linux/video_frame.hpp"

#include <algorithm>

#include "linux/video_mode.hpp"

namespace gatepost::hal {
namespace {

bool is_jpeg(std::uint32_t format) { return format == pixels::mjpg || format == pixels::jpeg; }

std::size_t bytes_of_row(const VideoLayout& layout) {
  return static_cast<std::size_t>(layout.width) * (layout.format == pixels::yuyv ? 2 : 1);
}

// A frame is whole with all its planes: one that is cut in its colours was cut, and its luma may be of two pictures.
// The last row of a plane need not be filled up to its stride.
std::size_t whole(const VideoLayout& layout) {
  auto rows = static_cast<std::size_t>(layout.height);
  if (layout.format == pixels::nv12) rows += rows / 2;  // Cb and Cr in turn, of every second row
  return static_cast<std::size_t>(layout.stride) * (rows - 1) + bytes_of_row(layout);
}

}  // namespace

Result<void> check_layout(const VideoLayout& layout, const std::string& where) {
  const auto size = [](int side) { return static_cast<std::uint64_t>(std::max(side, 0)); };
  if (auto bounded = detail::bounded(size(layout.width), size(layout.height), where); !bounded)
    return Error{"the camera settles on pictures of " + std::to_string(layout.width) + " x " +
                     std::to_string(layout.height) + " pixels",
                 where, "set size= in its address to one of at most 64 megapixels"};
  const bool known = is_jpeg(layout.format) || layout.format == pixels::grey || layout.format == pixels::nv12 ||
                     layout.format == pixels::yuyv;
  if (!known || (!is_jpeg(layout.format) && (layout.stride < 0 || size(layout.stride) < bytes_of_row(layout))))
    return Error{"the camera settles on pictures that cannot be read", where, "set format= in its address"};
  return {};
}

bool read_luma(const VideoLayout& layout, std::span<const std::byte> bytes, Image& into) {
  into.width = into.height = 0;
  if (is_jpeg(layout.format)) {
    auto image = detail::decode_jpeg(bytes, {});
    if (!image) return false;
    into = std::move(*image);
    return true;
  }
  if (!check_layout(layout, {}) || bytes.size() < whole(layout)) return false;
  const auto width = static_cast<std::size_t>(layout.width), height = static_cast<std::size_t>(layout.height);
  into.luma.resize(width * height);
  auto out = into.luma.begin();
  for (std::size_t y = 0; y < height; ++y) {
    const auto row = bytes.subspan(y * static_cast<std::size_t>(layout.stride), bytes_of_row(layout));
    const auto* in = reinterpret_cast<const std::uint8_t*>(row.data());
    if (layout.format == pixels::yuyv)
      for (std::size_t x = 0; x < width; ++x) *out++ = in[2 * x];
    else
      out = std::copy_n(in, width, out);
  }
  into.width = layout.width;
  into.height = layout.height;
  return true;
}

}  // namespace gatepost::hal
