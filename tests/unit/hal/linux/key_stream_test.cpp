// Events of a keyboard as the kernel gives them, to what was typed and when.
#include "linux/key_stream.hpp"

#include <gmock/gmock.h>

namespace gatepost::hal {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

input_event event(Duration at, int type, unsigned code, int value) {
  input_event made{};
  made.input_event_sec = at / 1s;
  made.input_event_usec = at % 1s / 1us;
  made.type = static_cast<decltype(made.type)>(type);
  made.code = static_cast<decltype(made.code)>(code);
  made.value = value;
  return made;
}

/// A keyboard's events, gathered.
struct Events {
  Events& tap(unsigned key, Duration at) {
    for (const int value : {1, 0}) {
      all.push_back(event(at, EV_MSC, MSC_SCAN, 0x70004));
      all.push_back(event(at, EV_KEY, key, value));
      report(at);
    }
    return *this;
  }
  Events& press(unsigned key, Duration at) {
    all.push_back(event(at, EV_KEY, key, 1));
    return report(at);
  }
  Events& dropped(Duration at) {
    all.push_back(event(at, EV_SYN, SYN_DROPPED, 0));
    return *this;
  }
  Events& report(Duration at) {
    all.push_back(event(at, EV_SYN, SYN_REPORT, 0));
    return *this;
  }
  std::vector<input_event> all;
};

struct Stream {
  KeyState truth;
  int asked = 0;
  KeyStream stream{KeyText(*load_key_map(KeyLayout::us)), [this]() -> Result<KeyState> {
                     ++asked;
                     return truth;
                   }};

  // "a@5" typed at 5 ms, "!" where keys were lost before.
  std::vector<std::string> told() {
    std::vector<std::string> all;
    while (true) {
      const Typed typed = stream.next();
      if (typed.text.empty() && !typed.lost) return all;
      all.push_back((typed.lost ? "!" : "") + typed.text + "@" + std::to_string(typed.at.time_since_epoch() / 1ms));
    }
  }
};

TEST(KeyStream, TellsWhatWasTypedAndWhen) {
  Stream stream;
  ASSERT_TRUE(stream.stream.feed(Events().tap(KEY_A, 5s).tap(KEY_B, 5s + 2ms).tap(KEY_ENTER, 5s + 4ms).all));
  EXPECT_THAT(stream.told(), ElementsAre("ab\r@5004"));
}

// A reader that was late must not hide a pause, nor make one of a long burst.
TEST(KeyStream, SplitsWhatWasReadLateByItsTimes) {
  Stream stream;
  ASSERT_TRUE(stream.stream.feed(Events().tap(KEY_A, 5s).tap(KEY_B, 5s + 8ms).tap(KEY_C, 5s + 16ms).all));
  EXPECT_THAT(stream.told(), ElementsAre("ab@5008", "c@5016"));
}

TEST(KeyStream, KeepsAShiftBetweenReads) {
  Stream stream;
  ASSERT_TRUE(stream.stream.feed(Events().press(KEY_LEFTSHIFT, 1s).all));
  ASSERT_TRUE(stream.stream.feed(Events().tap(KEY_A, 1s).all));
  EXPECT_THAT(stream.told(), ElementsAre("A@1000"));
}

TEST(KeyStream, SaysWhereKeysWereLostAndTakesTheTruthFromTheDevice) {
  Stream stream;
  stream.truth.held.set(KEY_RIGHTSHIFT);
  // Before: whole. From SYN_DROPPED on nobody knows what belongs together, until the device has been asked.
  ASSERT_TRUE(
      stream.stream.feed(Events().tap(KEY_A, 1s).dropped(1s + 1ms).press(KEY_B, 1s + 1ms).tap(KEY_C, 1s + 2ms).all));
  EXPECT_THAT(stream.told(), ElementsAre("a@1000", "!@1001"));
  EXPECT_EQ(stream.asked, 1);
  ASSERT_TRUE(stream.stream.feed(Events().tap(KEY_D, 1s + 5ms).all));
  EXPECT_THAT(stream.told(), ElementsAre("D@1005"));
}

// The mark must not stand in one piece with what follows: the framer would take it for a loss within that.
TEST(KeyStream, KeepsTheLossApartFromWhatFollows) {
  Stream stream;
  ASSERT_TRUE(stream.stream.feed(Events().dropped(1s).report(1s).all));
  ASSERT_TRUE(stream.stream.feed(Events().tap(KEY_D, 1s + 5ms).all));
  EXPECT_THAT(stream.told(), ElementsAre("!@1000", "d@1005"));
}

TEST(KeyStream, DropsUpToAReportThatComesWithALaterRead) {
  Stream stream;
  ASSERT_TRUE(stream.stream.feed(Events().dropped(1s).all));
  EXPECT_THAT(stream.told(), IsEmpty());
  ASSERT_TRUE(stream.stream.feed(Events().press(KEY_B, 1s).all));
  EXPECT_THAT(stream.told(), ElementsAre("!@1000"));
}

TEST(KeyStream, FailsWhereTheDeviceDoesNotAnswer) {
  KeyStream stream(KeyText(*load_key_map(KeyLayout::us)), []() -> Result<KeyState> {
    return Error{"gone", "it", "plug"};
  });
  EXPECT_FALSE(stream.feed(Events().dropped(1s).report(1s).all));
}

TEST(KeyStream, BeginsAsTheKeysStand) {
  Stream stream;
  stream.stream.begin({.held = {}, .caps_lock = true});
  ASSERT_TRUE(stream.stream.feed(Events().tap(KEY_A, 1s).all));
  EXPECT_THAT(stream.told(), ElementsAre("A@1000"));
}

}  // namespace
}  // namespace gatepost::hal
