#include "devices/picture.hpp"

#include <qrencode.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
//
#include <jpeglib.h>

namespace gatepost::lab {
namespace {

constexpr std::uint8_t grey = 128, dark = 30, bright = 230;

// Of a picture that may be changed, or may not.
template <class T>
auto& at(T& picture, int x, int y) {
  return picture
      .luma[static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) + static_cast<std::size_t>(x)];
}

// Each pixel's brightness, and no colour.
void write_rows(jpeg_compress_struct& jpeg, const Picture& picture) {
  std::vector<std::uint8_t> row(static_cast<std::size_t>(picture.width) * 3, grey);
  auto luma = picture.luma.begin();
  while (jpeg.next_scanline < jpeg.image_height) {
    for (std::size_t x = 0; x < row.size(); x += 3) row[x] = *luma++;
    JSAMPROW pixels = row.data();
    jpeg_write_scanlines(&jpeg, &pixels, 1);
  }
}

}  // namespace

Picture wall(int width, int height, std::uint8_t luma) {
  return {width, height,
          std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), luma)};
}

Picture qr_code(const std::string& text, int module) {
  constexpr int quiet = 4;
  const std::unique_ptr<QRcode, void (*)(QRcode*)> code(QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M),
                                                        QRcode_free);
  if (!code) std::abort();
  Picture picture = wall((code->width + 2 * quiet) * module, (code->width + 2 * quiet) * module, bright);
  for (int y = 0; y < code->width * module; ++y)
    for (int x = 0; x < code->width * module; ++x)
      if ((code->data[y / module * code->width + x / module] & 1U) != 0)
        at(picture, x + quiet * module, y + quiet * module) = dark;
  return picture;
}

Picture fitted(const Picture& picture, int width, int height) {
  Picture frame = wall(width, height, grey);
  if (picture.luma.empty()) return frame;
  const double scale = std::min({1.0, double(width) / picture.width, double(height) / picture.height});
  const int wide = static_cast<int>(picture.width * scale), high = static_cast<int>(picture.height * scale);
  const int left = (width - wide) / 2, top = (height - high) / 2;
  for (int y = 0; y < high; ++y)
    for (int x = 0; x < wide; ++x)
      at(frame, left + x, top + y) = at(picture, static_cast<int>(x / scale), static_cast<int>(y / scale));
  return frame;
}

Bytes yuyv_of(const Picture& picture) {
  Bytes bytes(picture.luma.size() * 2, grey);
  for (std::size_t i = 0; i < picture.luma.size(); ++i) bytes[2 * i] = picture.luma[i];
  return bytes;
}

Bytes jpeg_of(const Picture& picture) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &buffer, &size);
  jpeg.image_width = static_cast<JDIMENSION>(picture.width);
  jpeg.image_height = static_cast<JDIMENSION>(picture.height);
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_YCbCr;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, 85, TRUE);
  jpeg.comp_info[0].h_samp_factor = 2;
  jpeg.comp_info[0].v_samp_factor = 1;
  jpeg_start_compress(&jpeg, TRUE);
  write_rows(jpeg, picture);
  jpeg_finish_compress(&jpeg);
  const std::unique_ptr<unsigned char, void (*)(void*)> owned(buffer, std::free);
  jpeg_destroy_compress(&jpeg);
  return {buffer, buffer + size};
}

}  // namespace gatepost::lab
