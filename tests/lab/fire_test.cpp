// A fire panel's contact on a GPIO line opens the lanes that are marked for it, whatever becomes of its chip.
#include <gmock/gmock.h>

#include "devices/acm_serial.hpp"
#include "devices/cp2112.hpp"
#include "devices/dcttech_relay.hpp"
#include "devices/ftdi_serial.hpp"
#include "devices/modbus_slave.hpp"
#include "site.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;

constexpr int line = 3;  // that the panel's contact is on

struct Devices {
  Devices() {
    for (UsbDevice* device : std::initializer_list<UsbDevice*>{&pins, &exit_board, &plain_board, &cable, &scanner})
      device->plug();
    for (const auto& file : {pins.chip(), exit_board.hidraw(), plain_board.hidraw(), cable.tty(), scanner.tty()})
      EXPECT_NE(file, "");
  }

  Cp2112 pins;
  DcttechRelay exit_board, plain_board;
  FtdiSerial cable;
  ModbusSlave yard_board{cable};
  AcmSerial scanner;
};

/// Two lanes that are marked, each with a board of its own kind, and one that is not.
struct Panel : Devices {
  static std::string input(const std::string& name, const std::string& plugin, const std::string& device) {
    return "  " + name + ": { plugin: " + plugin + ", device: '" + device + "' }\n";
  }
  static std::string gate(const std::string& name, const std::string& board) {
    return "  " + name + ": { plugin: turnstile_relay, board: '" + board + "', pulse: 500ms }\n";
  }

  Site site{input("fire", "contact", "gpio:" + pins.address() + "/3', means: 'alarm") +
                input("knob", "contact", "gpio:" + pins.address() + "/4") + input("gun", "serial", scanner.address()) +
                gate("exit_gate", "dcttech:" + exit_board.address()) +
                gate("yard_gate", "modbus:rtu:" + cable.address() + "/unit/1") +
                gate("plain_gate", "dcttech:" + plain_board.address()),
            std::vector<LaneOf>{{"exit", "fire: in", "actuator: exit_gate, opens_on_alarm: true"},
                                {"yard", "knob: in", "actuator: yard_gate, opens_on_alarm: true"},
                                {"plain", "gun: in", "actuator: plain_gate"}}};
};

/// One engine for both, which begin and end with all gates shut and no alarm.
class Fire : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    panel = std::make_unique<Panel>();
    panel->site.run({"fire up", "knob up", "gun up", "exit_gate up", "yard_gate up", "plain_gate up"});
  }
  static void TearDownTestSuite() { panel.reset(); }
  void SetUp() override {
    panel->plain_board.moves().clear();
    alarms = panel->site.times("alarm alarm");
    all_clears = panel->site.times("alarm all_clear");
  }

  bool marked_become(bool open) { return panel->exit_board.becomes(1, open) && panel->yard_board.becomes(1, open); }
  bool marked_are_open() const { return panel->exit_board.on(1) && panel->yard_board.coil(1); }
  bool plain_was_opened() const {
    const auto moves = panel->plain_board.moves().all();
    return std::any_of(moves.begin(), moves.end(), [](const auto& move) { return move.on; });
  }

  static inline std::unique_ptr<Panel> panel;
  std::ptrdiff_t alarms = 0, all_clears = 0;  // before this test
};

TEST_F(Fire, HoldsEveryMarkedLaneOpenAndNoOtherUntilTheAllClear) {
  auto& [pins, exit_board, plain_board, cable, yard_board, scanner] = static_cast<Devices&>(*panel);
  auto& site = panel->site;
  pins.input(line, true);
  ASSERT_TRUE(site.recorded("alarm alarm", alarms + 1)) << site.engine().output();
  ASSERT_TRUE(marked_become(true)) << site.engine().output();
  EXPECT_TRUE(site.recorded("alarm held_open", 2)) << site.engine().output();
  EXPECT_FALSE(plain_was_opened()) << "a lane that is not marked has moved";
  const auto moves = exit_board.moves().all().size();
  scanner.write("E000001\r");  // and that lane goes on working
  ASSERT_TRUE(plain_board.becomes(1, true)) << site.engine().output();
  ASSERT_TRUE(plain_board.becomes(1, false));
  std::this_thread::sleep_for(1s);  // three pulses in all: neither a pulse's end nor the guard's terms shut it
  EXPECT_TRUE(marked_are_open());
  const auto all = exit_board.moves().all();
  EXPECT_TRUE(std::all_of(all.begin() + static_cast<long>(moves), all.end(), [](const auto& move) { return move.on; }))
      << "it was shut for a moment";
  pins.input(line, false);
  EXPECT_TRUE(site.recorded("alarm all_clear", all_clears + 1)) << site.engine().output();
  EXPECT_TRUE(marked_become(false)) << site.engine().output();
}

// A contact that goes away leaves the alarm as it was; what it says when it is back counts.
TEST_F(Fire, OutlastsItsChipAndHeedsItWhenItIsBack) {
  auto& pins = panel->pins;
  auto& site = panel->site;
  pins.input(line, true);
  ASSERT_TRUE(marked_become(true)) << site.engine().output();
  pins.unplug();
  ASSERT_TRUE(site.recorded("device down fire")) << site.engine().output();
  std::this_thread::sleep_for(1s);
  EXPECT_TRUE(marked_are_open()) << "the lanes were shut when the chip had gone";
  EXPECT_FALSE(site.recorded("alarm all_clear", all_clears + 1, 0ms));
  pins.plug();  // with the contact still closed
  ASSERT_TRUE(site.recorded("device up fire", 2)) << site.engine().output();
  std::this_thread::sleep_for(500ms);
  EXPECT_TRUE(marked_are_open());
  EXPECT_FALSE(site.recorded("alarm alarm", alarms + 2, 0ms)) << "the same alarm was told twice";
  pins.unplug();
  ASSERT_TRUE(site.recorded("device down fire", 2)) << site.engine().output();
  pins.input(line, false);
  pins.plug();  // and now it is open
  EXPECT_TRUE(site.recorded("alarm all_clear", all_clears + 1)) << site.engine().output();
  EXPECT_TRUE(marked_become(false)) << site.engine().output();
  EXPECT_FALSE(plain_was_opened()) << "a lane that is not marked has moved";
}

}  // namespace
}  // namespace gatepost::lab
