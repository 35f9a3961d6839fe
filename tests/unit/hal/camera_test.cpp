// Cameras that are played: their frames, their clock, their end.
#include <gmock/gmock.h>
#include <gatepost/hal/camera.hpp>

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

std::string refusal(const std::string& text, const std::filesystem::path& folder) {
  const auto camera = hal::open_camera(*hal::Address::parse(text, folder));
  return camera ? "" : to_line(camera.error());
}

std::vector<std::uint8_t> copied(const hal::Frame& frame) { return {frame.luma.begin(), frame.luma.end()}; }

world::Picture plain(std::uint8_t luma) { return {64, 40, std::vector<std::uint8_t>(64 * 40, luma)}; }

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
  EXPECT_THAT(refusal("sim:movie/x", scratch.path()), HasSubstr("sim:still/FILE"));
  EXPECT_THAT(refusal("sim:still/absent.png", scratch.path()), HasSubstr("absent.png"));
  EXPECT_THAT(refusal("sim:frames/empty", scratch.path()), HasSubstr("holds no picture"));
  EXPECT_THAT(refusal("sim:frames/absent", scratch.path()), HasSubstr("name a folder"));
  EXPECT_THAT(refusal("sim:frames/.?fsp=3", scratch.path()), HasSubstr("fsp"));
  EXPECT_THAT(refusal("sim:cards/.?size=9999999x1", scratch.path()), HasSubstr("1280x720"));
  EXPECT_THAT(refusal("sim:cards/.?size=1280", scratch.path()), HasSubstr("1280x720"));
}

}  // namespace
