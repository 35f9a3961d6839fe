// Whatever a board and its network do: what failed or came late acts no more when it is settled, and the gate is shut.
// Once with the driver alone, put to rest as an actuator does, and once in the hands of the guard's failsafe.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "guard/failsafe.hpp"
#include "rig.hpp"

namespace gatepost::simulation {
namespace {

using namespace std::chrono_literals;
using hal::guard::Failsafe;
using hal::guard::Request;
using hal::guard::Verb;

// How often each thing that the properties are about came to pass: a world in which nothing happens proves nothing.
struct Reached {
  int opened = 0, failed = 0, late = 0, arrived_after_its_error = 0, lost_board = 0;
};

Duration any(Duration most) { return std::chrono::milliseconds(*rc::gen::inRange<std::int64_t>(0, most / 1ms + 1)); }

class Storm {
 public:
  explicit Storm(Kind kind) : rig(kind) {}

  /// Something of what a board, its network and this machine may do; what is drawn first is the quietest.
  void strike() {
    switch (*rc::gen::inRange(0, 7)) {
      case 1:
      case 2:
        return board_misbehaves();
      case 3:
        return loses_all();
      case 4:
        RC_LOG() << "  reboots\n";
        return rig.reboot(50ms + any(2s), *rc::gen::arbitrary<bool>());
      case 5:
        return is_held_up();
      case 6:
        RC_LOG() << "  board freezes\n";
        return rig.board.freeze(any(10s));
      default:
        return;
    }
  }
  void calm() {
    rig.board.forget_faults();
    if (!rig.is_tcp()) rig.wire().plug();
    rig.time.pass(20s);
  }

  Rig rig;

 private:
  // On a line nothing tells an answer to the last read from one to this: a board that says "off" to a command, does not
  // obey, and says its last "off" again when it is asked, is believed.
  Behaviour::Says any_says() const {
    const auto says = static_cast<Behaviour::Says>(*rc::gen::inRange(0, 6));
    return says == Behaviour::last_answer && !rig.is_tcp() ? Behaviour::nothing : says;
  }
  void board_misbehaves() {
    const int requests = *rc::gen::inRange(1, 4);
    for (int i = 0; i < requests; ++i) {
      const Behaviour next{.acts = !rig.answers() || *rc::gen::inRange(0, 4) != 0,
                           .says = any_says(),
                           .acts_after = 1ms + any(150ms),
                           .says_after = *rc::gen::element(0ms, 100ms, 350ms),
                           .exception = *rc::gen::element<std::uint8_t>(2, 6, 11)};
      RC_LOG() << "  board " << (next.acts ? "acts" : "does not act") << " after " << next.acts_after / 1ms << " says "
               << static_cast<int>(next.says) << " after " << next.says_after / 1ms << "\n";
      rig.board.next(next);
    }
  }
  void loses_all() {
    RC_LOG() << "  loses all, or holds a segment\n";
    if (!rig.is_tcp()) {
      rig.wire().unplug();
      rig.time.after(any(3s), [this] { rig.wire().plug(); });
    } else if (*rc::gen::arbitrary<bool>()) {
      rig.network->loses_all_for(any(5s));
    } else {
      rig.network->holds_next(any(3s));
    }
  }
  void is_held_up() {
    RC_LOG() << "  is held up\n";
    if (rig.is_tcp())
      rig.network->connects_late(any(2s));
    else
      rig.wire().opens_late(any(2s));
  }
};

// For the counterexample that RapidCheck prints.
void log(const Rig& rig, BootTime begun, BootTime deadline, BootTime told, BootTime settled, const std::string& what) {
  const auto ms = [&](BootTime time) { return (time - begun) / 1ms; };
  RC_LOG() << "kind " << static_cast<int>(rig.kind) << ", deadline " << ms(deadline) << ", told " << ms(told)
           << ", settled " << ms(settled) << ": " << what << "; board:";
  for (const auto& one : rig.board.history())
    if (one.at >= begun)
      RC_LOG() << " " << ms(one.at) << (one.on ? " on" : " off") << (one.by_itself ? " by itself" : "");
  RC_LOG() << "\n";
}

std::size_t ons(const std::vector<RelayBoard::Switched>& history, BootTime after, BootTime until = BootTime::max()) {
  return static_cast<std::size_t>(std::count_if(history.begin(), history.end(), [&](const auto& one) {
    return one.on && !one.by_itself && one.at > after && one.at <= until;
  }));
}

constexpr Duration on_the_wire = 10ms;  // a frame at 9600 baud, a segment
constexpr Duration pulse = 300ms;

// When somebody was told that a gate is at rest; from then on nothing but a new command moves it.
class Calm {
 public:
  void begins(const Rig& rig) { since_ = rig.time.boot(); }
  void holds(const Rig& rig) const {
    if (since_ == BootTime{}) return;
    RC_ASSERT(ons(rig.board.history(), since_) == 0U);
    RC_ASSERT(!rig.board.on(1));
  }

 private:
  BootTime since_{};
};

// The driver as an actuator without a guard has it.
class Actuator {
 public:
  Actuator(Storm& storm, Reached& reached) : storm_(storm), reached_(reached), relay_(storm.rig.driver()) {}

  void let_somebody_in() {
    Rig& rig = storm_.rig;
    calm_.holds(rig);
    const BootTime begun = rig.time.boot(), deadline = begun + 20ms + any(1s);
    rig.time.pass(any(1s) / *rc::gen::element(1, 20));  // this machine is held up
    const auto told = rig.times_pulses() ? relay_->pulse(1, pulse, deadline) : relay_->set(1, true, deadline);
    const BootTime at = rig.time.boot();
    const BootTime settled = at + relay_->unsettled();
    ++(told ? reached_.opened : reached_.failed);
    if (!told && told.error().what.find("after its deadline") != std::string::npos) ++reached_.late;
    if (told) rig.time.pass(pulse);
    shut();
    const auto& history = rig.board.history();
    log(rig, begun, deadline, at, settled, told ? "ok" : told.error().what);
    RC_ASSERT(ons(history, begun) <= 1U);                                     // it is sent once
    if (told) RC_ASSERT(ons(history, deadline + on_the_wire + 150ms) == 0U);  // in time, but for the board's own time
    if (!told && ons(history, at) > 0) ++reached_.arrived_after_its_error;
    calm_.begins(rig);
    calm_.holds(rig);
  }
  void ends() const { calm_.holds(storm_.rig); }

 private:
  // As turnstile_relay does: at once, and until nothing of it can arrive and the board says that it is so.
  void shut() {
    Rig& rig = storm_.rig;
    const BootTime end = rig.time.boot() + 60s;
    while (rig.time.boot() < end) {
      const bool shut = relay_->set(1, false).has_value();
      const auto state = shut ? relay_->read_back(1) : Result<std::optional<bool>>(Error{});
      if (shut && state && !state->value_or(false) && relay_->unsettled() <= 0s) break;
      if (!shut) ++reached_.lost_board;
      rig.time.pass(50ms);
    }
    RC_ASSERT(rig.time.boot() < end);
    if (rig.kind == Kind::lcus) rig.time.pass(on_the_wire);  // nothing is read back: the frame is on its way
  }

  Storm& storm_;
  Reached& reached_;
  std::unique_ptr<hal::Relay> relay_;
  Calm calm_;
};

// The failsafe as gatepost-guard runs it: requests, and what is due between them.
class Guarded {
 public:
  Guarded(Storm& storm, Reached& reached)
      : storm_(storm),
        reached_(reached),
        failsafe_(
            {.verb = Verb::take, .length = pulse, .channels = {1}},
            [&storm] { return Result<std::unique_ptr<hal::Relay>>(storm.rig.driver()); }, storm.rig.time) {}

  void let_somebody_in() {
    Rig& rig = storm_.rig;
    calm_.holds(rig);
    const BootTime begun = rig.time.boot(), deadline = begun + 20ms + any(1s);
    rig.time.pass(any(1s) / *rc::gen::element(1, 20));  // it waits in the socket of a guard that is frozen
    const auto answer = failsafe_.answer({.verb = Verb::pulse, .channel = 1, .length = pulse, .not_after = deadline});
    const BootTime at = rig.time.boot(), settled = at + answer.settle;
    ++(answer.failed ? reached_.failed : reached_.opened);
    if (answer.failed && at > deadline) ++reached_.late;
    // Nobody asks it to shut.
    const BootTime end = std::max(settled, at + pulse) + 60s;
    while (failsafe_.next_due() && rig.time.boot() < end) {
      rig.time.run_until(std::max(rig.time.boot(), *failsafe_.next_due()));
      failsafe_.expire();
    }
    rig.time.pass(on_the_wire);
    const auto& history = rig.board.history();
    log(rig, begun, deadline, at, settled, answer.failed ? answer.texts[0] : "ok");
    RC_ASSERT(!failsafe_.next_due());
    RC_ASSERT(ons(history, begun) <= 1U);
    if (!answer.failed) RC_ASSERT(ons(history, deadline + on_the_wire + 150ms) == 0U);
    if (answer.failed && ons(history, at) > 0) ++reached_.arrived_after_its_error;
    calm_.begins(rig);
    calm_.holds(rig);
  }
  void ends() const { calm_.holds(storm_.rig); }
  bool rests() {
    for (int i = 0; i < 100; ++i) {
      if (failsafe_.rest()) return true;
      storm_.rig.time.pass(200ms);
    }
    return false;
  }

 private:
  Storm& storm_;
  Reached& reached_;
  Failsafe failsafe_;
  Calm calm_;
};

void expect_all_reached(const Reached& reached) {
  EXPECT_GT(reached.opened, 50);
  EXPECT_GT(reached.failed, 50);
  EXPECT_GT(reached.late, 5);
  EXPECT_GT(reached.arrived_after_its_error, 0);
}

TEST(Settle, WhatFailedOrCameLateActsNoMoreWithTheDriverAlone) {
  Reached reached;
  EXPECT_TRUE(rc::check("driver", [&] {
    Storm storm(*rc::gen::elementOf(all_kinds));
    Actuator actuator(storm, reached);
    const int people = *rc::gen::inRange(1, 40);
    for (int i = 0; i < people; ++i) {
      storm.strike();
      storm.strike();
      actuator.let_somebody_in();
      storm.rig.time.pass(any(2s));
    }
    storm.calm();
    actuator.ends();
    RC_ASSERT(!storm.rig.board.any_on());
  }));
  expect_all_reached(reached);
}

TEST(Settle, WhatFailedOrCameLateActsNoMoreInTheHandsOfTheGuard) {
  Reached reached;
  EXPECT_TRUE(rc::check("failsafe", [&] {
    Storm storm(*rc::gen::elementOf(all_kinds));
    Guarded guarded(storm, reached);
    const int people = *rc::gen::inRange(1, 40);
    for (int i = 0; i < people; ++i) {
      storm.strike();
      storm.strike();
      guarded.let_somebody_in();
    }
    storm.calm();
    guarded.ends();
    RC_ASSERT(guarded.rests());
    storm.rig.time.pass(on_the_wire);
    RC_ASSERT(!storm.rig.board.any_on());
  }));
  expect_all_reached(reached);
}

}  // namespace
}  // namespace gatepost::simulation
