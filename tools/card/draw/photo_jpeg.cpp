// libjpeg-turbo, in RGB and with the way in which the camera was held.
#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdio>
//
#include <jerror.h>
#include <jpeglib.h>

#include "card/draw/photo.hpp"

namespace gatepost::card::detail {
namespace {

constexpr std::int64_t most_scanned = 1'000'000'000;  // pixels times scans: a progressive file may ask for any number

// Jumps out of the library; nothing with a destructor may live between a jump and its landing.
class PhotoReader {
 public:
  PhotoReader() {
    jpeg_.err = jpeg_std_error(&errors_);
    errors_.error_exit = [](j_common_ptr jpeg) { self(jpeg).fail(); };
    errors_.emit_message = [](j_common_ptr jpeg, int level) { self(jpeg).warn(level); };
    errors_.output_message = [](j_common_ptr) {};
    progress_.progress_monitor = [](j_common_ptr jpeg) { self(jpeg).limit(); };
    jpeg_.client_data = this;
  }
  ~PhotoReader() { jpeg_destroy_decompress(&jpeg_); }
  PhotoReader(const PhotoReader&) = delete;
  PhotoReader& operator=(const PhotoReader&) = delete;

  bool begin(const unsigned char* bytes, unsigned long size) {
    if (setjmp(landing_) != 0) return false;
    jpeg_create_decompress(&jpeg_);
    jpeg_.progress = &progress_;
    jpeg_mem_src(&jpeg_, bytes, size);
    jpeg_save_markers(&jpeg_, JPEG_APP0 + 1, 0xFFFF);
    return jpeg_read_header(&jpeg_, TRUE) == JPEG_HEADER_OK;
  }

  bool read(std::uint8_t* rgb) {
    if (setjmp(landing_) != 0) return false;
    jpeg_.out_color_space = JCS_RGB;
    jpeg_start_decompress(&jpeg_);
    while (jpeg_.output_scanline < jpeg_.output_height) {
      JSAMPROW row = rgb + std::size_t{3} * jpeg_.output_scanline * jpeg_.output_width;
      jpeg_read_scanlines(&jpeg_, &row, 1);
    }
    jpeg_finish_decompress(&jpeg_);
    return true;
  }

  unsigned width() const { return jpeg_.image_width; }
  unsigned height() const { return jpeg_.image_height; }
  bool for_print() const { return jpeg_.num_components == 4; }  // CMYK and YCCK
  int orientation() const {
    for (const auto* marker = jpeg_.marker_list; marker != nullptr; marker = marker->next)
      if (const int told = orientation_in({marker->data, marker->data_length}); told != 1) return told;
    return 1;
  }

 private:
  static PhotoReader& self(j_common_ptr jpeg) { return *static_cast<PhotoReader*>(jpeg->client_data); }
  [[noreturn]] void fail() { std::longjmp(landing_, 1); }

  // The library repairs what is cut or damaged and warns; half a face is none here.
  void warn(int level) {
    const int code = errors_.msg_code;
    const bool harmless = code == JWRN_EXTRANEOUS_DATA || code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM;
    if (level < 0 && !harmless) fail();
  }

  void limit() {
    if (std::int64_t{jpeg_.image_width} * jpeg_.image_height * jpeg_.input_scan_number > most_scanned) fail();
  }

  jpeg_decompress_struct jpeg_{};
  jpeg_error_mgr errors_{};
  jpeg_progress_mgr progress_{};
  std::jmp_buf landing_{};
};

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
  PhotoReader jpeg;
  if (!jpeg.begin(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size())) return no_photo(where);
  if (auto size = bounded(jpeg.width(), jpeg.height(), where); !size) return size.error();
  if (jpeg.for_print()) return Error{"is a JPEG in the colours of a printer (CMYK)", where, "save it in RGB"};
  Rgb picture{static_cast<int>(jpeg.width()), static_cast<int>(jpeg.height()), {}, jpeg.orientation()};
  picture.bytes.resize(std::size_t{3} * jpeg.width() * jpeg.height());
  if (!jpeg.read(picture.bytes.data())) return no_photo(where);
  return picture;
}

}  // namespace gatepost::card::detail
