// Gates whose boards hang at real serial drivers, opened by the real engine.
#include <gmock/gmock.h>

#include "devices/acm_serial.hpp"
#include "devices/ch341_serial.hpp"
#include "devices/ftdi_serial.hpp"
#include "devices/modbus_slave.hpp"
#include "site.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;

std::string gun(AcmSerial& scanner) {
  return "  gun: { plugin: serial, lines: many, device: 'serial:" + scanner.tty() + "' }\n";
}

TEST(Turnstile, OpensByModbusBehindFtdiSio) {
  AcmSerial scanner;
  FtdiSerial cable;
  ModbusSlave board(cable);
  scanner.plug();
  cable.plug();
  Site site(gun(scanner) + "  gate: { plugin: turnstile_relay, board: 'modbus:rtu:" + cable.tty() +
                "/unit/1', sensor: board:1, pulse: 300ms, passage_timeout: 20s }\n",
            "gun", "gate");
  site.run({"gun up", "gate up"});
  board.moves().clear();
  scanner.write("E000001\r");
  ASSERT_TRUE(board.becomes(1, true)) << site.engine().output();
  ASSERT_TRUE(board.becomes(1, false));
  const auto moves = board.moves().all();
  EXPECT_GE(moves.at(1).at - moves.at(0).at, 200ms);  // a busy machine lets the board see the first one late
  // At once: the engine goes from one wait for the passage to the next about now, and must miss nothing in between.
  board.input(1, true);
  EXPECT_TRUE(site.recorded("passage seen")) << site.engine().output();
}

TEST(Turnstile, StaysShutForAStranger) {
  AcmSerial scanner;
  FtdiSerial cable;
  ModbusSlave board(cable);
  scanner.plug();
  cable.plug();
  Site site(gun(scanner) + "  gate: { plugin: turnstile_relay, board: 'modbus:rtu:" + cable.tty() + "/unit/1' }\n",
            "gun", "gate");
  site.run({"gun up", "gate up"});
  board.moves().clear();
  scanner.write("E999999\r");
  ASSERT_TRUE(site.recorded("attempt not_listed E999999")) << site.engine().output();
  scanner.write("E000001\r");  // had the first moved anything, it would stand before this
  ASSERT_TRUE(board.becomes(1, true));
  const auto moves = board.moves().all();
  EXPECT_EQ(std::count_if(moves.begin(), moves.end(), [](const auto& move) { return move.on; }), 1);
}

// LCUS boards hang at a CH340: A0, channel, 1 or 0, and their sum.
TEST(Turnstile, OpensByLcusBehindCh341) {
  AcmSerial scanner;
  Ch341Serial board;
  scanner.plug();
  board.plug();
  Site site(gun(scanner) + "  gate: { plugin: turnstile_relay, board: 'lcus:" + board.tty() + "', pulse: 300ms }\n",
            "gun", "gate");
  site.run({"gun up", "gate up"});
  board.forget();
  scanner.write("E000001\r");
  const std::string on{"\xA0\x01\x01\xA2", 4}, off{"\xA0\x01\x00\xA1", 4};
  EXPECT_TRUE(board.hears(on)) << site.engine().output();
  EXPECT_TRUE(board.hears(on + off));
}

}  // namespace
}  // namespace gatepost::lab
