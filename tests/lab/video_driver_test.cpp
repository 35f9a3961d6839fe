// A camera of another driver, vivid: formats and knobs that the camera on USB does not have.
#include <gmock/gmock.h>
#include <linux/videodev2.h>

#include <filesystem>
#include <fstream>
#include <gatepost/hal/camera.hpp>
#include <numeric>

#include "file.hpp"

namespace gatepost::lab {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// Vivid as a webcam, loaded for one test.
class Vivid : public testing::Test {
 protected:
  Vivid() {
    EXPECT_EQ(std::system("modprobe vivid n_devs=1 node_types=0x1 num_inputs=1 input_types=0"), 0);
    for (const auto& entry : std::filesystem::directory_iterator("/sys/class/video4linux")) {
      std::string name;
      std::getline(std::ifstream(entry.path() / "name"), name);
      if (name.find("vivid") != name.npos) node = "/dev/" + entry.path().filename().string();
    }
    EXPECT_FALSE(node.empty());
  }
  ~Vivid() override { EXPECT_EQ(std::system("modprobe -r vivid"), 0); }

  std::unique_ptr<hal::Camera> opened(const std::string& options) const {
    auto camera = hal::open_camera(*hal::Address::parse("v4l2:" + node + options, "/"));
    EXPECT_TRUE(camera) << to_line(camera.error());
    return camera ? std::move(*camera) : nullptr;
  }
  std::string refusal(const std::string& options) const {
    const auto camera = hal::open_camera(*hal::Address::parse("v4l2:" + node + options, "/"));
    return camera ? "opened" : to_line(camera.error());
  }
  int knob(std::uint32_t id) const {
    v4l2_control control{id, 0};
    EXPECT_EQ(File(node).ask(VIDIOC_G_CTRL, &control), 0);
    return control.value;
  }

  std::string node;
};

// The test picture's bars are as bright in every format, but for how each rounds.
TEST_F(Vivid, LooksTheSameInEachFormat) {
  std::vector<double> means;
  for (const char* format : {"YUYV", "NV12", "GREY"}) {
    const auto camera = opened(std::string("?size=640x360&format=") + format);
    ASSERT_TRUE(camera) << format;
    const auto frame = camera->next({});
    ASSERT_TRUE(frame && *frame) << format;
    EXPECT_EQ((*frame)->width, 640);
    EXPECT_EQ((*frame)->height, 360);
    const auto luma = (*frame)->luma;
    means.push_back(std::accumulate(luma.begin(), luma.end(), 0.0) / static_cast<double>(luma.size()));
  }
  EXPECT_GT(means[0], 30);
  EXPECT_NEAR(means[1], means[0], 3);
  EXPECT_NEAR(means[2], means[0], 12) << "vivid makes GREY of the full range";
}

// Vivid gives 1280 x 720 at no more than 15/s.
TEST_F(Vivid, TakesTheCheapestFormatWhereItMayChoose) {
  const auto camera = opened("");
  ASSERT_TRUE(camera);
  EXPECT_THAT(camera->identity(), AllOf(HasSubstr("vivid"), HasSubstr("GREY 640x480 25/s")));
}

TEST_F(Vivid, SetsItsKnobsAndPutsThemBack) {
  const int before = knob(V4L2_CID_BRIGHTNESS), gain_before = knob(V4L2_CID_AUTOGAIN);
  {
    const auto camera = opened("?brightness=200&gain=77");
    ASSERT_TRUE(camera);
    EXPECT_EQ(knob(V4L2_CID_BRIGHTNESS), 200);
    EXPECT_EQ(knob(V4L2_CID_GAIN), 77);
    EXPECT_EQ(knob(V4L2_CID_AUTOGAIN), 0) << "or the gain would not stay";
  }
  EXPECT_EQ(knob(V4L2_CID_BRIGHTNESS), before);
  EXPECT_EQ(knob(V4L2_CID_AUTOGAIN), gain_before);
}

TEST_F(Vivid, SaysWhichKnobsThereAreAndHowFarTheyTurn) {
  EXPECT_THAT(refusal("?brightness=4711"), HasSubstr("brightness= with 0 to 255"));
  EXPECT_THAT(refusal("?focus=3"), HasSubstr("has no 'focus'"));
  EXPECT_THAT(refusal("?exposure=soon"), HasSubstr("'exposure' is not right"));
}

TEST_F(Vivid, IsInUseByOneAlone) {
  const auto camera = opened("");
  ASSERT_TRUE(camera);
  EXPECT_THAT(refusal(""), HasSubstr("is in use"));
}

}  // namespace
}  // namespace gatepost::lab
