// Which mode is asked of a camera.
#include "linux/video_mode.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace gatepost::hal {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string chosen(const std::vector<VideoMode>& offered, const VideoWish& wish = {}) {
  const auto mode = choose_mode(offered, wish, "/dev/video0");
  return mode ? mode->text() : to_line(mode.error());
}

// As a common webcam lists itself: raw pictures are quick only while they are small.
const std::vector<VideoMode> webcam{
    {pixels::yuyv, 640, 480, 30},  {pixels::yuyv, 1280, 720, 10},  {pixels::mjpg, 640, 480, 30},
    {pixels::mjpg, 1280, 720, 30}, {pixels::mjpg, 1920, 1080, 30}, {pixels::mjpg, 1280, 720, 60},
};

TEST(VideoMode, TakesTheUsualSizeAtARateThatIsEnough) { EXPECT_EQ(chosen(webcam), "MJPG 1280x720 30/s"); }

TEST(VideoMode, TakesTheFormatThatCostsLeastWhereItIsQuickEnough) {
  auto quick = webcam;
  quick.push_back({pixels::yuyv, 1280, 720, 30});
  EXPECT_EQ(chosen(quick), "YUYV 1280x720 30/s");
  quick.push_back({pixels::nv12, 1280, 720, 30});
  EXPECT_EQ(chosen(quick), "NV12 1280x720 30/s");
  quick.push_back({pixels::grey, 1280, 720, 29.97});
  EXPECT_EQ(chosen(quick), "GREY 1280x720 29.97/s");
}

TEST(VideoMode, PrefersARateThatIsEnoughToTheUsualSize) {
  EXPECT_EQ(chosen({{pixels::yuyv, 640, 480, 30}, {pixels::yuyv, 1280, 720, 10}}), "YUYV 640x480 30/s");
  EXPECT_EQ(chosen({{pixels::yuyv, 640, 480, 5}, {pixels::yuyv, 640, 480, 15}}), "YUYV 640x480 15/s");
}

TEST(VideoMode, KeepsToWhatIsNamed) {
  EXPECT_EQ(chosen(webcam, {.format = pixels::yuyv}), "YUYV 640x480 30/s");
  EXPECT_EQ(chosen(webcam, {.format = pixels::yuyv, .width = 1280, .height = 720}), "YUYV 1280x720 10/s");
  EXPECT_EQ(chosen(webcam, {.rate = 60}), "MJPG 1280x720 60/s");
  EXPECT_THAT(chosen(webcam, {.rate = 90}), AllOf(HasSubstr("does not offer"), HasSubstr("MJPG 1920x1080 30/s")));
  EXPECT_THAT(chosen(webcam, {.width = 641, .height = 480}), HasSubstr("does not offer"));
}

TEST(VideoMode, SaysWhatACameraOffersThatCannotBeRead) {
  EXPECT_THAT(chosen({{pixels::code('H', '2', '6', '4'), 1280, 720, 30}}), HasSubstr("H264 1280x720 30/s"));
  EXPECT_THAT(chosen({{pixels::code('\n', '\x1b', '[', 'J'), 1280, 720, 30}}), HasSubstr("??[J"));
  EXPECT_THAT(chosen({}), HasSubstr("offers no pictures"));
}

TEST(VideoMode, TakesADriverThatTellsNoRate) {
  EXPECT_EQ(chosen({{pixels::grey, 752, 480, 0}}, {.rate = 60}), "GREY 752x480");
}

RC_GTEST_PROP(VideoMode, IsAlwaysOneOfThoseOffered, ()) {
  std::vector<VideoMode> offered;
  const auto count = *rc::gen::inRange(0, 20);
  for (int i = 0; i < count; ++i)
    offered.push_back({*rc::gen::element(pixels::grey, pixels::yuyv, pixels::mjpg, 0U, 0xFFFFFFFFU),
                       *rc::gen::inRange(-5, 1 << 20), *rc::gen::inRange(-5, 1 << 20),
                       *rc::gen::element(0.0, 1e-9, 25.0, 30.0, 1e12)});
  const auto mode = choose_mode(offered, {}, "it");
  if (!mode) return;
  RC_ASSERT(mode->width > 0 && mode->height > 0);
  RC_ASSERT(std::ranges::any_of(offered, [&](const VideoMode& one) { return one.text() == mode->text(); }));
}

}  // namespace
}  // namespace gatepost::hal
