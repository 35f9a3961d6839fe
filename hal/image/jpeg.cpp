// JPEG straight to its own luma: it stores it (JFIF 1.02, the same weights as ours).
#include "image/image.hpp"
#include "image/jpeg_decompressor.hpp"

namespace gatepost::hal::detail {

Result<Image> decode_jpeg(std::span<const std::byte> bytes, const std::string& where) {
  JpegDecompressor jpeg;
  if (!jpeg.begin(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size())) return damaged(where);
  if (auto size = bounded(jpeg.width(), jpeg.height(), where); !size) return size.error();
  if (jpeg.for_print()) return Error{"is a JPEG in the colours of a printer (CMYK)", where, "save it in RGB"};
  Image image{static_cast<int>(jpeg.width()), static_cast<int>(jpeg.height()), {}};
  image.luma.resize(std::size_t{jpeg.width()} * jpeg.height());
  if (!jpeg.read(JCS_GRAYSCALE, 1, image.luma.data())) return damaged(where);
  return image;
}

}  // namespace gatepost::hal::detail
