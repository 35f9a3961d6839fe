// Every kind of input in a storm: nothing is lost, doubled or taken for another's, and nothing leaks.
#include <gmock/gmock.h>

#include "devices/cp2112.hpp"
#include "devices/ftdi_serial.hpp"
#include "devices/hid_pos_scanner.hpp"
#include "devices/keyboard_gun.hpp"
#include "devices/uvc_camera.hpp"
#include "storm.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;

constexpr int button = 3;  // the line that it is on
constexpr auto idle = 300ms;
constexpr int first_port = 0, second_port = 1;  // of the two guns

/// Eight devices, which is as many as vhci-hcd has ports.
class Storm : public testing::Test {
 protected:
  void SetUp() override {
    gun.plug(first_port);
    twin.plug(second_port);
    for (UsbDevice* device : std::initializer_list<UsbDevice*>{&pos, &line, &cable, &pins, &camera, &other})
      device->plug();
    camera.show(blank);
    for (const auto& file :
         {gun.event(), twin.event(), pos.hidraw(), line.tty(), cable.tty(), pins.chip(), camera.video(), other.tty()})
      ASSERT_NE(file, "");
    const auto entry = [](const std::string& name, const std::string& plugin, const std::string& address,
                          const std::string& more = "") {
      return "  " + name + ": { plugin: " + plugin + ", device: '" + address + "'" + more + " }\n";
    };
    site = std::make_unique<Site>(
        entry("gun", "usb_hid", gun.address(), ", idle: 300ms") +
            entry("twin", "usb_hid", twin.address(), ", idle: 300ms") + entry("pos", "usb_hid", pos.address()) +
            entry("line", "serial", line.address()) + entry("cable", "serial", cable.address()) +
            entry("button", "contact", "gpio:" + pins.address() + "/" + std::to_string(button)) +
            entry("camera", "uvc_camera", camera.address() + "?size=640x480") +
            entry("busy", "serial, lines: many", other.address()),
        std::vector<LaneOf>{{"main", "gun: in, twin: in, pos: in, line: in, cable: in, button: in, camera: in"},
                            {"other", "busy: in"}});
    site->run({"gun up", "twin up", "pos up", "line up", "cable up", "button up", "camera up", "busy up"});
  }

  /// Draws the cable in the middle of `half` a code, puts it in again, and scans a whole one.
  template <class Device, class Scan>
  void toss(const std::string& name, Device& device, int cycle, const std::string& file_kind, Scan scan) {
    device.unplug();
    ASSERT_TRUE(site->recorded("device down " + name, cycle)) << site->engine().output();
    device.plug();
    back.wait(*site, name, cycle + 1, device.node(file_kind));
    if (HasFatalFailure()) return;
    std::this_thread::sleep_for(idle + 50ms);  // what comes right after the opening may be the rest of a code
    scan(device);
  }

  /// Each gun goes to the other's port. A device of the site is a port, whichever gun hangs there.
  void swap_guns(int cycle) {
    gun.type("E10");
    gun.unplug();
    twin.unplug();
    for (const char* name : {"gun", "twin"})
      ASSERT_TRUE(site->recorded(std::string("device down ") + name, cycle)) << site->engine().output();
    swapped = !swapped;
    twin.plug(swapped ? first_port : second_port);
    gun.plug(swapped ? second_port : first_port);
    back.wait(*site, swapped ? "twin" : "gun", cycle + 1, gun.event());
    back.wait(*site, swapped ? "gun" : "twin", cycle + 1, twin.event());
    if (HasFatalFailure()) return;
    std::this_thread::sleep_for(idle + 50ms);
    const std::string of_gun = swapped ? "twin" : "gun", of_twin = swapped ? "gun" : "twin";
    const auto from_gun = codes.next(of_gun), from_twin = codes.next(of_twin);
    gun.scan(from_gun);  // both at once
    twin.scan(from_twin);
    is_read(gun, of_gun, from_gun);
    is_read(twin, of_twin, from_twin);
  }

  /// Keys are many, so that a machine that stops for a moment tears a scan apart: it is told as damaged, and a person
  /// scans again.
  void is_read(KeyboardGun& one, const std::string& device, std::string code) {
    for (int tries = 0; tries < 5; ++tries) {
      if (site->recorded("attempt not_listed " + code, 1, 8s)) return;
      EXPECT_TRUE(site->recorded("attempt damaged", 1, 0ms)) << "nothing is told of " << code;
      codes.was_torn(code);
      code = codes.next(device);
      one.scan(code);
    }
    ADD_FAILURE() << device << " is not read" << site->engine().output();
  }

  void cycle(int number) {
    swap_guns(number);
    pos.piece("E10", "]Q1", 's', true);
    toss("pos", pos, number, "hidraw", [this](auto& one) { read_by(one, "pos", [&](auto& code) { one.scan(code); }); });
    line.write("E10");
    toss("line", line, number, "ttyACM",
         [this](auto& one) { read_by(one, "line", [&](auto& code) { one.write(code + "\r"); }); });
    cable.write("E10");
    toss("cable", cable, number, "ttyUSB",
         [this](auto& one) { read_by(one, "cable", [&](auto& code) { one.write(code + "\r"); }); });
    toss("button", pins, number, "gpiochip", [](auto&) {});
    pins.input(button, true);
    EXPECT_TRUE(site->recorded("attempt button", number)) << site->engine().output();
    pins.input(button, false);
    toss("camera", camera, number, "video", [this](auto& one) {
      read_by(one, "camera", [&](auto& code) { one.show(qr_code(code)); });
      one.show(blank);
    });
  }

  /// What comes first after a code that was cut may be its rest, and is told as damaged: a person scans again.
  template <class Device, class Scan>
  void read_by(Device&, const std::string& name, Scan scan) {
    for (int tries = 0; tries < 5; ++tries) {
      const auto code = codes.next(name);
      scan(code);
      if (site->recorded("attempt not_listed " + code, 1, 8s)) return;
      EXPECT_TRUE(site->recorded("attempt damaged", 1, 0ms)) << "nothing is told of " << code;
      codes.was_torn(code);
    }
    ADD_FAILURE() << name << " reads nothing any more: " << site->engine().output();
  }

  const Picture blank = wall(64, 64, 128);
  KeyboardGun gun, twin;
  HidPosScanner pos;
  AcmSerial line, other;
  FtdiSerial cable;
  Cp2112 pins;
  UvcCamera camera;
  std::unique_ptr<Site> site;
  Codes codes;
  BackAtWork back;
  bool swapped = false;
};

TEST_F(Storm, EveryInputIsBackAtWorkAndNothingIsLostOrLeaks) {
  Busy busy(other, "busy", codes);
  Holdings early;
  for (int number = 1; number <= storm_cycles() && !HasFatalFailure(); ++number) {
    cycle(number);
    if (number == storm_warm_up()) early = Holdings::of(site->engine().pid());
  }
  const int scanned = busy.stop();
  const auto all_read = [&] {
    const auto rows = site->rows();
    return std::count_if(rows.begin(), rows.end(), [](const auto& row) {
             return row.at("device").as_string() == "busy" && row.at("reason").as_string() == "not_listed";
           }) == scanned;
  };
  world::soon(all_read, Site::patience);
  codes.were_read_once_each(*site);
  EXPECT_EQ(std::ranges::count(site->records(), "attempt button"), storm_cycles())
      << "a press was lost, or counted twice";
  Holdings::have_not_grown(site->engine().pid(), early, 2048);
  back.is_soon();
}

}  // namespace
}  // namespace gatepost::lab
