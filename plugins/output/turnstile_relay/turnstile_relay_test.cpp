// The plugin as the engine uses it, on the simulated turnstile.
#include <gmock/gmock.h>

#include <thread>

#include "test_parts.hpp"
#include "wiring.hpp"
#include "world/guards.hpp"
#include "world/pty.hpp"
#include "world/scratch.hpp"

namespace turnstile {
namespace {

using gatepost::Direction;
using gatepost::Passage;
using gatepost::SystemClock;
using gatepost::to_line;
using gatepost::world::Pty;
using gatepost::world::Scratch;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(TurnstileRelay, PulsesAndSeesThePassage) {
  Scratch disk;
  const auto gate = make({{"board", text("sim:turnstile?pass_after=30ms&log=log")},
                          {"sensor", text("board:1")},
                          {"pulse", gatepost::Duration(20ms)}},
                         disk.path());
  ASSERT_TRUE(gate->rest());
  ASSERT_TRUE(gate->release(command()));
  const auto passage = gate->passage(command(), {});
  ASSERT_TRUE(passage) << to_line(passage.error());
  EXPECT_EQ(*passage, Passage::seen);
  EXPECT_THAT(log_of(disk / "log"), ElementsAre("relay 1 on", "relay 1 off"));
}

TEST(TurnstileRelay, OpensEachDirectionByItsChannel) {
  Scratch disk;
  const auto gate =
      make({{"out", std::int64_t{2}}, {"board", text("sim:turnstile?log=log")}, {"pulse", gatepost::Duration(5ms)}},
           disk.path());
  for (const Direction direction : {Direction::out, Direction::in}) {
    ASSERT_TRUE(gate->release(command(direction)));
    EXPECT_EQ(*gate->passage(command(direction), {}), Passage::no_sensor);
  }
  EXPECT_THAT(log_of(disk / "log"), ElementsAre("relay 2 on", "relay 2 off", "relay 1 on", "relay 1 off"));
}

TEST(TurnstileRelay, TellsWhenNobodyPassed) {
  const auto gate = make({{"board", text("sim:turnstile?balk=1")},
                          {"sensor", text("board:1")},
                          {"pulse", gatepost::Duration(10ms)},
                          {"passage_timeout", gatepost::Duration(150ms)}});
  ASSERT_TRUE(gate->release(command()));
  EXPECT_EQ(*gate->passage(command(), {}), Passage::timed_out);
}

TEST(TurnstileRelay, HoldsUntilSomebodyHasPassed) {
  Scratch disk;
  const auto gate = make(
      {{"board", text("sim:turnstile?pass_after=60ms&log=log")}, {"sensor", text("board:1")}, {"mode", text("hold")}},
      disk.path());
  ASSERT_TRUE(gate->release(command()));
  const auto begun = SystemClock().now();
  EXPECT_EQ(*gate->passage(command(), {}), Passage::seen);
  EXPECT_GE(SystemClock().now() - begun, 40ms);
  EXPECT_LT(SystemClock().now() - begun, 2s);
  EXPECT_THAT(log_of(disk / "log"), ElementsAre("relay 1 on", "relay 1 off"));
}

TEST(TurnstileRelay, AFailSafeGateRestsEnergised) {
  Scratch disk;
  const auto gate = make({{"board", text("sim:turnstile?log=log")},
                          {"fail", text("safe")},
                          {"out", std::int64_t{0}},
                          {"pulse", gatepost::Duration(5ms)}},
                         disk.path());
  ASSERT_TRUE(gate->rest());
  ASSERT_TRUE(gate->release(command()));
  ASSERT_TRUE(gate->passage(command(), {}));
  EXPECT_THAT(log_of(disk / "log"), ElementsAre("relay 1 on", "relay 1 off", "relay 1 on"));
}

TEST(TurnstileRelay, DoesNotActAfterTheDeadline) {
  Scratch disk;
  const auto gate = make({{"board", text("sim:turnstile?log=log")}}, disk.path());
  ASSERT_FALSE(gate->release(command(Direction::in, "main", -1ms)));
  EXPECT_THAT(log_of(disk / "log"), testing::IsEmpty());
}

// A board that confirms nothing in time: its relay may have moved, so it is told to let go again.
TEST(TurnstileRelay, ShutsAgainWhatAMuchTooSlowBoardOpened) {
  Pty line;
  const auto gate = make({{"board", "modbus:rtu:" + line.name() + "/unit/1?timeout=300ms"}});
  std::vector<std::string> writes;
  std::jthread board([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const std::string request = line.read(50, 8);
      if (request.size() == 8 && request[1] == 5) writes.push_back(request.substr(0, 6));
      if (writes.size() == 1) std::this_thread::sleep_for(150ms);  // it is slow
      const bool on = !writes.empty() && writes.back()[4] != 0;
      const std::string state =
          on ? std::string("\x01\x01\x01\x01\x90\x48", 6) : std::string("\x01\x01\x01\x00\x51\x88", 6);
      if (request.size() == 8) line.write(request[1] == 5 ? request : state);
    }
  });
  EXPECT_THAT(gate->release(command(Direction::in, "main", 50ms)).error().what, HasSubstr("deadline"));
  const auto failed = SystemClock().now();
  const auto too_early = gate->release(command());
  if (SystemClock().now() - failed < 250ms) {  // where the machine is held up for longer it has settled
    EXPECT_FALSE(too_early) << "something of it may still be on its way";
  }
  const auto settled = SystemClock().now() + 20s;
  auto rested = gate->rest();
  for (; !rested && SystemClock().now() < settled; rested = gate->rest()) std::this_thread::yield();
  EXPECT_TRUE(rested) << to_line(rested.error());
  const auto released = gate->release(command());
  EXPECT_TRUE(released) << to_line(released.error());
  EXPECT_TRUE(gate->rest());
  board = {};
  EXPECT_THAT(writes, testing::SizeIs(testing::Ge(3U)));
  EXPECT_EQ(writes[0], std::string("\x01\x05\x00\x00\xFF\x00", 6));
  EXPECT_EQ(writes[1], std::string("\x01\x05\x00\x00\x00\x00", 6));
}

// Channel 1 does not answer; channel 2 must be put to rest all the same.
TEST(TurnstileRelay, PutsTheOtherChannelsToRestWhenOneFails) {
  Pty line;
  const auto gate = make({{"out", std::int64_t{2}}, {"board", "modbus:rtu:" + line.name() + "/unit/1?timeout=100ms"}});
  EXPECT_FALSE(gate->rest());
  const std::string sent = line.read(50);
  EXPECT_THAT(sent, HasSubstr(std::string("\x01\x05\x00\x01\x00\x00", 6)));
}

// Without the device: none of these boards is there.
TEST(TurnstileRelay, RefusesWhatTheBoardsAddressLacks) {
  struct Wrong {
    Given given;
    const char *where, *what;
  };
  const std::string lcus = "lcus:/dev/nowhere", modbus = "modbus:tcp://192.0.2.1:502/unit/1";
  const Wrong wrong[] = {
      {{{"board", lcus}, {"in", std::int64_t{7}}}, "in", "has 1 channel and none is 7"},
      {{{"board", lcus + "?channels=4"}, {"out", std::int64_t{5}}}, "out", "has 4 channels and none is 5"},
      {{{"board", lcus}, {"sensor", text("board:1")}}, "sensor", "has no inputs"},
      {{{"board", modbus}, {"in", std::int64_t{9}}}, "in", "has 8 channels and none is 9"},
      {{{"board", modbus}, {"channels", std::vector<std::string>{"a.in=1", "a.out=12"}}}, "channels", "none is 12"},
      {{{"board", text("sim:turnstile")}, {"sensor_out", text("board:9")}}, "sensor_out", "has 2 inputs and none is 9"},
      {{{"board", lcus + "?channels=9"}}, "board", "the option 'channels' is not right"},
      {{{"board", lcus + "?chanels=2"}}, "board", "there is no option 'chanels'"},
      {{{"board", text("serial:/dev/nowhere")}}, "board", "no address of a relay board"},
  };
  for (const auto& [given, where, what] : wrong) {
    const auto made = try_make(given);
    ASSERT_FALSE(made) << what;
    EXPECT_THAT(made.error().what, HasSubstr(what));
    EXPECT_EQ(made.error().where, where);
  }
  EXPECT_TRUE(try_make({{"board", lcus + "?channels=8"}, {"in", std::int64_t{7}}, {"out", std::int64_t{8}}}));
  EXPECT_TRUE(try_make({{"board", modbus + "?channels=16"}, {"in", std::int64_t{16}}, {"sensor", text("board:16")}}));
}

// The same for sensors with an address of their own.
TEST(TurnstileRelay, RefusesSensorsThatCannotBe) {
  const std::string rtu = "modbus:rtu:/dev/nowhere/unit/";
  struct Wrong {
    Given given;
    const char *where, *what;
  };
  const Wrong wrong[] = {
      {{{"sensor", text("gpio:gpiochip0")}}, "sensor", "no address of GPIO lines"},
      {{{"sensor_in", text("gpio:gpiochip0/1?debounce=slow")}}, "sensor_in", "'debounce' is not right"},
      {{{"sensor_out", text("modbus:tcp://192.0.2.1:502/unit/1")}}, "sensor_out", "no address of a Modbus input"},
      {{{"sensor", text("modbus:tcp://192.0.2.1:502/unit/1/input/0")}}, "sensor", "no address of a Modbus input"},
      {{{"sensor", text("lcus:/dev/nowhere")}}, "sensor", "no address of a contact"},
      {{{"sensor", text("board:0")}}, "sensor", "is no sensor"},
      {{{"board", rtu + "1"}, {"sensor", rtu + "2/input/1"}},
       "sensor",
       "serial bus of the board, which has one master"},
      {{{"sensor_in", text("gpio:c/1")}, {"sensor_out", text("gpio:c/1")}}, "sensor_out", "the same sensor"},
  };
  for (auto [given, where, what] : wrong) {
    given.emplace("board", text("sim:turnstile"));
    const auto made = try_make(given);
    ASSERT_FALSE(made) << what;
    EXPECT_THAT(made.error().what, HasSubstr(what));
    EXPECT_EQ(made.error().where, where);
  }
  EXPECT_TRUE(try_make({{"board", text("sim:turnstile")}, {"sensor", text("gpio:gpiochip0/17?active=low")}}));
  EXPECT_TRUE(try_make({{"board", rtu + "1"}, {"sensor", text("modbus:rtu:/dev/elsewhere/unit/2/input/1")}}));
}

TEST(TurnstileRelay, ChecksTheLinesOfAGpioBoard) {
  const auto none = try_make({{"board", text("gpio:gpiochip0/17,27")}, {"in", std::int64_t{3}}});
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().what, HasSubstr("has 2 channels and none is 3"));
  const auto gate = make({{"board", text("gpio:gpiochip0/17,27")}, {"out", std::int64_t{2}}});
  EXPECT_THAT(gate->after_kill()->by, HasSubstr("the guard process")) << "a line stays as it is";
}

TEST(TurnstileRelay, SaysWhoShutsAGateThatAnAlarmHoldsOpen) {
  const auto lcus = text("lcus:/dev/nowhere"), own_pulse = text("modbus:tcp://192.0.2.1:502/unit/1?pulse=waveshare");
  EXPECT_THAT(make({{"board", lcus}})->after_kill_in_alarm()->by, HasSubstr("5.7 s after it said last"));
  EXPECT_FALSE(make({{"board", lcus}, {"in_alarm", text("open")}})->after_kill_in_alarm());
  EXPECT_TRUE(make({{"board", own_pulse}})->after_kill()) << "the board's pulse";
  EXPECT_FALSE(make({{"board", own_pulse}})->after_kill_in_alarm()) << "which ends nothing that is held";
  EXPECT_TRUE(make({{"board", own_pulse}, {"after_kill", text("guard")}})->after_kill_in_alarm());
  const auto nobody = try_make({{"board", own_pulse}, {"in_alarm", text("shut")}});
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().where, "in_alarm");
  EXPECT_THAT(nobody.error().remedy, HasSubstr("after_kill: guard"));
}

TEST(TurnstileRelay, RefusesADirectionThatIsNotFitted) {
  const auto gate = make({{"board", text("sim:turnstile")}, {"out", std::int64_t{0}}});
  EXPECT_THAT(gate->release(command(Direction::out)).error().what, HasSubstr("no channel opens out"));
}

TEST(TurnstileRelay, DoesNotBelieveABoardThatTakesCommandsAndDoesNothing) {
  const auto gate = make({{"board", text("sim:turnstile?silent=yes")}, {"fail", text("safe")}});
  EXPECT_THAT(gate->rest().error().what, HasSubstr("says that it is not"));
}

TEST(TurnstileRelay, DoesNotTakeAGateForOpenThatItsBoardSaysIsShut) {
  const auto gate = make({{"board", text("sim:turnstile?silent=yes")}});
  ASSERT_TRUE(gate->rest());
  const auto released = gate->release(command());
  ASSERT_FALSE(released);
  EXPECT_EQ(released.error().what, "relay 1 was switched on and says that it is not");
  EXPECT_NE(released.error().remedy, "");
}

TEST(TurnstileRelay, OpensALostBoardAnew) {
  const auto gate = make({{"board", text("sim:turnstile?fail_after=2")}, {"pulse", gatepost::Duration(1ms)}});
  ASSERT_TRUE(gate->rest());
  ASSERT_TRUE(gate->release(command()));
  EXPECT_FALSE(gate->passage(command(), {}));
  EXPECT_TRUE(gate->rest());
}

// Whoever was told that it failed must not find the gate open.
TEST(TurnstileRelay, ShutsAgainAtOnceWhatFailedToOpen) {
  Scratch disk;
  const auto gate = make({{"board", text("sim:turnstile?fail_after=1&log=log")}, {"fail", text("safe")}}, disk.path());
  ASSERT_TRUE(gate->rest());
  EXPECT_FALSE(gate->release(command()));
  EXPECT_THAT(log_of(disk / "log"), ElementsAre("relay 1 on", "relay 1 on")) << "on a board that was opened anew";
}

TEST(TurnstileRelay, RestsWhenItGoesAway) {
  Scratch disk;
  {
    const auto gate = make({{"board", text("sim:turnstile?log=log")}}, disk.path());
    ASSERT_TRUE(gate->release(command()));
  }
  EXPECT_THAT(log_of(disk / "log"), ElementsAre("relay 1 on", "relay 1 off"));
}

TEST(TurnstileRelay, StopsAtOnceWithTheGateShut) {
  Scratch disk;
  const auto gate =
      make({{"board", text("sim:turnstile?balk=1&log=log")}, {"sensor", text("board:1")}, {"mode", text("hold")}},
           disk.path());
  ASSERT_TRUE(gate->release(command()));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(gate->passage(command(), stop.get_token()));
  EXPECT_THAT(log_of(disk / "log"), ElementsAre("relay 1 on", "relay 1 off"));
}

TEST(TurnstileRelay, OneBoardServesSeveralLanes) {
  Scratch disk;
  const auto gate = make({{"board", text("sim:turnstile?balk=1&log=log")},
                          {"sensor", text("board:1")},
                          {"mode", text("hold")},
                          {"channels", std::vector<std::string>{"north.in=1", "south.in=2"}}},
                         disk.path());
  ASSERT_TRUE(gate->release(command(Direction::in, "north")));
  std::stop_source stop;
  std::jthread slow([&] { static_cast<void>(gate->passage(command(Direction::in, "north"), stop.get_token())); });
  const auto begun = SystemClock().now();
  EXPECT_TRUE(gate->release(command(Direction::in, "south")));
  EXPECT_LT(SystemClock().now() - begun, 500ms) << "a slow walker of one lane holds up the other";
  EXPECT_FALSE(gate->release(command(Direction::out, "south")));
  stop.request_stop();
}

TEST(TurnstileRelay, RefusesSettingsThatContradict) {
  EXPECT_THAT(
      try_make({{"board", text("sim:turnstile")}, {"in", std::int64_t{2}}, {"out", std::int64_t{2}}}).error().what,
      HasSubstr("same channel"));
  EXPECT_THAT(try_make({{"board", text("nothing")}}).error().where, "board");
  EXPECT_THAT(try_make({{"board", text("sim:turnstile")}, {"sensor", text("door")}}).error().remedy,
              HasSubstr("board:1"));
  EXPECT_FALSE(turnstile::Wiring::make(1, 2, {"north.in=1", "south.in=1"}));
  EXPECT_FALSE(turnstile::Wiring::make(1, 2, {"north=1"}));
}

}  // namespace
}  // namespace turnstile
