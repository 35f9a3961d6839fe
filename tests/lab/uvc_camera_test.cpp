// The camera, through uvcvideo and V4L2.
#include "devices/uvc_camera.hpp"

#include <ZXing/ReadBarcode.h>
#include <ZXing/TextUtfEncoding.h>
#include <gmock/gmock.h>

#include "video_stream.hpp"

namespace gatepost::lab {
namespace {

using uvc::Format;
using uvc::Transport;

std::string code_in(const Picture& picture) {
  const ZXing::ImageView view(picture.luma.data(), picture.width, picture.height, ZXing::ImageFormat::Lum);
  return ZXing::TextUtfEncoding::ToUtf8(ZXing::ReadBarcode(view).text());
}

struct Way {
  Transport transport;
  std::uint32_t format;
};

class UvcCameraBy : public testing::TestWithParam<Way> {
 protected:
  UvcCameraBy() : camera(GetParam().transport) { camera.plug(); }
  // What is in the next frame that can be read: one may still show what was shown before.
  std::string reads(VideoStream& stream, const std::string& wanted) {
    std::string code;
    for (int i = 0; i < 20 && code != wanted; ++i) code = code_in(stream.picture());
    return code;
  }
  UvcCamera camera;
};

TEST_P(UvcCameraBy, ShowsCodes) {
  camera.show(qr_code("E000001"));
  VideoStream stream(camera.video(), GetParam().format, 640, 480);
  EXPECT_EQ(reads(stream, "E000001"), "E000001");
  camera.show(qr_code("E000002"));
  EXPECT_EQ(reads(stream, "E000002"), "E000002");
  const auto mode = camera.modes().all().back();
  EXPECT_EQ(mode.format, GetParam().format == V4L2_PIX_FMT_MJPEG ? Format::mjpeg : Format::yuyv);
  EXPECT_EQ(mode.width, 640);
}

INSTANTIATE_TEST_SUITE_P(All, UvcCameraBy,
                         testing::Values(Way{Transport::bulk, V4L2_PIX_FMT_MJPEG},
                                         Way{Transport::bulk, V4L2_PIX_FMT_YUYV},
                                         Way{Transport::isochronous, V4L2_PIX_FMT_MJPEG},
                                         Way{Transport::isochronous, V4L2_PIX_FMT_YUYV}),
                         [](const auto& test) {
                           return std::string(test.param.transport == Transport::bulk ? "Bulk" : "Isochronous") +
                                  (test.param.format == V4L2_PIX_FMT_MJPEG ? "Mjpeg" : "Yuyv");
                         });

// Whether that is true of one of the next twenty frames.
bool comes(VideoStream& stream, const std::function<bool(const VideoStream::Frame&)>& wanted) {
  for (int i = 0; i < 20; ++i) {
    const auto frame = stream.frame();
    if (wanted(frame)) return true;
    if (frame.data.empty()) break;
  }
  return false;
}

class UvcCameraFault : public testing::Test {
 protected:
  UvcCameraFault() {
    camera.show(qr_code("E000001"));
    camera.plug();
  }
  UvcCamera camera;
};

TEST_F(UvcCameraFault, StallsAndGoesOn) {
  VideoStream stream(camera.video(), V4L2_PIX_FMT_MJPEG, 640, 480);
  ASSERT_FALSE(stream.frame().data.empty());
  camera.fault(UvcCamera::Fault::stalled);
  int late = 0;  // those that were on their way: the driver has four buffers
  while (late < 8 && !stream.frame(std::chrono::seconds(1)).data.empty()) ++late;
  EXPECT_LT(late, 8);
  camera.fault(UvcCamera::Fault::none);
  EXPECT_FALSE(stream.frame().data.empty());
}

// uvcvideo keeps to itself what it knows to be wrong: frames that are too short, where it knows how long they should
// be, and those that the camera says went wrong. So nothing comes, and then something again.
class UvcCameraDropped : public UvcCameraFault, public testing::WithParamInterface<UvcCamera::Fault> {};

TEST_P(UvcCameraDropped, FramesDoNotCome) {
  VideoStream stream(camera.video(), V4L2_PIX_FMT_YUYV, 320, 240);
  ASSERT_FALSE(stream.frame().data.empty());
  camera.fault(GetParam());
  ASSERT_TRUE(camera.sends(8));
  while (!stream.frame(std::chrono::milliseconds(0)).data.empty()) {  // from before
  }
  ASSERT_TRUE(camera.sends(3));
  EXPECT_TRUE(stream.frame(std::chrono::milliseconds(0)).data.empty());
  camera.fault(UvcCamera::Fault::none);
  EXPECT_EQ(stream.frame().data.size(), 320U * 240 * 2);
}

INSTANTIATE_TEST_SUITE_P(All, UvcCameraDropped, testing::Values(UvcCamera::Fault::cut, UvcCamera::Fault::marked),
                         [](const auto& test) {
                           return std::string(test.param == UvcCamera::Fault::cut ? "Cut" : "Marked");
                         });

TEST_F(UvcCameraFault, CutsJpegs) {
  VideoStream stream(camera.video(), V4L2_PIX_FMT_MJPEG, 640, 480);
  const std::string end_of_image = "\xFF\xD9";
  const auto whole = [&](const auto& frame) { return text_of(frame.data).find(end_of_image) != std::string::npos; };
  ASSERT_TRUE(comes(stream, whole));
  camera.fault(UvcCamera::Fault::cut);
  EXPECT_TRUE(comes(stream, [&](const auto& frame) { return !frame.data.empty() && !whole(frame); }));
}

TEST_F(UvcCameraFault, SendsNonsense) {
  VideoStream stream(camera.video(), V4L2_PIX_FMT_MJPEG, 640, 480);
  camera.fault(UvcCamera::Fault::corrupt);
  EXPECT_TRUE(comes(stream, [](const auto& frame) {
    return text_of(frame.data).find(std::string(200, '\xA5')) != std::string::npos;
  }));
}

TEST_F(UvcCameraFault, SendsAnotherSizeThanWasSettledOn) {
  VideoStream stream(camera.video(), V4L2_PIX_FMT_MJPEG, 640, 480);
  camera.fault(UvcCamera::Fault::resized);
  EXPECT_TRUE(comes(stream, [&](const auto& frame) { return stream.decoded(frame.data).width == 320; }));
}

TEST_F(UvcCameraFault, IsGoneWhileItStreams) {
  VideoStream stream(camera.video(), V4L2_PIX_FMT_MJPEG, 640, 480);
  ASSERT_FALSE(stream.frame().data.empty());
  camera.unplug();
  EXPECT_TRUE(comes(stream, [](const auto& frame) { return frame.failure == ENODEV; }));
}

}  // namespace
}  // namespace gatepost::lab
