// What a guard does with its board, with time that moves only when it is told to.
#include "guard/custody.hpp"

#include <gmock/gmock.h>

namespace {

using namespace gatepost;
using namespace gatepost::hal;
using namespace gatepost::hal::guard;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class HandClock final : public Clock {
 public:
  MonotonicTime now() const override { return now_; }
  WallTime wall() const override { return {}; }
  void pass(Duration time) { now_ += time; }

 private:
  MonotonicTime now_{1s};
};

// What the board has in common with the next connection to it.
struct Wire {
  std::vector<std::string> commands{};
  std::map<int, bool> relays{};
  std::set<int> dead{};  ///< channels that take no command
  bool unplugged = false, lying = false, mute = false;
  int opened = 0;
};

class Board final : public Relay {
 public:
  explicit Board(Wire& wire) : wire_(wire) {}
  int channels() const override { return 4; }
  std::string identity() const override { return "board " + std::to_string(wire_.opened); }
  Result<void> set(int channel, bool on) override {
    if (wire_.unplugged || wire_.dead.contains(channel)) return Error{"does not answer", identity(), "plug it in"};
    wire_.commands.push_back(std::to_string(channel) + (on ? " on" : " off"));
    if (!wire_.lying) wire_.relays[channel] = on;
    return {};
  }
  Result<std::optional<bool>> read_back(int channel) override {
    if (wire_.mute) return std::optional<bool>();
    return std::optional(wire_.relays[channel]);
  }

 private:
  Wire& wire_;
};

class GuardCustody : public testing::Test {
 protected:
  Custody custody(std::vector<std::uint8_t> channels, Duration longest, bool rest_on = false) {
    return {{.verb = Verb::take, .on = rest_on, .length = longest, .channels = std::move(channels)},
            [this]() -> Result<std::unique_ptr<Relay>> {
              if (wire_.unplugged) return Error{"is not there", "board", "plug it in"};
              ++wire_.opened;
              return std::unique_ptr<Relay>(std::make_unique<Board>(wire_));
            },
            clock_};
  }
  static Request set(int channel, bool on) {
    return {.verb = Verb::set, .number = 7, .channel = static_cast<std::uint16_t>(channel), .on = on};
  }
  static Request pulse(int channel, Duration length) {
    return {.verb = Verb::pulse, .channel = static_cast<std::uint16_t>(channel), .length = length};
  }
  void pass(Custody& custody, Duration time) {
    clock_.pass(time);
    custody.expire();
  }

  HandClock clock_;
  Wire wire_;
};

TEST_F(GuardCustody, TellsWhoseBoardItTook) {
  auto held = custody({1}, 1s);
  EXPECT_EQ(held.take(3).texts[0], "board 1");
  EXPECT_EQ(held.take(3).number, 3U);
  EXPECT_FALSE(held.next_due()) << "a gate that nobody opened needs no shutting";
}

TEST_F(GuardCustody, EndsAPulseUnasked) {
  auto held = custody({1, 2}, 10s);
  EXPECT_FALSE(held.answer(pulse(2, 500ms)).failed);
  EXPECT_EQ(held.next_due(), clock_.now() + 500ms);
  pass(held, 499ms);
  EXPECT_THAT(wire_.commands, ElementsAre("2 on"));
  pass(held, 1ms);
  EXPECT_THAT(wire_.commands, ElementsAre("2 on", "2 off"));
  EXPECT_FALSE(held.next_due());
}

TEST_F(GuardCustody, EndsWhatTheEngineLeavesOpenForTooLong) {
  auto held = custody({1}, 6s);
  EXPECT_FALSE(held.answer(set(1, true)).failed);
  pass(held, 6s - 1ns);
  EXPECT_THAT(wire_.commands, ElementsAre("1 on"));
  pass(held, 1ns);
  EXPECT_THAT(wire_.commands, ElementsAre("1 on", "1 off"));
}

TEST_F(GuardCustody, HoldsNoPulseLongerThanAnythingMayLast) {
  auto held = custody({1}, 2s);
  EXPECT_FALSE(held.answer(pulse(1, 1h)).failed);
  EXPECT_EQ(held.next_due(), clock_.now() + 2s);
}

TEST_F(GuardCustody, AFailSafeGateIsOffOutOfRest) {
  auto held = custody({1}, 2s, true);
  EXPECT_FALSE(held.answer(pulse(1, 500ms)).failed);
  pass(held, 500ms);
  EXPECT_FALSE(held.answer(set(1, false)).failed);
  EXPECT_TRUE(held.next_due());
  EXPECT_FALSE(held.answer(set(1, true)).failed);
  EXPECT_FALSE(held.next_due());
  EXPECT_THAT(wire_.commands, ElementsAre("1 off", "1 on", "1 off", "1 on"));
}

TEST_F(GuardCustody, TouchesNoChannelThatItDoesNotOwn) {
  auto held = custody({1}, 2s);
  const auto answer = held.answer(set(2, true));
  EXPECT_TRUE(answer.failed);
  EXPECT_EQ(answer.number, 7U);
  EXPECT_THAT(answer.texts[0], HasSubstr("does not own channel 2"));
  EXPECT_TRUE(held.rest());
  EXPECT_THAT(wire_.commands, ElementsAre("1 off"));
}

TEST_F(GuardCustody, OpensABoardAnewThatWasPluggedOutAndIn) {
  auto held = custody({1}, 500ms);
  EXPECT_FALSE(held.answer(set(1, true)).failed);
  wire_.unplugged = true;
  pass(held, 500ms);
  EXPECT_TRUE(held.answer({.verb = Verb::read_back, .channel = 1}).failed) << "what failed unasked must be told";
  pass(held, 100ms);
  wire_.unplugged = false;
  pass(held, 100ms);
  EXPECT_THAT(wire_.commands, ElementsAre("1 on", "1 off"));
  EXPECT_EQ(wire_.opened, 2);
  EXPECT_EQ(held.answer({.verb = Verb::read_back, .channel = 1}).state, State::off);
}

// The board cannot say what its relay is, so that only the guard knows.
TEST_F(GuardCustody, TellsOfAPulseThatItCouldNotEnd) {
  auto held = custody({1}, 10s);
  wire_.mute = true;
  EXPECT_FALSE(held.answer(pulse(1, 500ms)).failed);
  wire_.dead = {1};
  pass(held, 500ms);
  const auto answer = held.answer({.verb = Verb::read_back, .channel = 1});
  EXPECT_TRUE(answer.failed);
  EXPECT_EQ(answer.texts[0], "does not answer");
  wire_.dead = {};
  pass(held, 100ms);
  EXPECT_FALSE(held.answer({.verb = Verb::read_back, .channel = 1}).failed);
}

// The board may have obeyed before it went silent.
TEST_F(GuardCustody, PutsToRestWhatMayHaveMoved) {
  auto held = custody({1}, 10s);
  wire_.dead = {1};
  EXPECT_TRUE(held.answer(set(1, true)).failed);
  wire_.dead = {};
  pass(held, 100ms);
  EXPECT_THAT(wire_.commands, ElementsAre("1 off"));
}

TEST_F(GuardCustody, RestsEveryChannelWhateverBecomesOfOne) {
  auto held = custody({1, 2, 3}, 10s);
  wire_.dead = {1};
  EXPECT_FALSE(held.rest());
  EXPECT_THAT(wire_.commands, ElementsAre("2 off", "3 off"));
}

TEST_F(GuardCustody, DoesNotBelieveABoardThatSaysOtherwise) {
  auto held = custody({1}, 10s);
  wire_.relays[1] = true;
  wire_.lying = true;
  EXPECT_THAT(held.rest().error().what, HasSubstr("says that it is not"));
}

}  // namespace
