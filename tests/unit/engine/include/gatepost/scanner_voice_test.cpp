#include <gmock/gmock.h>

#include <atomic>
#include <gatepost/scanner_voice.hpp>
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

TEST(ScannerVoice, ReachesTheDeviceWhileItIsOpen) {
  ScannerVoice<Gun> voice;
  Gun gun;
  EXPECT_TRUE(voice.say(word));
  {
    const auto speaking = voice.open(gun);
    EXPECT_TRUE(voice.say(word));
  }
  EXPECT_TRUE(voice.say(word));
  EXPECT_EQ(gun.heard, 1);
}

TEST(ScannerVoice, TellsWhatTheDeviceDidNotTake) {
  ScannerVoice<Gun> voice;
  Gun gun;
  const auto speaking = voice.open(gun);
  const auto said = voice.say([](Gun&) -> Result<void> { return Error{"is gone", "gun", "plug it in again"}; });
  ASSERT_FALSE(said);
  EXPECT_EQ(said.error().what, "is gone");
}

TEST(ScannerVoice, LetsTheDeviceGoOnlyWhenTheWordIsSaid) {
  ScannerVoice<Gun> voice;
  std::atomic<bool> begun = false, said = false;
  std::jthread teller;
  {
    Gun gun;
    const auto speaking = voice.open(gun);
    teller = std::jthread([&] {
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
