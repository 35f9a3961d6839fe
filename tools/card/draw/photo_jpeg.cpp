// A JPEG in RGB, and the way in which the camera was held.
#include <array>

#include "card/draw/photo.hpp"
#include "image/jpeg_decompressor.hpp"

namespace gatepost::card::detail {
namespace {

int orientation_of(jpeg_saved_marker_ptr markers) {
  for (const auto* marker = markers; marker != nullptr; marker = marker->next)
    if (const int told = orientation_in({marker->data, marker->data_length}); told != 1) return told;
  return 1;
}

/// Numbers of a TIFF file in its own byte order; 0 beyond its end.
class Tiff {
 public:
  explicit Tiff(std::span<const std::uint8_t> bytes) : bytes_(bytes), little_(!bytes.empty() && bytes[0] == 'I') {}

  std::uint32_t number(std::size_t at, std::size_t size) const {
    if (at > bytes_.size() || bytes_.size() - at < size) return 0;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8U | bytes_[at + (little_ ? size - 1 - i : i)];
    return value;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  bool little_;
};

}  // namespace

int orientation_in(std::span<const std::uint8_t> segment) {
  constexpr std::array<std::uint8_t, 6> exif{'E', 'x', 'i', 'f', 0, 0};
  constexpr std::uint32_t orientation_tag = 274;
  if (segment.size() < 14 || !std::equal(exif.begin(), exif.end(), segment.begin())) return 1;
  const Tiff tiff(segment.subspan(exif.size()));
  const std::size_t directory = tiff.number(4, 4);
  const std::size_t entries = tiff.number(directory, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + 12 * i;
    if (tiff.number(entry, 2) != orientation_tag) continue;
    const auto told = tiff.number(entry + 8, 2);
    return told >= 1 && told <= 8 ? static_cast<int>(told) : 1;
  }
  return 1;
}

Result<Rgb> decode_jpeg(std::span<const std::byte> bytes, const std::string& where) {
  hal::detail::JpegDecompressor jpeg;
  if (!jpeg.begin(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), JPEG_APP0 + 1))
    return no_photo(where);
  if (auto size = bounded(jpeg.width(), jpeg.height(), where); !size) return size.error();
  if (jpeg.for_print()) return Error{"is a JPEG in the colours of a printer (CMYK)", where, "save it in RGB"};
  Rgb picture{static_cast<int>(jpeg.width()), static_cast<int>(jpeg.height()), {}, orientation_of(jpeg.markers())};
  picture.bytes.resize(std::size_t{3} * jpeg.width() * jpeg.height());
  if (!jpeg.read(JCS_RGB, 3, picture.bytes.data())) return no_photo(where);
  return picture;
}

}  // namespace gatepost::card::detail
