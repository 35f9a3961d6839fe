// Cameras through uvcvideo and V4L2: by the HAL alone, then read by the real engine.
#include <gmock/gmock.h>

#define ZX_USE_UTF8 1  // ZXing-C++ 1.4 gives wide text unless this is set
#include <ZXing/ReadBarcode.h>

#include <gatepost/hal/camera.hpp>

#include "devices/uvc_camera.hpp"
#include "site.hpp"

namespace gatepost::lab {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using uvc::Transport;
using namespace std::chrono_literals;

std::string address_of(const UvcCamera& camera, const std::string& options = "") {
  return "v4l2:" + camera.video() + options;
}

std::unique_ptr<hal::Camera> opened(const std::string& text) {
  auto camera = hal::open_camera(*hal::Address::parse(text, "/"));
  EXPECT_TRUE(camera) << to_line(camera.error());
  return camera ? std::move(*camera) : nullptr;
}

std::string code_in(const hal::Frame& frame) {
  const ZXing::ImageView view(frame.luma.data(), frame.width, frame.height, ZXing::ImageFormat::Lum, frame.stride);
  return ZXing::ReadBarcode(view).text();
}

struct Look {
  std::string code, failure;
  int width = 0;
  Duration age{};
};

Look look(hal::Camera& camera) {
  const auto frame = camera.next({});
  if (!frame) return {.code = {}, .failure = to_line(frame.error())};
  if (!*frame) return {.code = {}, .failure = "ended"};
  return {code_in(**frame), "", (*frame)->width, SystemClock().now() - (*frame)->at};
}

// One of the next frames is so; those that were on their way may not be.
template <class F>
bool comes(hal::Camera& camera, F right) {
  for (int i = 0; i < 30; ++i)
    if (right(look(camera))) return true;
  return false;
}

bool shows(hal::Camera& camera, const std::string& code) {
  return comes(camera, [&](const Look& seen) { return seen.code == code; });
}

class CameraByV4l2 : public testing::Test {
 protected:
  CameraByV4l2() {
    camera.show(qr_code("E000001"));
    camera.plug();
  }
  UvcCamera camera;
};

TEST_F(CameraByV4l2, ReadsEachFormat) {
  for (const char* format : {"MJPG", "YUYV"}) {
    const auto open = opened(address_of(camera, std::string("?size=640x480&format=") + format));
    ASSERT_TRUE(open);
    EXPECT_TRUE(shows(*open, "E000001")) << format;
    EXPECT_THAT(open->identity(), AllOf(HasSubstr("usb "), HasSubstr(format), HasSubstr("640x480")));
  }
}

// While nobody looks the driver fills its buffers, and drops what comes later.
TEST_F(CameraByV4l2, GivesWhatIsShownNowHoweverLongNobodyLooked) {
  const auto open = opened(address_of(camera));
  ASSERT_TRUE(open);
  ASSERT_TRUE(shows(*open, "E000001"));
  ASSERT_TRUE(camera.sends(8));
  camera.show(qr_code("E000002"));
  ASSERT_TRUE(camera.sends(4));
  const auto begun = SystemClock().now();
  const Look seen = look(*open);
  EXPECT_EQ(seen.code, "E000002");
  EXPECT_GT(seen.age, 0ns);
  EXPECT_LT(seen.age, SystemClock().now() - begun + 1s) << "its time is not its own";
}

TEST_F(CameraByV4l2, RefusesWhatTheCameraDoesNotOffer) {
  for (const char* options : {"?size=123x456", "?format=GREY", "?fps=77"}) {
    const auto open = hal::open_camera(*hal::Address::parse(address_of(camera, options), "/"));
    ASSERT_FALSE(open) << options;
    EXPECT_THAT(to_line(open.error()), AllOf(HasSubstr("does not offer"), HasSubstr("MJPG 640x480"))) << options;
  }
  const auto open = hal::open_camera(*hal::Address::parse(address_of(camera, "?gain=3"), "/"));
  ASSERT_FALSE(open);
  EXPECT_THAT(to_line(open.error()), HasSubstr("has no 'gain'"));
}

TEST_F(CameraByV4l2, SaysWithinTwoSecondsThatItHasStalled) {
  const auto open = opened(address_of(camera));
  ASSERT_TRUE(open);
  ASSERT_TRUE(shows(*open, "E000001"));
  camera.fault(UvcCamera::Fault::stalled);
  Look seen;
  Duration waited{};
  while (seen.failure.empty()) {
    const auto begun = SystemClock().now();
    seen = look(*open);
    waited = SystemClock().now() - begun;
  }
  EXPECT_THAT(seen.failure, HasSubstr("has stalled"));
  EXPECT_GE(waited, 1900ms);
  EXPECT_LT(waited, 2500ms);
}

TEST_F(CameraByV4l2, PassesOverWhatIsNotWhole) {
  for (const auto fault : {UvcCamera::Fault::corrupt, UvcCamera::Fault::marked, UvcCamera::Fault::cut}) {
    const auto open = opened(address_of(camera, "?format=MJPG&size=640x480"));
    ASSERT_TRUE(open);
    camera.fault(fault);
    const auto last = [](const Look& seen) { return !seen.failure.empty(); };
    EXPECT_TRUE(comes(*open, last)) << "a picture that is not whole was given";
    camera.fault(UvcCamera::Fault::none);
    EXPECT_TRUE(shows(*open, "E000001"));
  }
}

TEST_F(CameraByV4l2, FollowsASizeThatNobodyAskedFor) {
  const auto open = opened(address_of(camera, "?format=MJPG&size=640x480"));
  ASSERT_TRUE(open);
  camera.fault(UvcCamera::Fault::resized);
  EXPECT_TRUE(comes(*open, [](const Look& seen) { return seen.width == 320 && seen.code == "E000001"; }));
}

TEST_F(CameraByV4l2, SaysThatItIsGone) {
  const auto open = opened(address_of(camera));
  ASSERT_TRUE(open);
  ASSERT_TRUE(shows(*open, "E000001"));
  camera.unplug();
  EXPECT_TRUE(comes(*open, [](const Look& seen) { return seen.failure.find("gone") != std::string::npos; }));
}

TEST_F(CameraByV4l2, StopsAtOnce) {
  const auto open = opened(address_of(camera));
  ASSERT_TRUE(open);
  camera.fault(UvcCamera::Fault::stalled);
  std::stop_source stop;
  stop.request_stop();
  const auto begun = SystemClock().now();
  const auto frame = open->next(stop.get_token());
  EXPECT_TRUE(frame && !*frame);
  EXPECT_LT(SystemClock().now() - begun, 200ms);
}

// The same by the engine.

std::string eye(const std::string& address) { return "  eye: { plugin: uvc_camera, device: '" + address + "' }\n"; }

std::string usb_address(UvcCamera& camera) {
  char kind[16];
  std::snprintf(kind, sizeof kind, "usb:%04x:%04x", unsigned{camera.identity().vendor},
                unsigned{camera.identity().product});
  return kind;
}

class CameraInASite : public testing::TestWithParam<Transport> {};

TEST_P(CameraInASite, GrantsWhoShowsACode) {
  UvcCamera camera(GetParam());
  for (const char* format : {"MJPG", "YUYV"}) {
    camera.show(wall(64, 64, 128));
    camera.plug();
    ASSERT_FALSE(camera.video().empty());
    Site site(eye(usb_address(camera) + "?size=640x480&format=" + format), "eye");
    site.run({"eye up"});
    camera.show(qr_code("E000001"));
    EXPECT_TRUE(site.recorded("attempt granted E000001")) << format << site.engine().output();
    camera.unplug();
  }
}

INSTANTIATE_TEST_SUITE_P(By, CameraInASite, testing::Values(Transport::bulk, Transport::isochronous),
                         [](const auto& test) { return test.param == Transport::bulk ? "Bulk" : "Isochronous"; });

TEST(CameraInASiteOfFaults, MayBeOpenedByAService) {
  UvcCamera camera;
  camera.plug();
  ASSERT_FALSE(camera.video().empty());
  world::Shell shell;
  Site site(eye(usb_address(camera) + "?fps=15"), "eye");
  const auto said = shell.say({"unit", site.file()});
  EXPECT_EQ(said.exit, 0) << said.text;
  EXPECT_THAT(said.text,
              AllOf(HasSubstr("eye (" + camera.video() + ")"), HasSubstr("DeviceAllow=char-video4linux rw")));
}

TEST(CameraInASiteOfFaults, IsOpenedAnewAfterItStalled) {
  UvcCamera camera;
  camera.show(wall(64, 64, 128));
  camera.plug();
  ASSERT_FALSE(camera.video().empty());
  Site site(eye(usb_address(camera)), "eye");
  site.run({"eye up"});
  camera.fault(UvcCamera::Fault::stalled);
  ASSERT_TRUE(site.recorded("device down eye")) << site.engine().output();
  camera.fault(UvcCamera::Fault::none);
  camera.show(qr_code("E000002"));
  EXPECT_TRUE(site.recorded("attempt granted E000002")) << site.engine().output();
}

TEST(CameraInASiteOfFaults, IsBackAtWorkAfterItsCableWasDrawn) {
  UvcCamera camera;
  camera.show(wall(64, 64, 128));
  camera.plug();
  ASSERT_FALSE(camera.video().empty());
  Site site(eye(usb_address(camera)), "eye");
  site.run({"eye up"});
  camera.unplug();
  ASSERT_TRUE(site.recorded("device down eye")) << site.engine().output();
  camera.show(qr_code("E000003"));
  camera.plug();
  EXPECT_TRUE(site.recorded("device up eye", 2)) << site.engine().output();
  EXPECT_TRUE(site.recorded("attempt granted E000003")) << site.engine().output();
}

}  // namespace
}  // namespace gatepost::lab
