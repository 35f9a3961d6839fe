// Cameras that send other pictures than they announced, or none.
#include <gmock/gmock.h>

#include "devices/uvc_camera.hpp"
#include "liars.hpp"
#include "storm.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;
using Fault = UvcCamera::Fault;

constexpr std::uint8_t configuration = 2;

std::string camera_at(const UvcCamera& camera, const std::string& format) {
  return "plugin: uvc_camera, device: '" + camera.address() + "?size=640x480&format=" + format + "'";
}

class LyingCamera : public testing::Test {
 protected:
  void SetUp() override {
    liar.show(wall(64, 64, 128));
    liar.plug();
    ASSERT_NE(liar.video(), "");
  }
  UvcCamera liar;
};

TEST(LyingCameraAtThePlug, ADescriptorThatIsCutShortMakesNoCamera) {
  UvcCamera liar;
  liar.lie(configuration, [](std::uint8_t, Bytes truth) {
    truth.resize(100);  // in the middle of its pictures' formats
    return truth;
  });
  liar.plug();
  LiarSite site(camera_at(liar, "MJPG"));
  EXPECT_TRUE(site.refuses("is there, but the kernel made no camera of it")) << site.said();
  EXPECT_TRUE(site.other_lane_works()) << site.said();
}

TEST_F(LyingCamera, IsReadOnWhenItChangesItsSizeInMidStream) {
  LiarSite site(camera_at(liar, "MJPG"));
  liar.show(qr_code("E000001"));
  ASSERT_TRUE(site->recorded("attempt granted E000001")) << site.said();
  liar.fault(Fault::resized);
  liar.show(qr_code("E000002"));
  EXPECT_TRUE(site->recorded("attempt granted E000002")) << site.said();
  EXPECT_TRUE(site.other_lane_works()) << site.said();
  EXPECT_FALSE(site->recorded("device down liar", 1, 0ms)) << site.said();
}

// Pictures without compression have no size of their own: what is too small for what was settled on is none.
TEST_F(LyingCamera, IsRefusedWhenItChangesItsSizeWithoutCompression) {
  LiarSite site(camera_at(liar, "YUYV"));
  ASSERT_TRUE(site->recorded("device up liar")) << site.said();
  liar.fault(Fault::resized);
  EXPECT_TRUE(site.refuses("has stalled: no picture for 2 s")) << site.said();
  EXPECT_TRUE(site.other_lane_works()) << site.said();
}

TEST_F(LyingCamera, IsRefusedForNoiseForNothingAndForTooMuchAndReadWhenItIsHonest) {
  LiarSite site(camera_at(liar, "MJPG"));
  ASSERT_TRUE(site->recorded("device up liar")) << site.said();
  const auto before = Holdings::of(site->engine().pid());
  std::ptrdiff_t ups = 1;
  for (const auto& [fault, why] :
       {std::pair(Fault::noise, "none of them whole"), std::pair(Fault::empty, "no picture for"),
        std::pair(Fault::swollen, "none of them whole")}) {
    SCOPED_TRACE(static_cast<int>(fault));
    liar.fault(fault);
    ASSERT_TRUE(site->recorded("device down liar", ups)) << site.said();
    EXPECT_TRUE(site.refuses(why)) << site.said();
    EXPECT_TRUE(site.other_lane_works()) << site.said();
    liar.fault(Fault::none);
    ASSERT_TRUE(site->recorded("device up liar", ++ups)) << site.said();
  }
  liar.show(qr_code("E000003"));
  EXPECT_TRUE(site->recorded("attempt granted E000003")) << site.said();
  Holdings::have_not_grown(site->engine().pid(), before, 4096);
}

}  // namespace
}  // namespace gatepost::lab
