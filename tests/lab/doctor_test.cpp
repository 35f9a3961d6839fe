// gatepost doctor on a real kernel: what it says of devices that are held, asleep, locked, or disturbed by a relay.
#include <gmock/gmock.h>

#include <fstream>

#include "devices/acm_serial.hpp"
#include "devices/ch341_serial.hpp"
#include "devices/keyboard_gun.hpp"
#include "site.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string line_of(AcmSerial& scanner) {
  return "  gun: { plugin: serial, device: 'usb:05f9:4204@" + scanner.bus_id() + "' }\n";
}

/// `gatepost doctor SITE`, started by the program `as`, if any.
world::Said examined(const Site& site, std::vector<std::string> as = {}) {
  for (const std::string& word : {std::string("/usr/bin/env"), "GATEPOST_PLUGIN_PATH=" + world::plugins_folder(),
                                  world::command(), std::string("doctor"), site.file()})
    as.push_back(word);
  world::Process process(std::move(as), site.disk() / "doctor.txt");
  const auto exit = process.ends(Site::patience);
  return {exit.value_or(-1), process.output()};
}

TEST(Doctor, FindsNothingWhereNothingIsWrong) {
  AcmSerial scanner;
  scanner.plug();
  ASSERT_NE(scanner.tty(), "");
  const Site site(line_of(scanner));
  const auto said = examined(site);
  EXPECT_THAT(said.text, Not(HasSubstr("holder:")));
  EXPECT_THAT(said.text, Not(HasSubstr("autosuspend:")));
  EXPECT_THAT(said.text, Not(HasSubstr("access:")));
  EXPECT_THAT(said.text, Not(HasSubstr("absent:")));
  EXPECT_THAT(said.text, HasSubstr("1 device looked at"));
}

TEST(Doctor, NamesAnotherProcessThatHoldsThePort) {
  AcmSerial scanner;
  scanner.plug();
  const std::string tty = scanner.tty();
  const Site site(line_of(scanner));
  const world::Process thief({"/bin/bash", "-c", "exec 9<>" + tty + "; echo held; exec sleep 600"},
                             site.disk() / "thief.txt");
  ASSERT_TRUE(thief.says("held", Site::patience)) << thief.output();
  ASSERT_TRUE(world::soon([&] { return world::state_of(thief.pid()) == 'S'; }));
  const auto said = examined(site);
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text,
              AllOf(HasSubstr("gun, " + tty), HasSubstr("(process " + std::to_string(thief.pid()) + ") has it open")));
}

TEST(Doctor, TellsOfADeviceThatTheKernelMayPutToSleep) {
  AcmSerial scanner;
  scanner.plug();
  ASSERT_NE(scanner.tty(), "");
  std::ofstream("/sys/bus/usb/devices/" + scanner.bus_id() + "/power/control") << "auto";
  const Site site(line_of(scanner));
  const auto said = examined(site);
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, AllOf(HasSubstr("autosuspend: the kernel may put it to sleep"),
                               HasSubstr(scanner.bus_id() + "/power/control")));
}

/// Where this project stands in a folder that only its owner may enter, as homes are. The machine forgets it.
void let_all_enter(std::filesystem::path folder) {
  for (; folder.has_relative_path(); folder = folder.parent_path())
    std::filesystem::permissions(folder, std::filesystem::perms::others_exec, std::filesystem::perm_options::add);
}

TEST(Doctor, NamesWhatAUserWithoutRightsLacks) {
  AcmSerial scanner;
  scanner.plug();
  ASSERT_NE(scanner.tty(), "");
  const Site site(line_of(scanner));
  std::filesystem::permissions(site.disk().path(), std::filesystem::perms(0755));
  let_all_enter(std::filesystem::path(world::command()).parent_path());
  const auto said = examined(site, {"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, AllOf(HasSubstr("access: the user nobody may not open it"), HasSubstr("SUBSYSTEM==\"tty\"")));
}

TEST(Doctor, SaysWhatIsAbsentAndThatAGunTypesIntoTheConsole) {
  AcmSerial scanner;
  KeyboardGun gun;
  scanner.plug();
  gun.plug();
  ASSERT_NE(gun.event(), "");
  const Site site("  gun: { plugin: usb_hid, device: 'usb:0c2e:0b61@" + scanner.bus_id() + "' }\n");
  const auto said = examined(site);
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, AllOf(HasSubstr("absent: another device is at this port: usb 05f9:4204"),
                               HasSubstr("0c2e:0b61 is at " + gun.bus_id()), HasSubstr("typed into the console")));
}

// A relay's coil that makes the scanner go: the test draws its cable when the board has been told to switch.
TEST(Doctor, CountsWhatGoesWhenARelaySwitches) {
  AcmSerial scanner;
  Ch341Serial board;
  scanner.plug();
  board.plug();
  ASSERT_NE(scanner.tty(), "");
  Site site(line_of(scanner) + "  gate: { plugin: turnstile_relay, board: 'lcus:" + board.tty() + "', pulse: 150ms }\n",
            "gun", "gate");
  site.run({"gun up", "gate up"});
  // A machine that stops for longer than the 200 ms makes it no matter of the relay's: then once more.
  world::Said said;
  for (int tries = 1; tries <= 4 && said.text.find("interference: went within") == said.text.npos; ++tries) {
    board.forget();
    scanner.write("E000001\r");
    ASSERT_TRUE(board.hears(std::string("\xA0\x01\x01\xA2", 4))) << site.engine().output();
    scanner.unplug();
    ASSERT_TRUE(site.recorded("device down gun", tries)) << site.engine().output();
    said = examined(site);
    scanner.plug();
    ASSERT_TRUE(site.recorded("device up gun", tries + 1)) << site.engine().output();
  }
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, AllOf(HasSubstr("device 'gun'"), HasSubstr("interference: went within 200 ms of a relay's"),
                               HasSubstr("snubber")));
}

}  // namespace
}  // namespace gatepost::lab
