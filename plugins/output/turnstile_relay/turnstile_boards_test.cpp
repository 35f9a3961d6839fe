// The plugin as the engine uses it, on an LCUS board's wire and on a Modbus server.
#include <gmock/gmock.h>

#include <thread>

#include "test_parts.hpp"
#include "world/guards.hpp"
#include "world/modbus_listener.hpp"
#include "world/modbus_server.hpp"
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
using Server = gatepost::world::ModbusServer;
using testing::ElementsAre;
using testing::HasSubstr;

// Source of the frames: tilga.com/prod/5732195, "on A0 01 01 A2, off A0 01 00 A1".
TEST(Lcus, WritesThePublishedFrames) {
  Pty board;
  const auto gate =
      make({{"board", "lcus:" + board.name()}, {"out", std::int64_t{0}}, {"pulse", gatepost::Duration(20ms)}});
  ASSERT_TRUE(gate->rest());
  EXPECT_EQ(board.read(100), std::string("\xA0\x01\x00\xA1", 4));
  ASSERT_TRUE(gate->release(command()));
  EXPECT_EQ(board.read(100, 4), std::string("\xA0\x01\x01\xA2", 4));
  ASSERT_TRUE(gate->passage(command(), {}));
  EXPECT_EQ(board.read(100), std::string("\xA0\x01\x00\xA1", 4));
}

// It cannot say what its relays are.
TEST(Lcus, IsToldAgainWhereItIsLookedAt) {
  Pty board;
  const auto gate = make({{"board", "lcus:" + board.name()}, {"out", std::int64_t{0}}});
  ASSERT_TRUE(gate->rest());
  EXPECT_EQ(board.read(100), std::string("\xA0\x01\x00\xA1", 4));
  EXPECT_FALSE(gate->look()->moved);
  EXPECT_EQ(board.read(100), std::string("\xA0\x01\x00\xA1", 4));
  ASSERT_TRUE(gate->release(command()));
  EXPECT_EQ(board.read(100, 4), std::string("\xA0\x01\x01\xA2", 4));
  EXPECT_FALSE(gate->look()->moved);
  EXPECT_EQ(board.read(100), "") << "it is open, and is let be";
}

TEST(Modbus, FindsOutThatSomebodyElseHasSwitchedARelay) {
  for (const auto& [fail, at_rest] : {std::pair("secure", false), std::pair("safe", true)}) {
    Server server;
    const auto gate = make({{"board", server.board()}, {"fail", text(fail)}});
    ASSERT_TRUE(gate->rest());
    EXPECT_FALSE(gate->look()->moved);
    server.switch_coil(1, !at_rest);  // as where it was without power
    EXPECT_TRUE(gate->look()->moved) << fail;
    EXPECT_EQ(server.coil(1), !at_rest) << "a look moves nothing";
    ASSERT_TRUE(gate->rest());
    EXPECT_FALSE(gate->look()->moved);
  }
}

TEST(Modbus, LooksAtNoGateThatAnotherLaneHasOpen) {
  Server server;
  const auto gate = make({{"board", server.board()},
                          {"mode", text("hold")},
                          {"channels", std::vector<std::string>{"north.in=1", "south.in=2"}}});
  ASSERT_TRUE(gate->rest());
  ASSERT_TRUE(gate->release(command(Direction::in, "north")));
  EXPECT_FALSE(gate->look()->moved);
  server.switch_coil(2, true);
  EXPECT_TRUE(gate->look()->moved);
}

TEST(Modbus, ALookTellsOfALostBoardAndOfALostSensor) {
  auto board = std::make_unique<Server>();
  auto sensor = std::make_unique<Server>();
  const auto gate =
      make({{"board", board->board("?timeout=100ms")}, {"sensor", sensor->board() + "/input/3?timeout=100ms"}});
  ASSERT_TRUE(gate->rest());
  EXPECT_TRUE(gate->look());
  const int port = sensor->port();
  sensor.reset();
  EXPECT_FALSE(gate->look());
  sensor = std::make_unique<Server>(port);
  EXPECT_TRUE(gate->look());
  board.reset();
  EXPECT_FALSE(gate->look());
}

TEST(Modbus, WritesCoilsAndReadsThemBack) {
  Server server;
  const auto gate = make({{"board", server.board()}, {"out", std::int64_t{0}}, {"pulse", gatepost::Duration(10ms)}});
  ASSERT_TRUE(gate->rest());
  ASSERT_TRUE(gate->release(command()));
  EXPECT_TRUE(server.coil(1));
  ASSERT_TRUE(gate->passage(command(), {}));
  EXPECT_FALSE(server.coil(1));
  EXPECT_EQ(server.requests()[0], "01 05 00 00 00 00 ");
  EXPECT_EQ(server.requests()[1], "01 01 00 00 00 01 ");
  EXPECT_EQ(server.requests()[2], "01 05 00 00 FF 00 ");
}

// Source: waveshare.com/wiki/Modbus_RTU_Relay, "01 05 02 00 00 05" is relay 1 on for 500 ms by the board's own clock.
TEST(Modbus, LetsTheBoardTimeThePulseWhereItCan) {
  Server server;
  const auto gate = make(
      {{"board", server.board("?pulse=waveshare")}, {"out", std::int64_t{0}}, {"pulse", gatepost::Duration(500ms)}});
  ASSERT_TRUE(gate->release(command()));
  EXPECT_THAT(server.requests(), ElementsAre("01 05 02 00 00 05 "));
}

// It acted and its answer was lost: whoever was told that it failed must not find the gate open.
TEST(Modbus, PutsToRestAtOnceWhatFailedAndStaysShutUntilItIsSettled) {
  for (const char* options : {"", "&pulse=waveshare"}) {
    gatepost::world::ModbusListener board;
    const auto gate =
        make({{"board", "modbus:tcp://127.0.0.1:" + std::to_string(board.port()) + "/unit/1?timeout=200ms" + options},
              {"pulse", gatepost::Duration(60s)}});
    ASSERT_TRUE(gate->rest()) << options;
    board.mutes_next();
    const auto failed = gate->release(command());
    ASSERT_FALSE(failed) << options;
    EXPECT_THAT(failed.error().what, HasSubstr("no answer in 200 ms")) << options;
    EXPECT_TRUE(gatepost::world::soon([&] { return !board.coil(1); }, 150ms)) << options;
    EXPECT_THAT(gate->release(command()).error().what, HasSubstr("may still reach the board")) << options;
    EXPECT_THAT(gate->rest().error().what, HasSubstr("may still reach the board")) << options;
    EXPECT_TRUE(gatepost::world::soon([&] { return gate->rest().has_value(); }, 2s)) << options;
    EXPECT_TRUE(gate->release(command())) << options;
  }
}

TEST(Modbus, SeesThePassageOnAnInputOfTheBoard) {
  Server server;
  const auto gate = make({{"board", server.board()}, {"sensor", text("board:3")}, {"pulse", gatepost::Duration(10ms)}});
  ASSERT_TRUE(gate->release(command()));
  std::jthread walker([&] {
    std::this_thread::sleep_for(80ms);  // somebody walks
    server.input(3, true);
  });
  EXPECT_EQ(*gate->passage(command(), {}), Passage::seen);
}

TEST(Modbus, SeesThePassageAtASensorOfItsOwn) {
  Server server;
  const auto gate = make(
      {{"board", text("sim:turnstile")}, {"sensor", server.board() + "/input/3"}, {"pulse", gatepost::Duration(10ms)}});
  ASSERT_TRUE(gate->rest()) << "the sensor is asked, too";
  ASSERT_TRUE(gate->release(command()));
  std::jthread walker([&] {
    std::this_thread::sleep_for(80ms);  // somebody walks
    server.input(3, true);
  });
  EXPECT_EQ(*gate->passage(command(), {}), Passage::seen);
}

// The look that fails is one of many.
TEST(Modbus, ASensorThatFailsForAWhileEndsNoPulseAndSeesThePassage) {
  auto sensor = std::make_unique<Server>();
  const int port = sensor->port();
  Scratch disk;
  const auto gate = make({{"board", text("sim:turnstile?log=log")},
                          {"sensor", sensor->board() + "/input/3?timeout=100ms"},
                          {"pulse", gatepost::Duration(600ms)}},
                         disk.path());
  ASSERT_TRUE(gate->rest());
  const auto released = gate->release(command());
  ASSERT_TRUE(released);
  std::jthread trouble([&] {
    std::this_thread::sleep_for(50ms);  // in the middle of the pulse
    sensor.reset();
    std::this_thread::sleep_for(200ms);
    sensor = std::make_unique<Server>(port);
    std::this_thread::sleep_for(600ms);
    sensor->input(3, true);
  });
  const auto passage = gate->passage(command(), {});
  ASSERT_TRUE(passage) << to_line(passage.error());
  EXPECT_EQ(*passage, Passage::seen);
  EXPECT_THAT(log_of(disk / "log"), ElementsAre("relay 1 on", "relay 1 off"));
  EXPECT_GE(times_of(disk / "log")[1] - times_of(disk / "log")[0], 550ms) << "the pulse was cut";
}

TEST(Modbus, AGateIsDownWithItsSensor) {
  auto server = std::make_unique<Server>();
  const int port = server->port();
  Scratch disk;
  const auto gate = make({{"board", text("sim:turnstile?log=log")},
                          {"sensor", server->board() + "/input/3?timeout=100ms"},
                          {"fail", text("safe")}},
                         disk.path());
  server.reset();
  const auto rested = gate->rest();
  ASSERT_FALSE(rested);
  EXPECT_THAT(rested.error().where, HasSubstr("Modbus board at tcp://127.0.0.1"));
  EXPECT_THAT(log_of(disk / "log"), ElementsAre("relay 1 on")) << "it is put to rest all the same";
  server = std::make_unique<Server>(port);
  EXPECT_TRUE(gate->rest());
}

// Whoever stands in the sensor after a passage is the one who passed; who comes later was let through by nobody.
TEST(Modbus, ALookTellsWhoPassedWithoutBeingLetThrough) {
  for (const bool own : {true, false}) {
    Server board, way_in, way_out;  // each serves one client
    Server &in = own ? way_in : board, &out = own ? way_out : board;
    const auto gate = make({{"board", board.board()},
                            {"sensor_in", own ? in.board() + "/input/3" : "board:3"},
                            {"sensor_out", own ? out.board() + "/input/4" : "board:4"},
                            {"pulse", gatepost::Duration(10ms)}});
    ASSERT_TRUE(gate->rest());
    EXPECT_THAT(gate->look()->passed, testing::IsEmpty());
    ASSERT_TRUE(gate->release(command()));
    std::jthread walker([&] {
      std::this_thread::sleep_for(80ms);  // somebody walks
      in.input(3, true);
    });
    ASSERT_EQ(*gate->passage(command(), {}), Passage::seen);
    EXPECT_THAT(gate->look()->passed, testing::IsEmpty()) << own;
    in.input(3, false);
    EXPECT_THAT(gate->look()->passed, testing::IsEmpty()) << own;
    in.input(3, true);
    const auto inwards = gate->look()->passed;
    ASSERT_EQ(inwards.size(), 1U) << own;
    EXPECT_EQ(inwards[0].direction, Direction::in);
    EXPECT_FALSE(inwards[0].is_free);
    EXPECT_THAT(gate->look()->passed, testing::IsEmpty()) << "told once";
    out.input(4, true);
    const auto outwards = gate->look()->passed;
    ASSERT_EQ(outwards.size(), 1U) << own;
    EXPECT_EQ(outwards[0].direction, Direction::out);
    EXPECT_TRUE(outwards[0].is_free) << "no channel opens outwards";
  }
}

TEST(Modbus, ALookTellsOfASensorThatStaysClosed) {
  Server server;
  const auto gate = make({{"board", server.board()}, {"sensor", text("board:3")}});
  ASSERT_TRUE(gate->rest());
  server.input(3, true);
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(gate->look()->sensor_is_stuck) << "somebody may stand there";
  EXPECT_TRUE(gate->look()->sensor_is_stuck);
  server.input(3, false);
  EXPECT_FALSE(gate->look()->sensor_is_stuck);
}

TEST(Modbus, WhoeverPassedWhileItWasHeldOpenWasLetThrough) {
  Server server;
  const auto gate = make({{"board", server.board()}, {"sensor", text("board:3")}});
  ASSERT_TRUE(gate->rest());
  ASSERT_TRUE(gate->hold_open());
  server.input(3, true);
  ASSERT_TRUE(gate->rest());
  EXPECT_THAT(gate->look()->passed, testing::IsEmpty());
}

// One passage at a time: the second must not be told that the first one's person was its own.
TEST(Modbus, ASensorServesOnePassageAtATime) {
  Server server;
  const auto gate = make({{"board", text("sim:turnstile")},
                          {"sensor", server.board() + "/input/3"},
                          {"pulse", gatepost::Duration(1ms)},
                          {"channels", std::vector<std::string>{"north.in=1", "south.in=2"}}});
  ASSERT_TRUE(gate->rest());
  ASSERT_TRUE(gate->release(command(Direction::in, "north")));
  std::stop_source stop;
  std::jthread first([&] { static_cast<void>(gate->passage(command(Direction::in, "north"), stop.get_token())); });
  const auto asked = [&] { return server.requests().size() > 4; };  // the first passage looks at the input
  while (!asked()) std::this_thread::yield();
  const auto second = gate->passage(command(Direction::in, "south"), {});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().what, HasSubstr("somebody else is being waited for"));
  stop.request_stop();
}

TEST(Modbus, ADeadBoardIsAnErrorInTimeAndComesBack) {
  auto server = std::make_unique<Server>();
  const std::string board = server->board("?timeout=100ms");
  const auto gate = make({{"board", board}});
  ASSERT_TRUE(gate->rest());
  const int port = server->port();
  server.reset();
  const auto begun = SystemClock().now();
  const auto released = gate->release(command());
  ASSERT_FALSE(released);
  EXPECT_THAT(released.error().where, HasSubstr("Modbus board at tcp://127.0.0.1"));
  EXPECT_LT(SystemClock().now() - begun, 1s);
  server = std::make_unique<Server>(port);
  EXPECT_TRUE(gate->rest());
  EXPECT_TRUE(gate->release(command()));
}

}  // namespace
}  // namespace turnstile
