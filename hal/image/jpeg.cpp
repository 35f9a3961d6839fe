// libjpeg-turbo, straight to its own luma: JPEG stores it (JFIF 1.02, the same weights as ours).
#include <csetjmp>
#include <cstddef>
#include <cstdio>
//
#include <jerror.h>
#include <jpeglib.h>

#include "image/image.hpp"

namespace gatepost::hal::detail {
namespace {

// A progressive file may ask for any number of scans, each as much work as a picture; 10 are usual.
constexpr std::int64_t most_scanned = 1'000'000'000;

// Jumps out of the library; nothing with a destructor may live between a jump and its landing.
class Decompressor {
 public:
  Decompressor() {
    jpeg_.err = jpeg_std_error(&errors_);
    errors_.error_exit = [](j_common_ptr jpeg) { self(jpeg).fail(); };
    errors_.emit_message = [](j_common_ptr jpeg, int level) { self(jpeg).warn(level); };
    errors_.output_message = [](j_common_ptr) {};
    progress_.progress_monitor = [](j_common_ptr jpeg) { self(jpeg).limit(); };
    jpeg_.client_data = this;
  }
  ~Decompressor() { jpeg_destroy_decompress(&jpeg_); }
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;

  bool begin(const unsigned char* bytes, unsigned long size) {
    if (setjmp(landing_) != 0) return false;
    jpeg_create_decompress(&jpeg_);
    jpeg_.progress = &progress_;
    jpeg_mem_src(&jpeg_, bytes, size);
    return jpeg_read_header(&jpeg_, TRUE) == JPEG_HEADER_OK;
  }

  bool read(std::uint8_t* luma) {
    if (setjmp(landing_) != 0) return false;
    jpeg_.out_color_space = JCS_GRAYSCALE;
    jpeg_start_decompress(&jpeg_);
    while (jpeg_.output_scanline < jpeg_.output_height) {
      JSAMPROW row = luma + std::size_t{jpeg_.output_scanline} * jpeg_.output_width;
      jpeg_read_scanlines(&jpeg_, &row, 1);
    }
    jpeg_finish_decompress(&jpeg_);
    return true;
  }

  unsigned width() const { return jpeg_.image_width; }
  unsigned height() const { return jpeg_.image_height; }
  /// CMYK and YCCK, which hold no luma.
  bool for_print() const { return jpeg_.num_components == 4; }

 private:
  static Decompressor& self(j_common_ptr jpeg) { return *static_cast<Decompressor*>(jpeg->client_data); }
  [[noreturn]] void fail() { std::longjmp(landing_, 1); }

  // The library repairs what is cut or damaged and warns; half a picture is none here.
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

}  // namespace

Result<Image> decode_jpeg(std::span<const std::byte> bytes, const std::string& where) {
  Decompressor jpeg;
  if (!jpeg.begin(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size())) return damaged(where);
  if (auto size = bounded(jpeg.width(), jpeg.height(), where); !size) return size.error();
  if (jpeg.for_print()) return Error{"is a JPEG in the colours of a printer (CMYK)", where, "save it in RGB"};
  Image image{static_cast<int>(jpeg.width()), static_cast<int>(jpeg.height()), {}};
  image.luma.resize(std::size_t{jpeg.width()} * jpeg.height());
  if (!jpeg.read(image.luma.data())) return damaged(where);
  return image;
}

}  // namespace gatepost::hal::detail
