// Cameras that are played: their frames, their clock, their end.
#include <gmock/gmock.h>
#include <gatepost/hal/camera.hpp>

#include <array>
#include <thread>

#include "world/pictures.hpp"
#include "world/scratch.hpp"

namespace {

using namespace gatepost;
using namespace std::chrono_literals;
using testing::HasSubstr;

std::unique_ptr<hal::Camera> opened(const std::string& text, const std::filesystem::path& folder) {
  auto camera = hal::open_camera(*hal::Address::parse(text, folder));
  EXPECT_TRUE(camera) << to_line(camera.error());
  return camera ? std::move(*camera) : nullptr;
}

std::string camera_refusal(const std::string& text, const std::filesystem::path& folder) {
  const auto camera = hal::open_camera(*hal::Address::parse(text, folder));
  return camera ? "" : to_line(camera.error());
}

std::vector<std::uint8_t> copied(const hal::Frame& frame) { return {frame.luma.begin(), frame.luma.end()}; }

world::Picture plain(std::uint8_t luma) { return {64, 40, std::vector<std::uint8_t>(64 * 40, luma)}; }

// Without a camera: what is wrong with an address is said before it is looked for.
TEST(V4l2, RefusesWhatItsAddressHoldsWrong) {
  for (const auto& [text, what] : std::initializer_list<std::pair<const char*, const char*>>{
           {"v4l2:video0", "is no device file"},
           {"v4l2:/dev/video0?size=1280", "size=1280x720"},
           {"v4l2:/dev/video0?size=1280x720x3", "size=1280x720"},
           {"v4l2:/dev/video0?size=-1x720", "size=1280x720"},
           {"v4l2:/dev/video0?format=H264", "format=GREY or NV12"},
           {"v4l2:/dev/video0?fps=0", "fps=a number"},
           {"v4l2:/dev/video0?exposure=fast", "exposure=a time"},
           {"v4l2:/dev/video0?gain=much", "gain=a number"},
           {"v4l2:/dev/video0?focus=near", "focus=a number"},
           {"v4l2:/dev/video0?power_line=55", "power_line=off or 50"},
           {"v4l2:/dev/video0?colour=red", "no option 'colour'"},
           {"usb:1234", "is no name of a USB device"},
           {"v4l2:by-path/none-video-index0", "is not there"},
           {"v4l2:/dev/video4711?size=1280x720&exposure=auto&focus=3&white_balance=auto&gain=7", "is not there"},
           {"v4l2:/dev/null", "is no camera"}})
    EXPECT_THAT(camera_refusal(text, "/"), HasSubstr(what)) << text;
}

TEST(Still, GivesOneFrameAndEnds) {
  world::Scratch scratch;
  const auto file = scratch.write("a picture?.png", world::png_of(world::slope()));
  auto camera = opened("sim:still/a picture%3F.png", scratch.path());
  const auto frame = camera->next({});
  ASSERT_TRUE(frame && *frame);
  EXPECT_EQ(copied(**frame), world::slope().luma);
  EXPECT_EQ((*frame)->source, file.string());
  const auto end = camera->next({});
  EXPECT_TRUE(end && !*end);
  EXPECT_TRUE(opened("sim:still/" + scratch.path().string() + "/a picture%3F.png", "/"));
}

TEST(Frames, PlaysAFolderInOrderAndDropsWhatIsLate) {
  world::Scratch scratch;
  for (int i = 0; i < 9; ++i)
    scratch.write(std::to_string(i) + ".png", world::png_of(plain(static_cast<std::uint8_t>(10 * i))));
  auto camera = opened("sim:frames/.?fps=50", scratch.path());
  const auto first = camera->next({});
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->luma[0], 0);
  const auto begin = (*first)->at;
  std::this_thread::sleep_until(begin + 70ms);  // as a slow decoder would
  const auto late = camera->next({});
  ASSERT_TRUE(late && *late);
  EXPECT_GE((*late)->luma[0], 30);  // 1 and 2 are gone
  EXPECT_EQ((*late)->at - begin, (*late)->luma[0] / 10 * 20ms);
  int last = (*late)->luma[0];
  while (true) {
    const auto frame = camera->next({});
    ASSERT_TRUE(frame);
    if (!*frame) break;
    EXPECT_GT((*frame)->luma[0], last);
    last = (*frame)->luma[0];
  }
  EXPECT_EQ(last, 80);  // the last is never dropped
}

TEST(Cards, PlaysTheSameAtEveryRun) {
  world::Scratch scratch;
  scratch.write("card.png", world::png_of(plain(250)));
  const std::string text = "sim:cards/.?fps=240&pause=20ms&hold=50ms&size=160x96&seed=";
  const auto run = [&](const std::string& seed) {
    auto camera = opened(text + seed, scratch.path());
    const auto frame = camera->next({});
    return copied(**frame);
  };
  EXPECT_EQ(run("3"), run("3"));
  EXPECT_NE(run("3"), run("4"));
}

TEST(Cards, BringsTheCardIntoViewAndOutAgain) {
  world::Scratch scratch;
  scratch.write("card.png", world::png_of(plain(250)));
  auto camera = opened("sim:cards/.?fps=60&pause=100ms&hold=200ms&size=160x96", scratch.path());
  bool empty = false, held = false, gone = false;
  for (int i = 0; i < 200 && !gone; ++i) {
    const auto frame = camera->next({});
    ASSERT_TRUE(frame && *frame);
    const bool bright = (*frame)->luma[static_cast<std::size_t>((*frame)->stride) * 48 + 80] > 200;
    empty = empty || (!bright && !held);
    held = held || bright;
    gone = held && !bright;
  }
  EXPECT_TRUE(empty && held && gone);
}

// The frame in which the card is held, at a size where a pixel is a pixel of the card.
std::vector<std::uint8_t> held(const std::string& options, const world::Picture& card) {
  world::Scratch scratch;
  scratch.write("card.png", world::png_of(card));
  auto camera = opened("sim:cards/.?fps=1&pause=0ms&hold=60s&size=320x200" + options, scratch.path());
  static_cast<void>(camera->next({}));
  const auto frame = camera->next({});
  EXPECT_TRUE(frame && *frame);
  return copied(**frame);
}

struct Shape {
  int left = 0, right = 0;  ///< heights of the card's two halves' bright columns, at 40 pixels from its middle
  int bright = 0, between = 0;
};

Shape shape_of(const std::vector<std::uint8_t>& luma) {
  Shape shape;
  int first = 320, last = 0;
  std::array<int, 320> heights{};
  for (std::size_t i = 0; i < luma.size(); ++i) {
    if (luma[i] > 200) {
      const int x = static_cast<int>(i % 320);
      ++heights.at(i % 320);
      ++shape.bright;
      first = std::min(first, x);
      last = std::max(last, x);
    } else if (luma[i] > 135) {
      ++shape.between;
    }
  }
  const int width = last - first;
  shape.left = heights.at(static_cast<std::size_t>(first + width / 5));
  shape.right = heights.at(static_cast<std::size_t>(last - width / 5));
  return shape;
}

TEST(Cards, AreSeenInPerspectiveWhenTheyAreTilted) {
  const world::Picture card{100, 100, std::vector<std::uint8_t>(100 * 100, 250)};
  const Shape flat = shape_of(held("", card));
  const Shape tilted = shape_of(held("&tilt=50", card));
  EXPECT_LT(tilted.bright, flat.bright * 8 / 10);  // the cosine of 50 degrees is 0.64
  EXPECT_GT(tilted.bright, flat.bright / 2);
  int unequal = 0;  // a trapezium, not a parallelogram: the near side is longer
  for (const char* seed : {"1", "2", "3", "4", "5", "6"}) {
    const Shape one = shape_of(held("&tilt=50&seed=" + std::string(seed), card));
    const Shape none = shape_of(held("&tilt=0&seed=" + std::string(seed), card));
    unequal += std::abs(one.left - one.right) > 6 ? 1 : 0;
    EXPECT_LE(std::abs(none.left - none.right), 6) << seed;
  }
  EXPECT_GE(unequal, 2);
}

TEST(Cards, AreSoftWhenTheLensIsOutOfFocus) {
  const world::Picture card{100, 100, std::vector<std::uint8_t>(100 * 100, 250)};
  const Shape sharp = shape_of(held("", card)), soft = shape_of(held("&blur=4", card));
  EXPECT_GT(soft.between, 2 * sharp.between + 500);
  EXPECT_NEAR(soft.bright, sharp.bright, sharp.bright / 5);  // softer, but where it was
  EXPECT_EQ(held("&blur=0", card), held("", card));
}

TEST(Camera, StopsWaitingAtOnce) {
  world::Scratch scratch;
  scratch.write("a.png", world::png_of(plain(1)));
  auto camera = opened("sim:frames/.?fps=1&repeat=yes", scratch.path());
  ASSERT_TRUE(camera->next({}));
  std::jthread stopper;
  std::stop_source stop;
  const auto begin = std::chrono::steady_clock::now();
  stopper = std::jthread([&] { stop.request_stop(); });
  const auto frame = camera->next(stop.get_token());
  EXPECT_TRUE(frame && !*frame);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 500ms);
}

TEST(Camera, SaysWhatIsWrongWithAnAddress) {
  world::Scratch scratch;
  scratch.write("a.png", world::png_of(plain(1)));
  std::filesystem::create_directory(scratch / "empty");
  EXPECT_THAT(camera_refusal("sim:movie/x", scratch.path()), HasSubstr("sim:still/FILE"));
  EXPECT_THAT(camera_refusal("sim:still/absent.png", scratch.path()), HasSubstr("absent.png"));
  EXPECT_THAT(camera_refusal("sim:frames/empty", scratch.path()), HasSubstr("holds no picture"));
  EXPECT_THAT(camera_refusal("sim:frames/absent", scratch.path()), HasSubstr("name a folder"));
  EXPECT_THAT(camera_refusal("sim:frames/.?fsp=3", scratch.path()), HasSubstr("fsp"));
  EXPECT_THAT(camera_refusal("sim:cards/.?size=9999999x1", scratch.path()), HasSubstr("1280x720"));
  EXPECT_THAT(camera_refusal("sim:cards/.?tilt=61", scratch.path()), HasSubstr("from 0 to 60"));
  EXPECT_THAT(camera_refusal("sim:cards/.?blur=-1", scratch.path()), HasSubstr("from 0 to 8"));
  EXPECT_THAT(camera_refusal("sim:cards/.?size=1280", scratch.path()), HasSubstr("1280x720"));
}

}  // namespace
