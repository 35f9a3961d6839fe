// Pictures made in a test, in every format that Gatepost reads.
#pragma once

#include <png.h>
#include <webp/encode.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>
//
#include <jpeglib.h>

namespace gatepost::world {

struct Picture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> luma{};
};

/// A soft slope with a dark square, so that no format finds it easy.
inline Picture slope(int width = 24, int height = 16) {
  Picture picture{width, height, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      picture.luma.push_back(static_cast<std::uint8_t>(x > 6 && x < 14 && y > 4 && y < 12 ? 30 : 90 + 5 * x + 2 * y));
  return picture;
}

inline std::string png_of(const std::vector<std::uint8_t>& pixels, int width, int height, png_uint_32 format) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(width);
  png.height = static_cast<png_uint_32>(height);
  png.format = format;
  png_alloc_size_t size = 0;
  if (png_image_write_get_memory_size(png, size, 0, pixels.data(), 0, nullptr) == 0) std::abort();
  std::string bytes(size, '\0');
  if (png_image_write_to_memory(&png, bytes.data(), &size, 0, pixels.data(), 0, nullptr) == 0) std::abort();
  bytes.resize(size);
  return bytes;
}

inline std::string png_of(const Picture& picture) {
  return png_of(picture.luma, picture.width, picture.height, PNG_FORMAT_GRAY);
}

inline std::string jpeg_of(const Picture& picture, bool progressive = false) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &buffer, &size);
  jpeg.image_width = static_cast<JDIMENSION>(picture.width);
  jpeg.image_height = static_cast<JDIMENSION>(picture.height);
  jpeg.input_components = 1;
  jpeg.in_color_space = JCS_GRAYSCALE;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, 95, TRUE);
  if (progressive) jpeg_simple_progression(&jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  auto pixels = picture.luma;
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row = pixels.data() + std::size_t{jpeg.next_scanline} * jpeg.image_width;
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  std::string bytes(reinterpret_cast<char*>(buffer), size);
  jpeg_destroy_compress(&jpeg);
  std::free(buffer);
  return bytes;
}

inline std::string webp_of(const Picture& picture) {
  std::vector<std::uint8_t> rgb;
  for (const auto luma : picture.luma) rgb.insert(rgb.end(), 3, luma);
  std::uint8_t* buffer = nullptr;
  const auto size = WebPEncodeLosslessRGB(rgb.data(), picture.width, picture.height, picture.width * 3, &buffer);
  std::string bytes(reinterpret_cast<char*>(buffer), size);
  WebPFree(buffer);
  return bytes;
}

}  // namespace gatepost::world
