// Gatepost's udev rules, in a real udevd: who may open what, and what keeps off it.
#include <gmock/gmock.h>
#include <grp.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>

#include "devices/ch341_serial.hpp"
#include "devices/dcttech_relay.hpp"
#include "devices/hid_pos_scanner.hpp"
#include "devices/keyboard_gun.hpp"
#include "udev.hpp"
#include "world/guards.hpp"
#include "world/places.hpp"

namespace gatepost::lab {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const fs::path rules = "/run/udev/rules.d";

/// udevd with our rules, and a rule as brltty has them (85-brltty.rules of version 6).
class Rules : public testing::Test {
 protected:
  Rules() {
    fs::create_directories(rules);
    for (const char* name : {"70-gatepost.rules", "91-gatepost-braille.rules"})
      fs::copy_file(fs::path(world::source_folder()) / "configs/udev" / name, rules / name);
    std::ofstream(rules / "85-brltty.rules")
        << "SUBSYSTEM!=\"usb\", GOTO=\"brltty_end\"\nENV{DEVTYPE}!=\"usb_device\", GOTO=\"brltty_end\"\n"
        << "ATTR{idVendor}==\"1a86\", ENV{BRLTTY_BRAILLE_DRIVER}=\"bm\", TAG+=\"systemd\", "
        << "ENV{SYSTEMD_WANTS}+=\"brltty-device@.service\"\nLABEL=\"brltty_end\"\n";
    for (const char* name : {"gatepost", "gpio"})
      if (::getgrnam(name) == nullptr) static_cast<void>(std::system(("groupadd " + std::string(name)).c_str()));
    udev_.emplace();
  }

  static std::string group_of(const std::string& file) {
    struct stat status {};
    const group* its = ::stat(file.c_str(), &status) == 0 ? ::getgrgid(status.st_gid) : nullptr;
    return its == nullptr ? "none" : its->gr_name;
  }
  static bool becomes(const std::string& file, const std::string& wanted) {
    return world::soon([&] { return group_of(file) == wanted; }, 10s);
  }
  static std::string told(const std::string& bus_id) {
    std::string text;
    const auto command = "udevadm settle; udevadm info /sys/bus/usb/devices/" + bus_id;
    std::FILE* pipe = ::popen(command.c_str(), "r");
    for (char line[1024]; std::fgets(line, sizeof line, pipe) != nullptr;) text += line;
    ::pclose(pipe);
    return text;
  }
  static std::string usb_node(const std::string& told) {
    const auto at = told.find("E: DEVNAME=") + 11;
    return told.substr(at, told.find('\n', at) - at);
  }

  std::optional<Udev> udev_;
};

TEST_F(Rules, GiveScannersToTheGroup) {
  HidPosScanner scanner;
  KeyboardGun gun;
  scanner.plug();
  gun.plug();
  EXPECT_TRUE(becomes(scanner.hidraw(), "gatepost"));
  EXPECT_TRUE(becomes(gun.event(), "gatepost"));
  const std::string usb = told(gun.bus_id());
  EXPECT_THAT(usb, HasSubstr("ID_MM_DEVICE_IGNORE=1"));
  EXPECT_EQ(group_of(usb_node(usb)), "gatepost");
}

TEST_F(Rules, GiveARelayBoardToTheGroupAndNoOtherDeviceOfItsNumber) {
  DcttechRelay relay, other;
  other.identity().name = "Coffee machine";
  relay.plug();
  other.plug();
  EXPECT_TRUE(becomes(relay.hidraw(), "gatepost"));
  const std::string file = other.hidraw();
  EXPECT_THAT(told(other.bus_id()), Not(HasSubstr("ID_MM_DEVICE_IGNORE")));
  EXPECT_NE(group_of(file), "gatepost");
}

TEST_F(Rules, KeepModemManagerAndBrlttyOffConverters) {
  Ch341Serial board;
  board.plug();
  EXPECT_TRUE(becomes(board.node("ttyUSB"), "dialout"));
  const std::string usb = told(board.bus_id());
  EXPECT_THAT(usb, HasSubstr("ID_MM_DEVICE_IGNORE=1"));
  EXPECT_THAT(usb, Not(HasSubstr("brltty")));
  EXPECT_THAT(usb, Not(HasSubstr("BRLTTY_BRAILLE_DRIVER=bm")));
}

}  // namespace
}  // namespace gatepost::lab
