// A camera's bytes ▶ luma, by the layouts that kernel.org publishes.
#include "linux/video_frame.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <cstdio>
#include <memory>
//
#include <jpeglib.h>

#include "linux/video_mode.hpp"

namespace gatepost::hal {
namespace {

using testing::ElementsAre;
using Bytes = std::vector<std::byte>;

Bytes bytes(std::initializer_list<int> values) {
  Bytes all;
  for (const int value : values) all.push_back(static_cast<std::byte>(value));
  return all;
}

// A picture that grows brighter to the right, in colour, 4:2:2 as cameras send it.
Bytes jpeg(unsigned width, unsigned height) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &memory, &size);
  jpeg.image_width = width;
  jpeg.image_height = height;
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg.comp_info[0].h_samp_factor = 2;
  jpeg.comp_info[0].v_samp_factor = 1;
  jpeg_start_compress(&jpeg, TRUE);
  std::vector<unsigned char> row(std::size_t{width} * 3);
  for (std::size_t i = 0; i < row.size(); ++i) row[i] = static_cast<unsigned char>(i / 3 * 255 / width);
  JSAMPROW in = row.data();
  while (jpeg.next_scanline < height) jpeg_write_scanlines(&jpeg, &in, 1);
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  const auto* begin = reinterpret_cast<const std::byte*>(memory);
  Bytes all(begin, begin + size);
  std::free(memory);
  return all;
}

// Without its Huffman tables (segments FF C4), as many cameras send it.
Bytes without_tables(const Bytes& whole) {
  Bytes cut(whole.begin(), whole.begin() + 2);
  std::size_t at = 2;
  while (whole[at + 1] != std::byte{0xDA}) {
    const std::size_t size =
        2 + (std::to_integer<std::size_t>(whole[at + 2]) << 8U | std::to_integer<std::size_t>(whole[at + 3]));
    const auto begin = whole.begin() + static_cast<std::ptrdiff_t>(at);
    if (whole[at + 1] != std::byte{0xC4}) cut.insert(cut.end(), begin, begin + static_cast<std::ptrdiff_t>(size));
    at += size;
  }
  cut.insert(cut.end(), whole.begin() + static_cast<std::ptrdiff_t>(at), whole.end());
  return cut;
}

TEST(VideoFrame, ReadsGreyByItsStride) {
  Image image;
  ASSERT_TRUE(read_luma({pixels::grey, 2, 2, 3}, bytes({1, 2, 99, 3, 4}), image));
  EXPECT_EQ(image.width, 2);
  EXPECT_EQ(image.height, 2);
  EXPECT_THAT(image.luma, ElementsAre(1, 2, 3, 4));
  EXPECT_FALSE(read_luma({pixels::grey, 2, 2, 3}, bytes({1, 2, 99, 3}), image)) << "its last pixel is missing";
}

// Y0 Cb Y1 Cr.
TEST(VideoFrame, ReadsEverySecondByteOfYuyv) {
  Image image;
  ASSERT_TRUE(read_luma({pixels::yuyv, 2, 2, 4}, bytes({1, 91, 2, 92, 3, 93, 4, 94}), image));
  EXPECT_THAT(image.luma, ElementsAre(1, 2, 3, 4));
  EXPECT_FALSE(read_luma({pixels::yuyv, 2, 2, 4}, bytes({1, 91, 2, 92, 3, 93, 4}), image));
}

TEST(VideoFrame, ReadsTheFirstPlaneOfNv12AndWantsTheSecond) {
  Image image;
  ASSERT_TRUE(read_luma({pixels::nv12, 2, 2, 2}, bytes({1, 2, 3, 4, 91, 92}), image));
  EXPECT_THAT(image.luma, ElementsAre(1, 2, 3, 4));
  EXPECT_FALSE(read_luma({pixels::nv12, 2, 2, 2}, bytes({1, 2, 3, 4, 91}), image));
}

TEST(VideoFrame, ReadsMjpgWithItsTablesAndWithout) {
  const auto whole = jpeg(64, 48);
  Image with, without;
  ASSERT_TRUE(read_luma({pixels::mjpg, 64, 48, 0}, whole, with));
  EXPECT_EQ(with.width, 64);
  EXPECT_LT(with.luma.front(), 10);
  EXPECT_GT(with.luma.back(), 240);
  const auto cut = without_tables(whole);
  ASSERT_LT(cut.size(), whole.size());
  ASSERT_TRUE(read_luma({pixels::mjpg, 64, 48, 0}, cut, without));
  EXPECT_EQ(with.luma, without.luma);
}

TEST(VideoFrame, FollowsTheSizeOfAnMjpg) {
  Image image;
  ASSERT_TRUE(read_luma({pixels::mjpg, 640, 480, 0}, jpeg(32, 16), image));
  EXPECT_EQ(image.width, 32);
  EXPECT_EQ(image.luma.size(), 32U * 16U);
}

TEST(VideoFrame, TakesAnMjpgThatIsFilledUpAndNoneThatIsCut) {
  auto filled = jpeg(64, 48);
  const auto whole = filled;
  filled.resize(filled.size() + 1000);
  Image image;
  EXPECT_TRUE(read_luma({pixels::mjpg, 64, 48, 0}, filled, image));
  for (const std::size_t left : {std::size_t{0}, std::size_t{1}, whole.size() / 2, whole.size() - 40}) {
    EXPECT_FALSE(read_luma({pixels::mjpg, 64, 48, 0}, {whole.data(), left}, image)) << left;
    EXPECT_EQ(image.width, 0) << "what is broken holds nothing";
  }
}

TEST(VideoFrame, RefusesLayoutsThatHoldNoPicture) {
  for (const VideoLayout& wrong :
       {VideoLayout{pixels::yuyv, 4, 2, 7}, VideoLayout{pixels::grey, 4, 2, 3}, VideoLayout{pixels::grey, 0, 2, 3},
        VideoLayout{pixels::grey, -4, 2, 3}, VideoLayout{pixels::grey, 20'000, 2, 20'000},
        VideoLayout{pixels::grey, 4, 2, -4}, VideoLayout{pixels::grey, 16'000, 16'000, 16'000},
        VideoLayout{0x34363248, 4, 2, 4}}) {
    EXPECT_FALSE(check_layout(wrong, "it")) << wrong.width << " x " << wrong.height << " by " << wrong.stride;
    Image image;
    EXPECT_FALSE(read_luma(wrong, Bytes(64), image));
  }
  EXPECT_TRUE(check_layout({pixels::mjpg, 640, 480, 0}, "it"));
}

// The memory is exactly as large as it says, so that a sanitizer sees a byte beyond.
RC_GTEST_PROP(VideoFrame, NeverReadsBeyondWhatCame, ()) {
  const VideoLayout layout{*rc::gen::element(pixels::grey, pixels::nv12, pixels::yuyv, pixels::mjpg, 7U),
                           *rc::gen::inRange(-2, 40), *rc::gen::inRange(-2, 40), *rc::gen::inRange(-10, 100)};
  const auto size = static_cast<std::size_t>(*rc::gen::inRange(0, 5000));
  const auto memory = std::make_unique<std::byte[]>(size);
  Image image;
  if (!read_luma(layout, {memory.get(), size}, image)) return;
  RC_ASSERT(image.width == layout.width && image.height == layout.height);
  RC_ASSERT(image.luma.size() == static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height));
}

}  // namespace
}  // namespace gatepost::hal
