// A relay board in a storm: the other lane scans on, and no relay is left on.
#include <gmock/gmock.h>

#include "devices/dcttech_relay.hpp"
#include "storm.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;

// Every second time the cable is drawn while the gate is open: the board comes back with its relay on.
void toss(Site& site, DcttechRelay& board, AcmSerial& scanner, int cycle, BackAtWork& back) {
  scanner.write("E000001\r");
  ASSERT_TRUE(board.becomes(1, true)) << site.engine().output();
  if (cycle % 2 == 0) {
    ASSERT_TRUE(board.becomes(1, false));
  }
  board.unplug();
  ASSERT_TRUE(site.recorded("device down gate", cycle)) << site.engine().output();
  board.plug();
  const std::string file = board.node("bus/usb");
  ASSERT_NO_FATAL_FAILURE(back.wait(site, "gate", cycle + 1, file));
  EXPECT_FALSE(board.on(1)) << "it is up, and its relay is on";
}

TEST(GateStorm, TheOtherLaneScansOnAndNoRelayIsLeftOn) {
  DcttechRelay board;
  AcmSerial scanner, other;
  board.plug();
  scanner.plug();
  other.plug();
  for (const auto& file : {board.hidraw(), scanner.tty(), other.tty()}) ASSERT_NE(file, "");
  const std::string name = "dcttech:" + board.address();
  Site site("  gate: { plugin: turnstile_relay, board: '" + name +
                "', pulse: 1s }\n  gun: { plugin: serial, lines: many, device: '" + scanner.address() +
                "' }\n  busy: { plugin: serial, lines: many, device: '" + other.address() + "' }\n",
            std::vector<LaneOf>{{"gated", "gun: in", "actuator: gate"}, {"other", "busy: in"}});
  site.run({"gate up", "gun up", "busy up"});
  Codes codes;
  Busy busy(other, "busy", codes);
  BackAtWork back;
  Holdings early;
  for (int cycle = 1; cycle <= storm_cycles() && !testing::Test::HasFatalFailure(); ++cycle) {
    toss(site, board, scanner, cycle, back);
    if (cycle == storm_warm_up()) early = Holdings::of(site.engine().pid());
  }
  const int scanned = busy.stop();
  const auto all_read = [&] { return site.recorded("attempt not_listed E" + std::to_string(100'000 + scanned - 1)); };
  EXPECT_TRUE(all_read()) << site.engine().output();
  codes.were_read_once_each(site);
  EXPECT_EQ(std::ranges::count(site.records(), "attempt granted E000001"), storm_cycles());
  Holdings::have_not_grown(site.engine().pid(), early, 2048);
  EXPECT_EQ(world::guards_of(name).size(), 1U) << "guards are left behind";
  back.is_soon();
  EXPECT_FALSE(board.on(1));
  site.engine().send(SIGTERM);
  EXPECT_EQ(site.engine().ends(Site::patience), 0);
  EXPECT_FALSE(board.on(1)) << "a relay is left on";
}

}  // namespace
}  // namespace gatepost::lab
