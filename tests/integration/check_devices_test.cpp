// What `gatepost check` says of a site's devices before any of them is opened.
#include <gmock/gmock.h>

#include "world/command.hpp"

namespace gatepost {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// A site of one lane, and what check says of it.
struct Checked {
  std::string devices;
  std::string lane = "inputs: { gun: in }";
  std::string board = {};  ///< what stands in the file board

  world::Said say() const {
    world::Shell shell;
    shell.disk().write("people.csv", "subject\nE000001\n");
    std::filesystem::permissions(shell.disk().write("board", board), std::filesystem::perms::owner_read);
    const auto site = shell.disk().write(
        "site.yaml", "site: { name: Check, code: 7 }\ndevices:\n" + devices +
                         "credentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }\n"
                         "policies: { list: { plugin: roster, file: people.csv } }\n"
                         "lanes: { main: { credentials: [card], policies: [list], " +
                         lane + " } }\n");
    return shell.say({"check", site.string()});
  }
  std::string text() const { return say().text; }
};

std::string device(const std::string& name, const std::string& settings) {
  return "  " + name + ": { plugin: " + settings + " }\n";
}
const std::string gun = device("gun", "serial, device: 'serial:by-path/pci-0:1:1.0-port0'");
std::string gate(const std::string& board, const std::string& more = "") {
  return device("gate", "turnstile_relay, board: '" + board + "'" + more);
}
constexpr const char* gated = "inputs: { gun: in }, actuator: gate";

struct Wrong {
  std::string plugin, setting, address, what;
};

class WrongAddress : public testing::TestWithParam<Wrong> {};

TEST_P(WrongAddress, IsRefusedBeforeAnybodyScans) {
  const auto& [plugin, setting, address, what] = GetParam();
  const auto said = Checked{device("gun", plugin + ", " + setting + ": '" + address + "'")}.say();
  EXPECT_EQ(said.exit, 2) << said.text;
  EXPECT_THAT(said.text, AllOf(HasSubstr(setting + ": "), HasSubstr(what)));
}

INSTANTIATE_TEST_SUITE_P(
    Check, WrongAddress,
    testing::Values(Wrong{"serial", "device", "hidraw:/dev/hidraw0", "is no address of a serial scanner"},
                    Wrong{"serial", "device", "serial:ttyUSB0", "is no device file"},
                    Wrong{"serial", "device", "serial:/dev/ttyS0?bauds=9600", "bauds"},
                    Wrong{"serial", "device", "usb:nothing", "usb"},
                    Wrong{"serial", "device", "sim:hid/codes.txt", "is no address of a serial scanner"},
                    Wrong{"usb_hid", "device", "serial:/dev/ttyS0", "is no address of a keyboard"},
                    Wrong{"usb_hid", "device", "input:event3", "is no device file"},
                    Wrong{"usb_hid", "device", "usb:0c2e:0b61?via=cable", "via"},
                    Wrong{"usb_hid", "device", "hidraw:by-id/x", "is no device file"},
                    Wrong{"usb_hid", "mode: pos, device", "input:/dev/input/event3", "is no address of a HID device"},
                    Wrong{"uvc_camera", "device", "v4l2:video0", "is no device file"},
                    Wrong{"uvc_camera", "device", "rtsp:/dev/video0", "is no address of a camera"},
                    Wrong{"contact", "device", "sim:terminal", "is no address of a contact"}));

TEST(CheckDevices, AnOptionOfOneWayToReadADeviceIsRight) {
  EXPECT_EQ(Checked({device("gun", "usb_hid, device: 'usb:0c2e:0b61?via=libusb'")}).say().exit, 0);
  EXPECT_EQ(Checked({device("gun", "usb_hid, mode: pos, device: 'usb:0c2e:0b61?via=hidraw'")}).say().exit, 0);
}

TEST(CheckDevices, OneLineForTwoIsRefused) {
  const auto said = Checked{gun + gate("modbus:rtu:by-path/pci-0:1:1.0-port0/unit/1"), gated}.say();
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.text, AllOf(HasSubstr("'gate' opens /dev/serial/by-path/pci-0:1:1.0-port0, and 'gun' does (line 3)"),
                               HasSubstr("only one of them can have it")));
}

TEST(CheckDevices, TwoNamesOfOneFileAreOneDevice) {
  const world::Scratch disk;
  std::filesystem::create_symlink("/dev/null", disk / "first");
  std::filesystem::create_symlink("/dev/null", disk / "second");
  const auto text = Checked{device("gun", "serial, device: 'serial:" + (disk / "first").string() + "'") +
                                gate("lcus:" + (disk / "second").string()),
                            gated}
                        .text();
  EXPECT_THAT(text, HasSubstr("'gate' opens /dev/null, and 'gun' does"));
}

TEST(CheckDevices, OneBoardOnTheNetworkForTwoIsAWarning) {
  const std::string board = "modbus:tcp://192.0.2.1:502/unit/1";
  const auto said =
      Checked{gun + gate(board) + device("fire", "contact, means: alarm, device: '" + board + "/input/1'"),
              "inputs: { gun: in, fire: in }, opens_on_alarm: true, actuator: gate"}
          .say();
  EXPECT_EQ(said.exit, 0) << said.text;
  EXPECT_THAT(said.text, HasSubstr("'fire' connects to tcp 192.0.2.1:502, and so does 'gate' (line 4)"));
  EXPECT_THAT(Checked({gun + gate(board, ", sensor: '" + board + "/input/1'"), gated}).text(),
              HasSubstr("'gate' connects to tcp 192.0.2.1:502 twice"));
  EXPECT_THAT(Checked({gun + gate(board, ", sensor: board:1"), gated}).text(), Not(HasSubstr("connects to")));
}

TEST(CheckDevices, ASecretAddressIsNotTold) {
  const auto said = Checked{device("gun", "serial, device: 'serial:/dev/ttyS7'") +
                                device("gate", "turnstile_relay, board: !file board"),
                            gated, "lcus:/dev/ttyS7\n"}
                        .say();
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.text, HasSubstr("'gate' opens a device, and 'gun' does"));
}

TEST(CheckDevices, ANumberThatMovesIsAWarning) {
  EXPECT_THAT(Checked({device("gun", "serial, device: 'serial:/dev/ttyUSB0'")}).text(),
              AllOf(HasSubstr(":3:34: warning: 'gun' is named by a number"), HasSubstr("gatepost devices")));
  EXPECT_THAT(Checked({device("gun", "usb_hid, device: 'input:/dev/input/event11'")}).text(), HasSubstr("by a number"));
  for (const char* stays : {"serial:/dev/ttyS0", "serial:by-id/usb-x", "usb:1a86:7523@1-1.2"})
    EXPECT_THAT(Checked({device("gun", "serial, device: '" + std::string(stays) + "'")}).text(),
                Not(HasSubstr("by a number")))
        << stays;
}

TEST(CheckDevices, AnAlarmThatOpensNothingIsRefused) {
  const std::string fire = device("fire", "contact, means: alarm, device: 'gpio:gpiochip0/3'");
  const auto said = Checked{gun + fire, "inputs: { gun: in, fire: in }"}.say();
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.text, AllOf(HasSubstr("'fire' tells of alarms, and no lane opens on one"), HasSubstr(":4:3:")));
  EXPECT_EQ(Checked({gun + device("knob", "contact, device: 'gpio:gpiochip0/3'"), "inputs: { gun: in, knob: in }"})
                .say()
                .exit,
            0)
      << "a button is no alarm";
  EXPECT_THAT(
      Checked({gun + gate("sim:turnstile"), "inputs: { gun: in }, actuator: gate, opens_on_alarm: true"}).text(),
      HasSubstr("lane 'main' opens on an alarm, and no device of the site's lanes tells of one"));
}

TEST(CheckDevices, WhoIsAskedNeedsBothChannels) {
  const auto said = Checked{gun + gate("sim:turnstile"), "inputs: { gun: ask }, actuator: gate"}.say();
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.text, HasSubstr("'gate' has no channel that opens out of lane 'main', and 'gun' asks for it"));
  EXPECT_EQ(Checked({gun + gate("sim:turnstile", ", out: 2"), "inputs: { gun: ask }, actuator: gate"}).say().exit, 0);
}

TEST(CheckDevices, AnAlarmContactAsksNobody) {
  const auto said = Checked{gun + device("fire", "contact, means: alarm, device: 'gpio:gpiochip0/3'"),
                            "inputs: { gun: in, fire: ask }, opens_on_alarm: true"}
                        .say();
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.text, HasSubstr("'fire' is an alarm contact and asks nobody"));
}

TEST(CheckDevices, ADirectionWithoutAChannelIsRefused) {
  const auto said = Checked{gun + gate("sim:turnstile"), "inputs: { gun: out }, actuator: gate"}.say();
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.text, HasSubstr("'gate' has no channel that opens out of lane 'main', and 'gun' asks for it"));
  EXPECT_EQ(Checked({gun + gate("sim:turnstile", ", out: 2"), "inputs: { gun: out }, actuator: gate"}).say().exit, 0);
  EXPECT_EQ(Checked({gun + gate("sim:turnstile", ", channels: [north.in=1]"), gated}).say().exit, 2)
      << "the channels are another lane's";
}

TEST(CheckDevices, AScannerThatAnybodyCanBeIsAWarningAtAGate) {
  const std::string open = device("gun", "tcp, listen: ':4001', allow: [192.0.2.0/24]");
  EXPECT_THAT(Checked({open + gate("sim:turnstile"), gated}).text(), HasSubstr("can send 'gun' any code"));
  EXPECT_THAT(Checked({open + gate("sim:turnstile"), std::string(gated) + ", require_verified: true"}).text(),
              Not(HasSubstr("any code")));
  EXPECT_THAT(Checked({open}).text(), Not(HasSubstr("any code"))) << "nothing opens";
  EXPECT_THAT(Checked({device("gun", "tcp, listen: '127.0.0.1:4001'") + gate("sim:turnstile"), gated}).text(),
              Not(HasSubstr("warning")));
  EXPECT_THAT(Checked({device("gun", "tcp, connect: '192.0.2.7:4001'") + gate("sim:turnstile"), gated}).text(),
              HasSubstr("can send 'gun' any code"));
}

TEST(CheckDevices, AListenerThatNobodyMayCallIsAWarning) {
  EXPECT_THAT(Checked({device("gun", "tcp, listen: ':4001'")}).text(), HasSubstr("none of them may call"));
  EXPECT_THAT(Checked({device("gun", "tcp, listen: '127.0.0.1:4001'")}).text(), Not(HasSubstr("may call")));
}

TEST(CheckDevices, ALanguageWithoutTextsIsAWarning) {
  world::Shell shell;
  shell.disk().write("site.yaml", "site: { name: Check, code: 7, languages: [fr, en] }\nlanes: {}\nservices: {}\n");
  EXPECT_THAT(shell.say({"check", (shell.disk() / "site.yaml").string()}).text,
              HasSubstr("there are no texts in 'fr'"));
}

}  // namespace
}  // namespace gatepost
