// `gatepost unit`: what systemd lets a site open.
#include <gmock/gmock.h>

#include "world/command.hpp"
#include "world/pty.hpp"

namespace gatepost {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class CommandUnit : public testing::Test {
 protected:
  world::Said unit(const std::string& devices) {
    shell_.disk().write("people.csv", "subject\nE000001\n");
    const auto site = shell_.disk().write(
        "north.yaml", "site: { name: A, code: 1 }\ndevices:\n" + devices +
                          "credentials: { card: { plugin: pattern, match: '(?P<subject>.+)' } }\n"
                          "policies: { list: { plugin: roster, file: people.csv } }\n"
                          "lanes: { entry: { inputs: { gun: in }, credentials: [card], policies: [list], actuator: "
                          "gate } }\n");
    return shell_.say({"unit", site.string()});
  }
  static std::string gun(const std::string& address) {
    return "  gun: { plugin: serial, device: '" + address + "' }\n";
  }
  static std::string gate(const std::string& board) {
    return "  gate: { plugin: turnstile_relay, out: 0, board: '" + board + "' }\n";
  }

  world::Shell shell_;
  world::Pty line_;
};

TEST_F(CommandUnit, AllowsTheClassOfEachDeviceOnceAndNothingElse) {
  world::Pty board;
  const auto said = unit(gun("serial:" + line_.name() + "?baud=9600") + gate("modbus:rtu:" + board.name() + "/unit/1"));
  EXPECT_EQ(said.exit, 0) << said.text;
  EXPECT_THAT(said.text, AllOf(StartsWith("# The devices of "), HasSubstr("gatepost@north.service.d/devices.conf")));
  EXPECT_THAT(said.text, EndsWith("[Service]\nDeviceAllow=\n# gun (" + line_.name() + "), gate (" + board.name() +
                                  ")\nDeviceAllow=char-pts rw\n"));
}

// What a USB name that is there allows is tried in tests/lab.
TEST_F(CommandUnit, WantsADeviceThatIsNamedByItsPortToBeThere) {
  for (const auto& devices :
       {gun("usb:0c2e:0b61@1-99") + gate("sim:turnstile"), gun("sim:terminal") + gate("lcus:usb:1a86:7523@1-99"),
        gun("sim:terminal") + gate("modbus:rtu:usb:0403:6001@1-99/unit/1")}) {
    const auto said = unit(devices);
    EXPECT_NE(said.exit, 0);
    EXPECT_THAT(said.text, HasSubstr("not there now")) << devices;
  }
}

TEST_F(CommandUnit, FollowsAName) {
  std::filesystem::create_symlink(line_.name(), shell_.disk() / "gun");
  const auto said = unit(gun("serial:" + (shell_.disk() / "gun").string()) + gate("sim:turnstile"));
  EXPECT_THAT(said.text, EndsWith("gun)\nDeviceAllow=char-pts rw\n"));
}

TEST_F(CommandUnit, AllowsNoDeviceToASiteThatHasNone) {
  const auto said = unit(gun("sim:terminal") + gate("modbus:tcp://192.0.2.7:502/unit/1"));
  EXPECT_EQ(said.exit, 0) << said.text;
  EXPECT_THAT(said.text, EndsWith("[Service]\nDeviceAllow=\n"));
}

TEST_F(CommandUnit, PrintsNothingThatWouldLockOutAnAbsentDevice) {
  for (const auto* address : {"serial:/dev/ttyUSB99", "serial:by-id/usb-none-port0"}) {
    const auto said = unit(gun(address) + gate("sim:turnstile"));
    EXPECT_EQ(said.exit, 1);
    EXPECT_THAT(said.text, AllOf(HasSubstr("device 'gun': "), HasSubstr("plug it in"), Not(HasSubstr("[Service]"))));
  }
}

TEST_F(CommandUnit, LooksForUsbDevicesCamerasAndGpioChips) {
  const auto camera = [](const std::string& address) {
    return "  gun: { plugin: uvc_camera, device: '" + address + "' }\n";
  };
  for (const auto& devices :
       {camera("usb:ffff:fffe@9-9") + gate("sim:turnstile"), camera("v4l2:/dev/video4711") + gate("sim:turnstile"),
        camera("v4l2:by-path/none-video-index0?size=640x480") + gate("sim:turnstile"),
        gun("sim:terminal") + gate("gpio:usb:ffff:fffe@9-9/1"), gun("sim:terminal") + gate("gpio:gpiochip4711/1")}) {
    const auto said = unit(devices);
    EXPECT_EQ(said.exit, 1) << devices;
    EXPECT_THAT(said.text, AllOf(HasSubstr("its device is not there now"), Not(HasSubstr("[Service]")))) << devices;
  }
}

// Number 1 is memory, the null device and random numbers: nothing that goes together.
TEST_F(CommandUnit, AllowsAFileWhereItsClassIsNone) {
  const auto said = unit(gun("serial:/dev/null") + gate("sim:turnstile"));
  EXPECT_THAT(said.text, EndsWith("# gun (/dev/null)\nDeviceAllow=/dev/null rw\n"));
}

TEST_F(CommandUnit, SaysWhatIsWrongWithTheSite) {
  EXPECT_EQ(unit(gun("sim:terminal")).exit, 2) << "there is no gate";
  EXPECT_EQ(shell_.say({"unit"}).exit, 2);
}

}  // namespace
}  // namespace gatepost
