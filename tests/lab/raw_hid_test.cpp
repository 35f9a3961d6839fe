// Point-of-sale scanners and relay boards, by hidraw and by libusb.
#include <gmock/gmock.h>
#include <gatepost/hal/raw_hid.hpp>
#include <gatepost/hal/relay.hpp>
#include <gatepost/hal/serial_port.hpp>

#include <thread>

#include "devices/acm_serial.hpp"
#include "devices/ch341_serial.hpp"
#include "devices/dcttech_relay.hpp"
#include "devices/ftdi_serial.hpp"
#include "devices/hid_pos_scanner.hpp"
#include "devices/keyboard_gun.hpp"
#include "devices/modbus_slave.hpp"
#include "file.hpp"
#include "site.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

hal::Address address(const std::string& text) { return *hal::Address::parse(text, "/"); }

/// How a device is spoken to.
class RawHid : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<hal::RawHid> opened(HidDevice& device) {
    EXPECT_NE(device.hidraw(), "");
    auto raw = hal::open_raw_hid(address(device.address() + "?via=" + GetParam()));
    EXPECT_TRUE(raw) << to_line(raw.error());
    return raw ? std::move(*raw) : nullptr;
  }
};
INSTANTIATE_TEST_SUITE_P(Ways, RawHid, testing::Values("hidraw", "libusb"), [](const auto& way) { return way.param; });

TEST_P(RawHid, GivesReportsWhole) {
  HidPosScanner scanner;
  scanner.plug();
  const auto raw = opened(scanner);
  ASSERT_TRUE(raw);
  std::array<std::byte, 64> report;
  for (int round = 0; round < 20; ++round) {
    scanner.scan(std::string(56, 'A') + "BCD");
    for (const int size : {56, 3}) {
      const auto read = raw->read(report, 5s, {});
      ASSERT_TRUE(read) << to_line(read.error());
      ASSERT_EQ(read->size, 64U);
      EXPECT_EQ(report[0], std::byte{2});
      EXPECT_EQ(std::to_integer<int>(report[1]), size);
      EXPECT_FALSE(read->lost);
    }
  }
  const auto nothing = raw->read(report, 50ms, {});
  ASSERT_TRUE(nothing);
  EXPECT_EQ(nothing->size, 0U);
  EXPECT_EQ(raw->size_of(2)->input, 63U);
}

TEST_P(RawHid, StopsAtOnce) {
  HidPosScanner scanner;
  scanner.plug();
  const auto raw = opened(scanner);
  ASSERT_TRUE(raw);
  std::stop_source stop;
  const std::jthread later([&] {
    std::this_thread::sleep_for(100ms);
    stop.request_stop();
  });
  std::array<std::byte, 64> report;
  const auto begun = Clock::now();
  ASSERT_TRUE(raw->read(report, 10s, stop.get_token()));
  EXPECT_LT(Clock::now() - begun, 2s);
}

TEST_P(RawHid, RefusesAReportThatIsTooLarge) {
  HidPosScanner scanner;
  scanner.plug();
  const auto raw = opened(scanner);
  ASSERT_TRUE(raw);
  scanner.scan("E000001");
  std::array<std::byte, 63> report;
  const auto read = raw->read(report, 5s, {});
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().remedy, "");
}

TEST_P(RawHid, SendsOutputReports) {
  HidPosScanner scanner;
  scanner.plug();
  const auto raw = opened(scanner);
  ASSERT_TRUE(raw);
  std::array<std::byte, 64> report{};
  report[0] = std::byte{0xFD};
  report[1] = std::byte{3};
  const std::string trigger = "\x16T\r";
  std::ranges::copy(std::as_bytes(std::span(trigger)), report.begin() + 2);
  const auto written = raw->write(report);
  ASSERT_TRUE(written) << to_line(written.error());
  EXPECT_TRUE(scanner.hears(trigger));
}

TEST_P(RawHid, SaysThatTheDeviceIsGone) {
  HidPosScanner scanner;
  scanner.plug();
  const auto raw = opened(scanner);
  ASSERT_TRUE(raw);
  const std::jthread later([&] { scanner.unplug(); });
  std::array<std::byte, 64> report;
  const auto read = raw->read(report, 10s, {});
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().what, HasSubstr("gone"));
}

TEST_P(RawHid, SpeaksInFeatureReports) {
  DcttechRelay relay(2, "GATE1");
  relay.plug();
  const auto raw = opened(relay);
  ASSERT_TRUE(raw);
  std::array<std::byte, 9> report{std::byte{0}, std::byte{0xFF}, std::byte{2}};
  ASSERT_TRUE(raw->set_feature(report));
  EXPECT_TRUE(relay.becomes(2, true));
  report = {};
  const auto size = raw->get_feature(report);
  ASSERT_TRUE(size) << to_line(size.error());
  EXPECT_EQ(*size, 9U);
  EXPECT_EQ(report[8], std::byte{2});
}

TEST_P(RawHid, IsForOneAlone) {
  HidPosScanner scanner;
  scanner.plug();
  const auto raw = opened(scanner);
  ASSERT_TRUE(raw);
  const auto second = hal::open_raw_hid(address(scanner.address() + "?via=" + GetParam()));
  EXPECT_FALSE(second);
}

TEST(Libusb, GivesTheKernelItsDeviceBack) {
  HidPosScanner scanner;
  scanner.plug();
  ASSERT_NE(scanner.hidraw(), "");
  {
    const auto raw = hal::open_raw_hid(address(scanner.address() + "?via=libusb"));
    ASSERT_TRUE(raw) << to_line(raw.error());
    EXPECT_EQ(scanner.node("hidraw", 100ms), "");
  }
  EXPECT_NE(scanner.hidraw(), "");
}

TEST(HidUse, IsWhatADeviceSaysOfItself) {
  HidPosScanner scanner;
  KeyboardGun gun;
  scanner.plug();
  gun.plug();
  ASSERT_NE(scanner.hidraw(), "");
  ASSERT_NE(gun.hidraw(), "");
  EXPECT_EQ(*hal::hid_use(address(scanner.address())), hal::HidUse::reports);
  EXPECT_EQ(*hal::hid_use(address(gun.address())), hal::HidUse::keyboard);
}

TEST(DcttechBoard, IsSetAndReadBack) {
  DcttechRelay relay(2);
  relay.plug();
  ASSERT_NE(relay.hidraw(), "");
  const auto board = hal::open_relay(address("dcttech:" + relay.address()));
  ASSERT_TRUE(board) << to_line(board.error());
  EXPECT_EQ((*board)->channels(), 2);
  EXPECT_TRUE((*board)->set(1, true));
  EXPECT_TRUE(relay.becomes(1, true));
  EXPECT_EQ(**(*board)->read_back(1), true);
  EXPECT_EQ(**(*board)->read_back(2), false);
  EXPECT_TRUE((*board)->set(1, false));
  EXPECT_TRUE(relay.becomes(1, false));
  EXPECT_FALSE((*board)->set(3, true));
  relay.stuck = true;
  EXPECT_TRUE((*board)->set(2, true));
  EXPECT_EQ(**(*board)->read_back(2), false) << "what the board says, not what was asked";
  relay.unplug();
  EXPECT_THAT((*board)->set(1, true).error().what, HasSubstr("gone"));
}

TEST(DcttechBoard, OfTwoIsRefusedWithoutItsPort) {
  DcttechRelay one(2, "SAME1"), two(2, "SAME1");
  one.plug();
  two.plug();
  ASSERT_NE(one.hidraw(), "");
  ASSERT_NE(two.hidraw(), "");
  const auto any = hal::open_relay(address("dcttech:usb:16c0:05df"));
  ASSERT_FALSE(any);
  EXPECT_THAT(any.error().what, HasSubstr("2 devices"));
  const auto board = hal::open_relay(address("dcttech:" + two.address()));
  ASSERT_TRUE(board) << to_line(board.error());
  EXPECT_TRUE((*board)->set(1, true));
  EXPECT_TRUE(two.becomes(1, true));
  EXPECT_FALSE(one.on(1));
}

TEST(SerialByPort, IsFoundWhateverItsNumber) {
  AcmSerial other, meant;
  other.plug();
  meant.plug();
  ASSERT_NE(other.node("ttyACM"), "");
  ASSERT_NE(meant.node("ttyACM"), "");
  const auto port = hal::open_serial(address(meant.address()), {});
  ASSERT_TRUE(port) << to_line(port.error());
  EXPECT_THAT((*port)->identity(), HasSubstr(meant.bus_id()));
  meant.write("E000001\r");
  std::array<std::byte, 64> bytes;
  std::string read;
  while (read.size() < 8) {
    const auto chunk = (*port)->read(bytes, 5s, {});
    ASSERT_TRUE(chunk) << to_line(chunk.error());
    ASSERT_GT(chunk->size, 0U);
    read.append(reinterpret_cast<const char*>(bytes.data()), chunk->size);
  }
  EXPECT_EQ(read, "E000001\r");
}

TEST(RelaysByPort, AreFoundBehindTheirConverters) {
  FtdiSerial cable;
  ModbusSlave slave(cable);
  Ch341Serial lcus;
  cable.plug();
  lcus.plug();
  ASSERT_NE(cable.node("ttyUSB"), "");
  ASSERT_NE(lcus.node("ttyUSB"), "");
  const auto modbus = hal::open_relay(address("modbus:rtu:" + cable.address() + "/unit/1"));
  ASSERT_TRUE(modbus) << to_line(modbus.error());
  EXPECT_TRUE((*modbus)->set(1, true));
  EXPECT_TRUE(slave.becomes(1, true));
  const auto board = hal::open_relay(address("lcus:" + lcus.address()));
  ASSERT_TRUE(board) << to_line(board.error());
  EXPECT_TRUE((*board)->set(1, true));
  EXPECT_TRUE(lcus.hears("\xA0\x01\x01\xA2"));
  // Plugged in again it may have another number; the board is found all the same.
  cable.unplug();
  EXPECT_FALSE((*modbus)->set(1, false));
  cable.plug();
  ASSERT_NE(cable.node("ttyUSB"), "");
  const auto again = (*modbus)->set(1, false);
  EXPECT_TRUE(again) << to_line(again.error());
  EXPECT_TRUE(slave.becomes(1, false));
}

TEST(UnitCommand, AllowsTheClassesThatUsbNamesLeadTo) {
  KeyboardGun gun;
  DcttechRelay relay;
  gun.plug();
  relay.plug();
  ASSERT_NE(gun.event(), "");
  ASSERT_NE(relay.hidraw(), "");
  const Site site("  gun: { plugin: usb_hid, device: '" + gun.address() + "' }\n" +
                      "  gate: { plugin: turnstile_relay, board: 'dcttech:" + relay.address() + "', out: 0 }\n",
                  "gun", "gate");
  const auto said = world::Shell().say({"unit", site.file()});
  EXPECT_EQ(said.exit, 0) << said.text;
  for (const char* allowed : {"char-input rw", "char-hidraw rw", "char-usb_device rw"})
    EXPECT_THAT(said.text, HasSubstr(std::string("DeviceAllow=") + allowed));
  EXPECT_THAT(said.text, testing::Not(HasSubstr("tty")));
}

TEST(HidSite, ReadsGunAndScannerAndMovesTheGate) {
  KeyboardGun gun;
  HidPosScanner scanner;
  DcttechRelay relay(2);
  gun.plug();
  scanner.plug();
  relay.plug();
  ASSERT_NE(gun.event(), "");
  ASSERT_NE(scanner.hidraw(), "");
  ASSERT_NE(relay.hidraw(), "");
  Site site("  gun: { plugin: usb_hid, device: '" + gun.address() + "' }\n" + "  pos: { plugin: usb_hid, device: '" +
                scanner.address() + "' }\n" + "  gate: { plugin: turnstile_relay, board: 'dcttech:" + relay.address() +
                "', out: 0, pulse: 300ms, passage_timeout: 1s }\n",
            "gun: in, pos", "gate");
  site.run({"gun up", "pos up", "gate up"});
  std::this_thread::sleep_for(200ms);  // what comes right after the opening may be the rest of a code
  gun.scan("E000001");
  EXPECT_TRUE(site.recorded("attempt granted E000001")) << site.engine().output();
  const auto has_opened = [&] {
    const auto moves = relay.moves().all();
    return std::ranges::any_of(moves, [](const auto& move) { return move.on; });
  };
  EXPECT_TRUE(world::soon(has_opened));
  EXPECT_TRUE(world::soon([&] { return !relay.moves().all().back().on; }));
  std::this_thread::sleep_for(200ms);  // the gate is free a moment after it was shut
  scanner.scan("E000002");
  EXPECT_TRUE(site.recorded("attempt granted E000002")) << site.engine().output();
  gun.unplug();
  EXPECT_TRUE(site.recorded("device down gun")) << site.engine().output();
  gun.plug();
  EXPECT_TRUE(site.recorded("device up gun", 2)) << site.engine().output();
  std::this_thread::sleep_for(200ms);
  gun.scan("E000003");
  EXPECT_TRUE(site.recorded("attempt granted E000003")) << site.engine().output();
}

}  // namespace
}  // namespace gatepost::lab
