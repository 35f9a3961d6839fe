// Relay boards that say something else than what they are, or nothing at all.
#include <gmock/gmock.h>

#include "devices/dcttech_relay.hpp"
#include "devices/ftdi_serial.hpp"
#include "devices/modbus_slave.hpp"
#include "liars.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;

/// A gate with that board, and the gun before it.
class LiarGate : public LiarSite {
 public:
  LiarGate(const std::string& board, const AcmSerial& gun)
      : LiarSite("  gun: { plugin: serial, device: '" + gun.address() +
                     "' }\n  liar: { plugin: turnstile_relay, board: '" + board + "', pulse: 1s }\n",
                 {"main", "gun: in", "actuator: liar"}) {}
};

class LyingRelay : public testing::Test {
 protected:
  void SetUp() override {
    gun.plug();
    ASSERT_NE(gun.tty(), "");
  }

  // It says that it is on, and was told to be off: nothing is opened by it until it says what is so.
  template <class Board, class Moved>
  void is_refused_while_it_says_that_it_is_on(LiarGate& site, Board& board, Moved moved) {
    EXPECT_TRUE(site.refuses("and says that it is not")) << site.said();
    EXPECT_TRUE(site.refuses("check the board and its power")) << site.said();
    gun.write("E000001\r");
    EXPECT_TRUE(site->recorded("attempt gate_not_ready E000001")) << site.said();
    EXPECT_TRUE(site.other_lane_works()) << site.said();
    EXPECT_FALSE(moved());
    board.says = -1;
    ASSERT_TRUE(site->recorded("device up liar")) << site.said();
    gun.write("E000002\r");
    EXPECT_TRUE(site->recorded("attempt granted E000002")) << site.said();
    EXPECT_TRUE(world::soon(moved)) << site.said();
  }

  // It takes what it is told, and moves nothing: nobody may take it for open.
  void is_reported_not_moved(LiarGate& site) {
    gun.write("E000001\r");
    EXPECT_TRUE(site->tells("alarm actuator_failed", "relay 1 was switched on and says that it is not")) << site.said();
    EXPECT_TRUE(site->tells("alarm actuator_failed", "check the board and its power")) << site.said();
    EXPECT_TRUE(site.other_lane_works()) << site.said();
    EXPECT_FALSE(site->recorded("passage seen", 1, 0ms));
  }

  AcmSerial gun;
};

template <class Moves>
bool opened(Moves& moves) {
  const auto all = moves.all();
  return std::any_of(all.begin(), all.end(), [](const auto& move) { return move.on; });
}

TEST_F(LyingRelay, ADcttechBoardThatSaysOnWhenItIsOffIsRefused) {
  DcttechRelay board;
  board.says = 1;
  board.plug();
  ASSERT_NE(board.hidraw(), "");
  LiarGate site("dcttech:" + board.address(), gun);
  is_refused_while_it_says_that_it_is_on(site, board, [&] { return opened(board.moves()); });
}

TEST_F(LyingRelay, AModbusBoardThatSaysOnWhenItIsOffIsRefused) {
  FtdiSerial cable;
  ModbusSlave board(cable);
  board.says = 1;
  cable.plug();
  ASSERT_NE(cable.tty(), "");
  LiarGate site("modbus:rtu:" + cable.address() + "/unit/1", gun);
  is_refused_while_it_says_that_it_is_on(site, board, [&] { return opened(board.moves()); });
}

TEST_F(LyingRelay, ADcttechBoardThatDoesNotMoveIsReported) {
  DcttechRelay board;
  board.plug();
  ASSERT_NE(board.hidraw(), "");
  LiarGate site("dcttech:" + board.address(), gun);
  ASSERT_TRUE(site->recorded("device up liar")) << site.said();
  board.stuck = true;
  is_reported_not_moved(site);
}

TEST_F(LyingRelay, AModbusBoardThatDoesNotMoveIsReported) {
  FtdiSerial cable;
  ModbusSlave board(cable);
  cable.plug();
  ASSERT_NE(cable.tty(), "");
  LiarGate site("modbus:rtu:" + cable.address() + "/unit/1", gun);
  ASSERT_TRUE(site->recorded("device up liar")) << site.said();
  board.deaf = true;
  is_reported_not_moved(site);
}

// NAK for ever: the kernel gives up each question after five seconds.
TEST_F(LyingRelay, ABoardThatNeverAnswersIsRefused) {
  DcttechRelay board;
  board.plug();
  ASSERT_NE(board.hidraw(), "");
  board.mute = true;
  LiarGate site("dcttech:" + board.address(), gun);
  EXPECT_TRUE(site.refuses("the board does not answer")) << site.said();
  EXPECT_TRUE(site.refuses("check its cable and its power")) << site.said();
  EXPECT_TRUE(site.other_lane_works()) << site.said();
  board.mute = false;
  EXPECT_TRUE(site->recorded("device up liar")) << site.said();
}

}  // namespace
}  // namespace gatepost::lab
