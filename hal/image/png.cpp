// libpng's simplified interface (png.h, section "The simplified API"): its jumps never leave the library.
#include <png.h>

#include <string_view>

#include "image/image.hpp"

namespace gatepost::hal::detail {
namespace {

// Whether every chunk up to IEND is there (W3C PNG, section 5.3): the simplified interface stops at the last row, and
// would take a file that lost its end.
bool ends(std::span<const std::byte> bytes) {
  constexpr std::size_t head = 8, tail = 4;
  for (bytes = bytes.subspan(8); bytes.size() >= head + tail;) {
    std::size_t length = 0;
    for (int i = 0; i < 4; ++i)
      length = length << 8U | std::to_integer<std::size_t>(bytes[static_cast<std::size_t>(i)]);
    if (length > bytes.size() - head - tail) return false;
    if (std::string_view(reinterpret_cast<const char*>(bytes.data()) + 4, 4) == "IEND") return true;
    bytes = bytes.subspan(head + length + tail);
  }
  return false;
}

struct PngImage : png_image {
  PngImage() : png_image{} { version = PNG_IMAGE_VERSION; }
  ~PngImage() { png_image_free(this); }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;
};

}  // namespace

Result<Image> decode_png(std::span<const std::byte> bytes, const std::string& where) {
  PngImage png;
  if (!ends(bytes) || png_image_begin_read_from_memory(&png, bytes.data(), bytes.size()) == 0) return damaged(where);
  if (auto size = bounded(png.width, png.height, where); !size) return size.error();
  const bool alpha = (png.format & PNG_FORMAT_FLAG_ALPHA) != 0;
  const bool colour = (png.format & (PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_COLORMAP)) != 0;
  png.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // 16 bits a channel are no promise that light is linear
  png.format = alpha ? PNG_FORMAT_RGBA : colour ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(png));
  if (png_image_finish_read(&png, nullptr, pixels.data(), 0, nullptr) == 0) return damaged(where);
  const int width = static_cast<int>(png.width), height = static_cast<int>(png.height);
  if (!alpha && !colour) return Image{width, height, std::move(pixels)};
  return luma_of(pixels, width, height, alpha);
}

}  // namespace gatepost::hal::detail
