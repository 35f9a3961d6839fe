// Each driver on its board, with one fault at a time: what is answered, and what the board did.
#include <gmock/gmock.h>

#include "guard/failsafe.hpp"
#include "rig.hpp"

namespace gatepost::simulation {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

std::string state_of(hal::Relay& relay, int channel = 1) {
  const auto on = relay.read_back(channel);
  if (!on) return to_line(on.error());
  return *on ? (**on ? "on" : "off") : "nobody knows";
}

class EachBoard : public testing::TestWithParam<Kind> {
 protected:
  EachBoard() : rig(GetParam()), relay(rig.driver()) { EXPECT_TRUE(relay->set(1, false)); }
  BootTime in(Duration time) { return rig.time.boot() + time; }
  Result<void> open(Duration deadline = 1s) { return relay->set(1, true, in(deadline)); }
  std::size_t ons() const {
    std::size_t count = 0;
    for (const auto& one : rig.board.history()) count += one.on ? 1 : 0;
    return count;
  }

  Rig rig;
  std::unique_ptr<hal::Relay> relay;
};

TEST_P(EachBoard, SwitchesReadsAndTimes) {
  ASSERT_TRUE(open());
  rig.time.pass(20ms);
  EXPECT_TRUE(rig.board.on(1));
  if (rig.answers()) {
    EXPECT_EQ(state_of(*relay), "on");
    EXPECT_EQ(state_of(*relay, 2), "off");
    rig.board.close_input(3);
    EXPECT_TRUE((*relay->input(3))->closed().value());
  }
  ASSERT_TRUE(relay->set(1, false));
  rig.time.pass(20ms);
  EXPECT_FALSE(rig.board.on(1));
  ASSERT_EQ(relay->pulse(2, 500ms).has_value(), rig.times_pulses());
  rig.time.pass(450ms);
  EXPECT_EQ(rig.board.on(2), rig.times_pulses());
  rig.time.pass(100ms);
  EXPECT_FALSE(rig.board.on(2));
}

TEST_P(EachBoard, SendsNothingThatIsLateWhenItIsConnected) {
  if (rig.is_tcp())
    rig.network->connects_late(2s);
  else
    rig.wire().opens_late(2s);
  const auto late = rig.driver()->set(1, true, in(1s));
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().what,
              HasSubstr(rig.kind == Kind::tcp_one_client ? "refuses the connection" : "after its deadline"));
  rig.time.pass(10s);
  EXPECT_EQ(ons(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Boards, EachBoard, testing::ValuesIn(all_kinds));

class EachThatAnswers : public EachBoard {};

TEST_P(EachThatAnswers, NamesARefusalAndDoesNotRepeatWhatOpens) {
  rig.board.next({.says = Behaviour::refusal, .exception = 6});
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("exception 6, server device busy"));
  EXPECT_EQ(ons(), 0U);
  for (const auto passing : std::to_array<std::uint8_t>({5, 6, 10, 11})) {
    rig.board.next({.acts = false, .says = Behaviour::refusal, .exception = passing});
    EXPECT_TRUE(relay->set(1, false)) << "a moment later it is taken";
  }
  rig.board.next({.says = Behaviour::refusal, .exception = 2});
  EXPECT_FALSE(relay->set(1, false)) << "it has no such channel, and will have none a moment later";
}

TEST_P(EachThatAnswers, TakesNoLateAnswerForTheNextOnes) {
  rig.board.next({.says_after = 400ms});
  EXPECT_THAT(open().error().what, HasSubstr("no answer in 300 ms"));
  for (int i = 0; i < 3; ++i) rig.board.next({.acts = false, .says = Behaviour::nothing});
  EXPECT_FALSE(relay->set(1, false)) << "the answer to the one before it came meanwhile";
  EXPECT_TRUE(rig.board.on(1));
  rig.board.forget_faults();
  ASSERT_TRUE(relay->set(1, false));
  EXPECT_FALSE(rig.board.on(1));
}

TEST_P(EachThatAnswers, TakesNoLateReadForTheNextOnes) {
  ASSERT_TRUE(open());
  rig.board.next({.says_after = 400ms});  // "on"
  rig.board.next({.says = Behaviour::nothing});
  EXPECT_FALSE(relay->read_back(1));
  rig.board.set(1, false);
  EXPECT_EQ(state_of(*relay), "off");
}

TEST_P(EachThatAnswers, SurvivesAnswersOfTheLastRequestTwiceAndNoise) {
  rig.board.next({.says = Behaviour::last_answer});  // "off" to "on"
  EXPECT_FALSE(open());
  rig.board.next({.says = Behaviour::twice});
  EXPECT_TRUE(relay->set(1, false));
  EXPECT_EQ(state_of(*relay), "off");
  rig.board.next({.says = Behaviour::noise});
  EXPECT_FALSE(open());
  EXPECT_TRUE(relay->set(1, false));
  EXPECT_EQ(state_of(*relay), "off");
}

TEST_P(EachThatAnswers, AsksAgainWhereAnAnswerWasLostButNotForWhatOpens) {
  rig.board.next({.says = Behaviour::nothing});
  EXPECT_TRUE(relay->set(1, false));
  rig.time.pass(1s);  // on a line a late answer is waited out, and then there is no time for another
  rig.board.next({.says = Behaviour::nothing});
  EXPECT_EQ(state_of(*relay), "off");
  rig.board.next({.says = Behaviour::nothing});
  EXPECT_FALSE(open());
  rig.time.pass(10s);
  EXPECT_EQ(ons(), 1U);
}

TEST_P(EachThatAnswers, SeesARelayThatStaysOn) {
  rig.board.weld(1, true);
  ASSERT_TRUE(open());
  ASSERT_TRUE(relay->set(1, false)) << "it says so";
  EXPECT_EQ(state_of(*relay), "on");
}

TEST_P(EachThatAnswers, FindsABoardThatWasWithoutPower) {
  ASSERT_TRUE(open());
  rig.reboot(2s, true);
  const auto begun = rig.time.boot();
  EXPECT_FALSE(relay->read_back(1));
  EXPECT_LE(rig.time.boot() - begun, (rig.is_tcp() ? 2 : 3) * Rig::timeout + 10ms)
      << "no more than a command that fails may take";
  rig.time.pass(2s);
  EXPECT_EQ(state_of(*relay), "on");
  EXPECT_TRUE(relay->set(1, false));
}

// The refusal of the first "off" comes while the second waits for its answer, which is still to come then.
TEST(RtuBoardModel, AnAnswerThatIsOwedBesideAnotherIsWaitedOutToo) {
  Rig rig(Kind::rtu);
  const auto relay = rig.driver();
  const Behaviour late{.says = Behaviour::refusal, .says_after = 350ms, .exception = 2};
  rig.board.next(late);
  rig.board.next(late);
  rig.board.next({.acts_after = 150ms});
  EXPECT_FALSE(relay->set(1, false));
  const auto opened = relay->set(1, true, rig.time.boot() + 2s);
  EXPECT_TRUE(opened) << to_line(opened.error());
  EXPECT_TRUE(rig.board.on(1));
}

// On a line nothing but time tells the two apart.
TEST(TcpBoardModel, AnAnswerThatComesTwiceIsNotTheNextOnes) {
  Rig rig(Kind::tcp);
  const auto relay = rig.driver();
  rig.board.set(1, true);
  rig.board.next({.says = Behaviour::twice});
  rig.board.next({.acts_after = 60ms});
  ASSERT_EQ(state_of(*relay), "on");
  rig.board.set(1, false);
  EXPECT_EQ(state_of(*relay), "off");
}

// It has what it was asked, and does it when it is thawed: beside what it is asked then.
TEST_P(EachThatAnswers, IsNotSettledBeforeAFrozenBoardHasAnswered) {
  rig.board.freeze(10s);
  ASSERT_FALSE(open());
  rig.time.pass(8s);
  EXPECT_GT(relay->unsettled(), 0s) << "it has answered nothing since";
  rig.time.pass(2s);
  ASSERT_TRUE(relay->set(1, false));
  EXPECT_GT(relay->unsettled(), 0s);
  rig.time.pass(relay->unsettled());
  EXPECT_EQ(relay->unsettled(), 0s);
}

TEST_P(EachThatAnswers, IsNotSettledWhereAGatewayGaveUpOnItsBoard) {
  rig.board.next({.says = Behaviour::refusal, .exception = 11});
  EXPECT_THAT(open().error().what, HasSubstr("exception 11, gateway target device failed to respond"));
  EXPECT_GT(relay->unsettled(), 0s);
  rig.time.pass(200ms);
  EXPECT_TRUE(rig.board.on(1)) << "it was only slow";
}

INSTANTIATE_TEST_SUITE_P(Boards, EachThatAnswers,
                         testing::Values(Kind::tcp, Kind::tcp_one_client, Kind::rtu, Kind::rtu_own_pulse));

// Issue 10, fault 1.
TEST(TcpBoardModel, AClosedConnectionDeliversWhatAResetOneDoesNot) {
  for (const bool reset_is_close : {false, true}) {
    Rig rig(Kind::tcp, reset_is_close);
    const auto relay = rig.driver();
    ASSERT_TRUE(relay->set(1, false));
    rig.network->loses_all_for(3300ms);
    ASSERT_FALSE(relay->set(1, true, rig.time.boot() + 1s));
    rig.time.pass(60s);
    EXPECT_EQ(rig.board.on(1), reset_is_close) << "the model plays what the kernel does";
  }
}

TEST(TcpBoardModel, WhatIsInFlightArrivesAfterTheReset) {
  Rig rig(Kind::tcp);
  const auto relay = rig.driver();
  ASSERT_TRUE(relay->set(1, false));
  rig.network->holds_next(3s);
  ASSERT_FALSE(relay->set(1, true, rig.time.boot() + 1s));
  const Duration unsettled = relay->unsettled();
  EXPECT_GE(unsettled, 3s);
  rig.time.pass(unsettled);
  EXPECT_TRUE(rig.board.on(1));
}

// Found in the one world: a gate was told to be at rest, and the copy of the hold that was given up opened it again.
TEST(TcpBoardModel, AGuardWaitsForTheFirstCopyOfWhatHoldsAGateOpen) {
  using namespace hal::guard;
  Rig rig(Kind::tcp);
  Failsafe failsafe(
      {.verb = Verb::take, .length = 10s, .channels = {1}},
      [&rig] { return Result<std::unique_ptr<hal::Relay>>(rig.driver()); }, rig.time);
  rig.network->holds_next(2s);
  ASSERT_FALSE(failsafe.answer({.verb = Verb::hold, .channel = 1, .on = true, .length = 5s}).failed);
  const auto shut = failsafe.answer({.verb = Verb::set, .channel = 1, .on = false});
  ASSERT_FALSE(shut.failed);
  EXPECT_GT(shut.settle, 1s) << "the first copy is on its way";
  while (failsafe.next_due()) {
    rig.time.run_until(std::max(rig.time.boot(), *failsafe.next_due()));
    failsafe.expire();
  }
  EXPECT_GT(rig.time.boot(), rig.board.history().front().at + 2s);
  EXPECT_FALSE(rig.board.on(1));
}

TEST(TcpBoardModel, RefusesOneClientTooMany) {
  Rig rig(Kind::tcp_one_client);
  const auto first = rig.driver(), second = rig.driver();
  ASSERT_TRUE(first->set(1, false));
  EXPECT_THAT(second->set(1, false).error().what, HasSubstr("refuses the connection"));
}

TEST(LcusBoardModel, LosesAFrameThatComesTooSoon) {
  Rig rig(Kind::lcus);
  const auto relay = rig.driver();
  ASSERT_TRUE(relay->set(1, true));
  ASSERT_TRUE(relay->set(2, true)) << "the driver waits";
  rig.time.pass(100ms);
  EXPECT_TRUE(rig.board.on(1) && rig.board.on(2));
  const auto line = rig.wire().stream(rig.time);
  ASSERT_TRUE(line->connect(rig.time.boot()));
  const std::string both("\xA0\x01\x00\xA1\xA0\x02\x00\xA2", 8);
  ASSERT_TRUE(line->write(std::as_bytes(std::span(both)), rig.time.boot()));
  rig.time.pass(100ms);
  EXPECT_FALSE(rig.board.on(1));
  EXPECT_TRUE(rig.board.on(2));
}

}  // namespace
}  // namespace gatepost::simulation
