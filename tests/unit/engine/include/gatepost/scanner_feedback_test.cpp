#include <gmock/gmock.h>

#include <atomic>
#include <gatepost/scanner_feedback.hpp>
#include <thread>

namespace gatepost {
namespace {

using namespace std::chrono_literals;

struct Gun {
  int heard = 0;
};
const auto word = [](Gun& gun) -> Result<void> {
  ++gun.heard;
  return {};
};

TEST(ScannerFeedback, ReachesTheDeviceWhileItIsOpen) {
  ScannerFeedback<Gun> voice;
  Gun gun;
  EXPECT_TRUE(voice.say(word));
  {
    const auto speaking = voice.open(gun);
    EXPECT_TRUE(voice.say(word));
  }
  EXPECT_TRUE(voice.say(word));
  EXPECT_EQ(gun.heard, 1);
}

TEST(ScannerFeedback, TellsWhatTheDeviceDidNotTake) {
  ScannerFeedback<Gun> voice;
  Gun gun;
  const auto speaking = voice.open(gun);
  const auto said = voice.say([](Gun&) -> Result<void> { return Error{"is gone", "gun", "plug it in again"}; });
  ASSERT_FALSE(said);
  EXPECT_EQ(said.error().what, "is gone");
}

TEST(ScannerFeedback, LetsTheDeviceGoOnlyWhenTheWordIsSaid) {
  ScannerFeedback<Gun> voice;
  std::atomic<bool> begun = false, said = false;
  std::jthread feedback;
  {
    Gun gun;
    const auto speaking = voice.open(gun);
    feedback = std::jthread([&] {
      static_cast<void>(voice.say([&](Gun&) -> Result<void> {
        begun = true;
        std::this_thread::sleep_for(50ms);
        said = true;
        return {};
      }));
    });
    while (!begun) std::this_thread::yield();
  }
  EXPECT_TRUE(said);
}

}  // namespace
}  // namespace gatepost
