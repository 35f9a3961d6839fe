// libjpeg-turbo, held to whole pictures and bounded work.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
//
#include <jerror.h>
#include <jpeglib.h>

namespace gatepost::hal::detail {

/// Jumps out of the library; nothing with a destructor may live between a jump and its landing.
class JpegDecompressor {
 public:
  JpegDecompressor() {
    jpeg_.err = jpeg_std_error(&errors_);
    errors_.error_exit = [](j_common_ptr jpeg) { self(jpeg).fail(); };
    errors_.emit_message = [](j_common_ptr jpeg, int level) { self(jpeg).warn(level); };
    errors_.output_message = [](j_common_ptr) {};
    progress_.progress_monitor = [](j_common_ptr jpeg) { self(jpeg).limit(); };
    jpeg_.client_data = this;
  }
  ~JpegDecompressor() { jpeg_destroy_decompress(&jpeg_); }
  JpegDecompressor(const JpegDecompressor&) = delete;
  JpegDecompressor& operator=(const JpegDecompressor&) = delete;

  /// Reads what stands before the picture; where `kept` is no 0, markers of that code are kept.
  bool begin(const unsigned char* bytes, unsigned long size, int kept = 0) {
    if (setjmp(landing_) != 0) return false;
    jpeg_create_decompress(&jpeg_);
    jpeg_.progress = &progress_;
    jpeg_mem_src(&jpeg_, bytes, size);
    if (kept != 0) jpeg_save_markers(&jpeg_, kept, 0xFFFF);
    return jpeg_read_header(&jpeg_, TRUE) == JPEG_HEADER_OK;
  }

  /// The picture, rows without gaps: `channels` bytes a pixel, as `colours` has them.
  bool read(J_COLOR_SPACE colours, std::size_t channels, std::uint8_t* pixels) {
    if (setjmp(landing_) != 0) return false;
    jpeg_.out_color_space = colours;
    jpeg_start_decompress(&jpeg_);
    while (jpeg_.output_scanline < jpeg_.output_height) {
      JSAMPROW row = pixels + channels * jpeg_.output_scanline * jpeg_.output_width;
      jpeg_read_scanlines(&jpeg_, &row, 1);
    }
    jpeg_finish_decompress(&jpeg_);
    return true;
  }

  unsigned width() const { return jpeg_.image_width; }
  unsigned height() const { return jpeg_.image_height; }
  /// CMYK and YCCK, which hold neither luma nor RGB.
  bool for_print() const { return jpeg_.num_components == 4; }
  jpeg_saved_marker_ptr markers() const { return jpeg_.marker_list; }

 private:
  static JpegDecompressor& self(j_common_ptr jpeg) { return *static_cast<JpegDecompressor*>(jpeg->client_data); }
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

  // A progressive file may ask for any number of scans, each as much work as a picture; 10 are usual.
  static constexpr std::int64_t most_scanned = 1'000'000'000;

  jpeg_decompress_struct jpeg_{};
  jpeg_error_mgr errors_{};
  jpeg_progress_mgr progress_{};
  std::jmp_buf landing_{};
};

}  // namespace gatepost::hal::detail
