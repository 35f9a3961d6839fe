// What a guard does with its board, with time that moves only when it is told to.
#include "guard/failsafe.hpp"

#include <gmock/gmock.h>

#include "world/fake_clock.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::hal;
using namespace gatepost::hal::guard;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

// What the board has in common with the next connection to it.
struct Wire {
  std::vector<std::string> commands{};
  std::map<int, bool> relays{};
  std::set<int> dead{};  ///< channels that take no command
  bool unplugged = false, lying = false, mute = false;
  int opened = 0;
  BootTime not_after{};  ///< of the last command
  Duration settle{};     ///< of a command that failed
};

class Board final : public Relay {
 public:
  explicit Board(Wire& wire) : wire_(wire) {}
  int channels() const override { return 4; }
  std::string identity() const override { return "board " + std::to_string(wire_.opened); }
  Result<void> set(int channel, bool on, BootTime not_after) override {
    wire_.not_after = not_after;
    if (wire_.unplugged || wire_.dead.contains(channel)) return Error{"does not answer", identity(), "plug it in"};
    wire_.commands.push_back(std::to_string(channel) + (on ? " on" : " off"));
    if (!wire_.lying) wire_.relays[channel] = on;
    return {};
  }
  Duration unsettled() const override { return wire_.settle; }
  Result<std::optional<bool>> read_back(int channel) override {
    if (wire_.mute) return std::optional<bool>();
    return std::optional(wire_.relays[channel]);
  }

 private:
  Wire& wire_;
};

class GuardFailsafe : public testing::Test {
 protected:
  Failsafe failsafe(std::vector<std::uint8_t> channels, Duration longest, bool rest_on = false) {
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
  static Request hold(int channel, Duration length) {
    return {.verb = Verb::hold, .channel = static_cast<std::uint16_t>(channel), .on = true, .length = length};
  }
  void pass(Failsafe& failsafe, Duration time) {
    clock_.pass(time);
    failsafe.expire();
  }

  world::FakeClock clock_;
  Wire wire_;
};

TEST_F(GuardFailsafe, TellsWhoseBoardItTook) {
  auto held = failsafe({1}, 1s);
  EXPECT_EQ(held.take(3).texts[0], "board 1");
  EXPECT_EQ(held.take(3).number, 3U);
  EXPECT_FALSE(held.next_due()) << "a gate that nobody opened needs no shutting";
}

TEST_F(GuardFailsafe, EndsAPulseUnasked) {
  auto held = failsafe({1, 2}, 10s);
  EXPECT_FALSE(held.answer(pulse(2, 500ms)).failed);
  EXPECT_EQ(held.next_due(), clock_.boot() + 500ms);
  pass(held, 499ms);
  EXPECT_THAT(wire_.commands, ElementsAre("2 on"));
  pass(held, 1ms);
  EXPECT_THAT(wire_.commands, ElementsAre("2 on", "2 off"));
  EXPECT_FALSE(held.next_due());
}

TEST_F(GuardFailsafe, EndsWhatTheEngineLeavesOpenForTooLong) {
  auto held = failsafe({1}, 6s);
  EXPECT_FALSE(held.answer(set(1, true)).failed);
  pass(held, 6s - 1ns);
  EXPECT_THAT(wire_.commands, ElementsAre("1 on"));
  pass(held, 1ns);
  EXPECT_THAT(wire_.commands, ElementsAre("1 on", "1 off"));
}

TEST_F(GuardFailsafe, HoldsNoPulseLongerThanAnythingMayLast) {
  auto held = failsafe({1}, 2s);
  EXPECT_FALSE(held.answer(pulse(1, 1h)).failed);
  EXPECT_EQ(held.next_due(), clock_.boot() + 2s);
}

TEST_F(GuardFailsafe, WhatIsHeldWithoutEndStaysAlsoWhenTheEngineIsGone) {
  auto held = failsafe({1, 2}, 2s);
  EXPECT_FALSE(held.answer(hold(1, without_end)).failed);
  EXPECT_FALSE(held.answer(hold(2, 5s)).failed);
  EXPECT_EQ(held.next_due(), clock_.boot() + 5s) << "of the other";
  EXPECT_FALSE(held.answer(pulse(1, 500ms)).failed);
  pass(held, 1h);
  EXPECT_TRUE(held.rest_after_engine());
  EXPECT_TRUE(wire_.relays[1]);
  EXPECT_FALSE(wire_.relays[2]);
}

TEST_F(GuardFailsafe, WhatIsHeldWithoutEndIsShutWhenItIsToldSo) {
  auto held = failsafe({1}, 2s);
  EXPECT_FALSE(held.answer(hold(1, without_end)).failed);
  EXPECT_FALSE(held.answer(set(1, false)).failed);
  EXPECT_FALSE(held.answer(pulse(1, 500ms)).failed);
  EXPECT_EQ(held.next_due(), clock_.boot() + 500ms) << "as any gate that is not held";
  EXPECT_FALSE(held.answer(hold(1, without_end)).failed);
  EXPECT_TRUE(held.rest()) << "the engine stops";
  EXPECT_FALSE(wire_.relays[1]);
}

TEST_F(GuardFailsafe, WhatIsHeldWithoutEndIsNotShutBySayingItAgainInVain) {
  auto held = failsafe({1}, 2s);
  EXPECT_FALSE(held.answer(hold(1, without_end)).failed);
  wire_.dead.insert(1);
  EXPECT_TRUE(held.answer(hold(1, without_end)).failed);
  wire_.dead.clear();
  EXPECT_FALSE(held.next_due());
  EXPECT_TRUE(wire_.relays[1]);
}

TEST_F(GuardFailsafe, WhatCouldNotBeHeldIsPutToRest) {
  auto held = failsafe({1}, 2s);
  wire_.dead.insert(1);
  EXPECT_TRUE(held.answer(hold(1, without_end)).failed);
  wire_.dead.clear();
  pass(held, 0s);
  EXPECT_THAT(wire_.commands, ElementsAre("1 off"));
}

TEST_F(GuardFailsafe, AFailSafeGateIsOffOutOfRest) {
  auto held = failsafe({1}, 2s, true);
  EXPECT_FALSE(held.answer(pulse(1, 500ms)).failed);
  pass(held, 500ms);
  EXPECT_FALSE(held.answer(set(1, false)).failed);
  EXPECT_TRUE(held.next_due());
  EXPECT_FALSE(held.answer(set(1, true)).failed);
  EXPECT_FALSE(held.next_due());
  EXPECT_THAT(wire_.commands, ElementsAre("1 off", "1 on", "1 off", "1 on"));
}

TEST_F(GuardFailsafe, TouchesNoChannelThatItDoesNotOwn) {
  auto held = failsafe({1}, 2s);
  const auto answer = held.answer(set(2, true));
  EXPECT_TRUE(answer.failed);
  EXPECT_EQ(answer.number, 7U);
  EXPECT_THAT(answer.texts[0], HasSubstr("does not own channel 2"));
  EXPECT_TRUE(held.rest());
  EXPECT_THAT(wire_.commands, ElementsAre("1 off"));
}

TEST_F(GuardFailsafe, OpensABoardAnewThatWasPluggedOutAndIn) {
  auto held = failsafe({1}, 500ms);
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
TEST_F(GuardFailsafe, TellsOfAPulseThatItCouldNotEnd) {
  auto held = failsafe({1}, 10s);
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
TEST_F(GuardFailsafe, PutsToRestWhatMayHaveMoved) {
  auto held = failsafe({1}, 10s);
  wire_.dead = {1};
  EXPECT_TRUE(held.answer(set(1, true)).failed);
  wire_.dead = {};
  pass(held, 100ms);
  EXPECT_THAT(wire_.commands, ElementsAre("1 off"));
}

TEST_F(GuardFailsafe, MovesNothingAfterADeadlineAndHandsItToTheBoard) {
  auto held = failsafe({1}, 10s);
  const BootTime deadline = clock_.boot() + 1s;
  Request open = set(1, true), shut = set(1, false);
  open.not_after = shut.not_after = deadline;
  EXPECT_FALSE(held.answer(open).failed);
  EXPECT_EQ(wire_.not_after, deadline) << "opening the board may take long";
  EXPECT_FALSE(held.answer(shut).failed);
  clock_.pass(1s + 1ns);
  EXPECT_THAT(held.answer(open).texts[0], HasSubstr("after its deadline"));
  EXPECT_FALSE(held.answer(shut).failed) << "putting to rest is never late";
  EXPECT_EQ(wire_.not_after, BootTime::max());
  EXPECT_THAT(wire_.commands, ElementsAre("1 on", "1 off", "1 off"));
}

// Something of the command that failed is on its way still.
TEST_F(GuardFailsafe, PutsToRestUntilNothingOfWhatFailedCanArrive) {
  auto held = failsafe({1}, 10s);
  wire_.settle = 1s;
  wire_.dead = {1};
  EXPECT_EQ(held.answer(set(1, true)).settle, 1s);
  EXPECT_EQ(held.next_due(), clock_.boot()) << "at once";
  wire_.dead = {};
  wire_.settle = {};
  held.expire();
  EXPECT_FALSE(held.rest()) << "not settled yet";
  wire_.relays[1] = true;  // it arrives
  pass(held, 100ms);
  EXPECT_FALSE(wire_.relays[1]);
  pass(held, 900ms);
  EXPECT_TRUE(held.rest());
  EXPECT_FALSE(held.next_due());
}

TEST_F(GuardFailsafe, HoldsUntilToldOtherwiseOrNotToldAgain) {
  auto held = failsafe({1}, 500ms);
  const Request hold{.verb = Verb::hold, .channel = 1, .on = true, .length = 5s};
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(held.answer(hold).failed);
    EXPECT_FALSE(held.answer(pulse(1, 200ms)).failed);
    pass(held, 4s);
    EXPECT_TRUE(wire_.relays[1]) << "neither the longest time nor a pulse's end shuts it";
  }
  pass(held, 1s);
  EXPECT_FALSE(wire_.relays[1]) << "the engine hangs";
  EXPECT_FALSE(held.answer(hold).failed);
  EXPECT_FALSE(held.answer(set(1, false)).failed);
  EXPECT_FALSE(wire_.relays[1]);
  EXPECT_FALSE(held.answer(pulse(1, 200ms)).failed);
  pass(held, 200ms);
  EXPECT_FALSE(wire_.relays[1]) << "a hold that ended holds no more";
}

TEST_F(GuardFailsafe, AsksWhetherAPulseThatItEndedIsOver) {
  auto held = failsafe({1}, 10s);
  EXPECT_FALSE(held.answer(pulse(1, 500ms)).failed);
  wire_.lying = true;
  pass(held, 500ms);
  EXPECT_THAT(held.answer({.verb = Verb::read_back, .channel = 1}).texts[0], HasSubstr("says that it is not"));
  wire_.lying = false;
  pass(held, 100ms);
  EXPECT_FALSE(wire_.relays[1]);
  EXPECT_FALSE(held.next_due());
}

TEST_F(GuardFailsafe, RestsEveryChannelWhateverBecomesOfOne) {
  auto held = failsafe({1, 2, 3}, 10s);
  wire_.dead = {1};
  EXPECT_FALSE(held.rest());
  EXPECT_THAT(wire_.commands, ElementsAre("2 off", "3 off"));
}

TEST_F(GuardFailsafe, DoesNotBelieveABoardThatSaysOtherwise) {
  auto held = failsafe({1}, 10s);
  wire_.relays[1] = true;
  wire_.lying = true;
  EXPECT_THAT(held.rest().error().what, HasSubstr("says that it is not"));
}

}  // namespace
