// Relay boards that say something else than what they are, or nothing at all.
#include <gmock/gmock.h>

#include "devices/dcttech_relay.hpp"
#include "devices/ftdi_serial.hpp"
#include "devices/modbus_slave.hpp"
#include "liars.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;

/// Two gates, each with a gun before it, whose boards say that they are on from the beginning.
struct Boards {
  Boards() {
    dcttech.says = modbus.says = 1;
    for (UsbDevice* device : std::initializer_list<UsbDevice*>{&dcttech, &cable, &gun, &second_gun}) device->plug();
    for (const auto& file : {dcttech.hidraw(), cable.tty(), gun.tty(), second_gun.tty()}) EXPECT_NE(file, "");
  }

  static std::string gate(const std::string& name, const std::string& board) {
    return "  " + name + ": { plugin: turnstile_relay, board: '" + board + "', pulse: 1s }\n";
  }
  static std::string scanner(const std::string& name, const std::string& device) {
    return "  " + name + ": { plugin: serial, lines: many, device: '" + device + "' }\n";
  }
  std::string yaml() const {
    return gate("dcttech", "dcttech:" + dcttech.address()) +
           gate("modbus", "modbus:rtu:" + cable.address() + "/unit/1") + scanner("gun", gun.address()) +
           scanner("second_gun", second_gun.address());
  }
  static std::vector<LaneOf> lanes() {
    return {{"first", "gun: in", "actuator: dcttech"}, {"second", "second_gun: in", "actuator: modbus"}};
  }

  DcttechRelay dcttech;
  FtdiSerial cable;
  ModbusSlave modbus{cable};
  AcmSerial gun, second_gun;
};

template <class Moves>
bool opened(Moves& moves) {
  const auto all = moves.all();
  return std::any_of(all.begin(), all.end(), [](const auto& move) { return move.on; });
}

struct LyingRelay : Liars<Boards> {
  // It says that it is on, and was told to be off: nothing is opened by it.
  template <class Board>
  static void is_refused_while_it_says_that_it_is_on(const std::string& name, Board& board, AcmSerial& gun,
                                                     const std::string& code) {
    auto& site = world->site;
    board.says = 1;
    EXPECT_TRUE(site.refuses(name, "and says that it is not")) << site.said();
    EXPECT_TRUE(site.refuses(name, "check the board and its power")) << site.said();
    gun.write(code + "\r");
    EXPECT_TRUE(site->recorded("attempt gate_not_ready " + code)) << site.said();
    EXPECT_TRUE(site.other_lane_works()) << site.said();
    EXPECT_FALSE(opened(board.moves()));
    is_honest(name, board);
  }

  template <class Board>
  static void is_honest(const std::string& name, Board& board) {
    board.says = -1;
    ASSERT_TRUE(world->site->recorded("device up " + name)) << world->site.said();
  }

  // It takes what it is told, and moves nothing: nobody may take the gate for open.
  static void is_reported_not_moved(const std::string& name, AcmSerial& gun) {
    auto& site = world->site;
    gun.write("E000003\r");
    EXPECT_TRUE(site->tells("alarm actuator_failed", name, "relay 1 was switched on and says that it is not"))
        << site.said();
    EXPECT_TRUE(site->tells("alarm actuator_failed", name, "check the board and its power")) << site.said();
    EXPECT_TRUE(site.other_lane_works()) << site.said();
    EXPECT_FALSE(site->recorded("passage seen", 1, 0ms));
  }
};

TEST_F(LyingRelay, ADcttechBoardThatSaysOnWhenItIsOffIsRefused) {
  auto& devices = world->devices;
  is_refused_while_it_says_that_it_is_on("dcttech", devices.dcttech, devices.gun, "E000001");
}

TEST_F(LyingRelay, AModbusBoardThatSaysOnWhenItIsOffIsRefused) {
  auto& devices = world->devices;
  is_refused_while_it_says_that_it_is_on("modbus", devices.modbus, devices.second_gun, "E000002");
}

TEST_F(LyingRelay, ADcttechBoardThatDoesNotMoveIsReported) {
  auto& devices = world->devices;
  ASSERT_NO_FATAL_FAILURE(is_honest("dcttech", devices.dcttech));
  devices.dcttech.stuck = true;
  is_reported_not_moved("dcttech", devices.gun);
}

TEST_F(LyingRelay, AModbusBoardThatDoesNotMoveIsReported) {
  auto& devices = world->devices;
  ASSERT_NO_FATAL_FAILURE(is_honest("modbus", devices.modbus));
  devices.modbus.deaf = true;
  is_reported_not_moved("modbus", devices.second_gun);
}

// NAK for ever. hidraw has one lock for all its devices, which a question holds until it is answered: boards are not
// asked by it.
TEST(SilentRelay, ABoardThatNeverAnswersIsRefusedAndTheOneBesideItMoves) {
  DcttechRelay silent, board;
  AcmSerial gun;
  for (UsbDevice* device : std::initializer_list<UsbDevice*>{&silent, &board, &gun}) device->plug();
  for (const auto& file : {silent.hidraw(), board.hidraw(), gun.tty()}) ASSERT_NE(file, "");
  silent.mute = true;
  LiarSite site(Boards::gate("silent", "dcttech:" + silent.address()) + Boards::scanner("nobody", "sim:terminal") +
                    "  board: { plugin: turnstile_relay, board: 'dcttech:" + board.address() + "', pulse: 100ms }\n" +
                    Boards::scanner("gun", gun.address()),
                {{"main", "nobody: in", "actuator: silent"}, {"gated", "gun: in", "actuator: board"}});
  EXPECT_TRUE(site->recorded("device up board", 1, 8s)) << site.said();
  std::chrono::milliseconds longest{};
  for (int scans = 0; scans < 8; ++scans) {
    const auto scanned = Clock::now();
    gun.write("E000001\r");
    ASSERT_TRUE(board.becomes(1, true)) << site.said();
    longest = std::max(longest, std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - scanned));
    ASSERT_TRUE(board.becomes(1, false)) << site.said();
    std::this_thread::sleep_for(300ms);
  }
  EXPECT_LT(longest, 1s) << site.said();
  EXPECT_TRUE(site.refuses("silent", "the board does not answer")) << site.said();
  EXPECT_TRUE(site.refuses("silent", "check its cable and its power")) << site.said();
  EXPECT_TRUE(site.other_lane_works()) << site.said();
  silent.mute = false;
  EXPECT_TRUE(site->recorded("device up silent")) << site.said();
}

}  // namespace
}  // namespace gatepost::lab
