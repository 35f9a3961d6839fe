// Cameras that send other pictures than they announced, or none.
#include <gmock/gmock.h>

#include "devices/uvc_camera.hpp"
#include "liars.hpp"
#include "storm.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;
using Fault = UvcCamera::Fault;

LiarSite site_of(const UvcCamera& camera, const std::string& mode) {
  return {"  liar: { plugin: uvc_camera, device: '" + camera.address() + "?" + mode + "' }\n", {{"main", "liar: in"}}};
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

// Pictures without compression have no size of their own: what is too small for what was settled on is none.
TEST_F(LyingCamera, IsRefusedWhenItChangesItsSizeWithoutCompression) {
  if (!is_campaign()) GTEST_SKIP() << "takes long: GATEPOST_STORM asks for it";
  LiarSite site = site_of(liar, "size=320x240&format=YUYV");
  ASSERT_TRUE(site->recorded("device up liar")) << site.said();
  liar.fault(Fault::resized);
  EXPECT_TRUE(site.refuses("liar", "has stalled: no picture for 2 s")) << site.said();
  EXPECT_TRUE(site.other_lane_works()) << site.said();
}

TEST_F(LyingCamera, IsReadOnWhenItsSizeChangesAndRefusedForNoiseForNothingAndForTooMuch) {
  LiarSite site = site_of(liar, "size=640x480&format=MJPG");
  ASSERT_TRUE(site->recorded("device up liar")) << site.said();
  liar.fault(Fault::resized);
  liar.show(qr_code("E000002"));
  EXPECT_TRUE(site->recorded("attempt granted E000002")) << site.said();
  EXPECT_FALSE(site->recorded("device down liar", 1, 0ms)) << site.said();
  const auto before = Holdings::of(site->engine().pid());
  std::ptrdiff_t ups = 1;
  for (const auto& [fault, why] :
       {std::pair(Fault::noise, "none of them whole"), std::pair(Fault::empty, "no picture for"),
        std::pair(Fault::swollen, "none of them whole")}) {
    SCOPED_TRACE(static_cast<int>(fault));
    liar.fault(fault);
    ASSERT_TRUE(site->recorded("device down liar", ups)) << site.said();
    EXPECT_TRUE(site.refuses("liar", why)) << site.said();
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
