// A camera's frames, asked for by V4L2 with memory that is shared with the kernel.
#pragma once

#include <linux/videodev2.h>
#include <sys/mman.h>

#include <vector>

#include "devices/picture.hpp"
#include "file.hpp"
//
#include <cstdio>
//
#include <jpeglib.h>

namespace gatepost::lab {

class VideoStream {
 public:
  VideoStream(const std::string& node, std::uint32_t format, unsigned width, unsigned height)
      : file_(node), format_(format), width_(static_cast<int>(width)), height_(static_cast<int>(height)) {
    v4l2_format wanted{};
    wanted.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    wanted.fmt.pix.width = width;
    wanted.fmt.pix.height = height;
    wanted.fmt.pix.pixelformat = format;
    EXPECT_EQ(file_.ask(VIDIOC_S_FMT, &wanted), 0);
    EXPECT_EQ(wanted.fmt.pix.pixelformat, format);
    share_buffers();
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    EXPECT_EQ(file_.ask(VIDIOC_STREAMON, &type), 0);
  }
  ~VideoStream() {
    for (auto& [memory, size] : buffers_) ::munmap(memory, size);
  }

  struct Frame {
    Bytes data{};
    bool wrong = false;  ///< as the driver says
    int failure = 0;     ///< an errno; nothing came of it
  };
  Frame frame(std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    if (!file_.ready(patience)) return {};
    auto buffer = described(0);
    if (const int failure = file_.ask(VIDIOC_DQBUF, &buffer); failure != 0) return {{}, false, -failure};
    const auto* memory = static_cast<const std::uint8_t*>(buffers_.at(buffer.index).first);
    Frame frame{Bytes(memory, memory + buffer.bytesused), (buffer.flags & V4L2_BUF_FLAG_ERROR) != 0, 0};
    EXPECT_EQ(file_.ask(VIDIOC_QBUF, &buffer), 0);
    return frame;
  }

  /// The next frame's brightness; empty when there is none, or it is not whole.
  Picture picture() {
    const auto next = frame();
    if (next.wrong || next.data.empty()) return wall(16, 16, 0);
    return decoded(next.data);
  }

  Picture decoded(const Bytes& data) const {
    if (format_ == V4L2_PIX_FMT_MJPEG) return luma_of_jpeg(data);
    Picture picture = wall(width_, height_, 0);
    for (std::size_t i = 0; i < picture.luma.size() && 2 * i < data.size(); ++i) picture.luma[i] = data[2 * i];
    return picture;
  }

 private:
  static v4l2_buffer described(unsigned index) {
    v4l2_buffer buffer{};
    buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    buffer.memory = V4L2_MEMORY_MMAP;
    buffer.index = index;
    return buffer;
  }
  void share_buffers() {
    v4l2_requestbuffers request{};
    request.count = 4;
    request.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    request.memory = V4L2_MEMORY_MMAP;
    EXPECT_EQ(file_.ask(VIDIOC_REQBUFS, &request), 0);
    for (unsigned i = 0; i < request.count; ++i) {
      auto buffer = described(i);
      EXPECT_EQ(file_.ask(VIDIOC_QUERYBUF, &buffer), 0);
      buffers_.emplace_back(::mmap(nullptr, buffer.length, PROT_READ, MAP_SHARED, file_.descriptor(), buffer.m.offset),
                            buffer.length);
      EXPECT_EQ(file_.ask(VIDIOC_QBUF, &buffer), 0);
    }
  }
  static Picture luma_of_jpeg(const Bytes& data) {
    jpeg_decompress_struct jpeg{};
    jpeg_error_mgr errors{};
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, data.data(), data.size());
    jpeg_read_header(&jpeg, TRUE);
    jpeg.out_color_space = JCS_GRAYSCALE;
    jpeg_start_decompress(&jpeg);
    Picture picture = wall(static_cast<int>(jpeg.output_width), static_cast<int>(jpeg.output_height), 0);
    while (jpeg.output_scanline < jpeg.output_height) {
      JSAMPROW row = picture.luma.data() + std::size_t{jpeg.output_scanline} * jpeg.output_width;
      jpeg_read_scanlines(&jpeg, &row, 1);
    }
    jpeg_destroy_decompress(&jpeg);
    return picture;
  }

  File file_;
  std::uint32_t format_;
  int width_, height_;
  std::vector<std::pair<void*, std::size_t>> buffers_;
};

}  // namespace gatepost::lab
