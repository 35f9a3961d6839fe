// What a machine has plugged in, from a sysfs of the test's own.
#include "linux/bus_list.hpp"

#include <gmock/gmock.h>

#include "world/sysfs.hpp"

namespace gatepost::hal {
namespace {

using testing::ElementsAre;
using world::Sysfs;

std::vector<std::string> addresses(const Sysfs& sysfs) {
  std::vector<std::string> found;
  for (const auto& device : list_devices(sysfs.root()))
    found.push_back(std::string(to_word(device.use)) + " " + device.address);
  return found;
}

// Bits of KEY_1 … KEY_0 and KEY_ENTER, and letters: what a boot keyboard has.
constexpr const char* typing = "7fffffff 10000 0 fffffffffffffffe";

TEST(BusList, NamesEachUseOfEachDeviceByPort) {
  Sysfs sysfs;
  const auto gun = sysfs.plug("1-1.2", "0c2e", "0b61");
  sysfs.node(gun / "1-1.2:1.0/hid", "input", "input/event3", {{"device/capabilities/key", typing}});
  sysfs.node(gun / "1-1.2:1.0/hid", "hidraw", "hidraw0",
             {{"device/report_descriptor", "\x05\x01\x09\x06\xa1\x01\xc0"}});
  const auto camera = sysfs.plug("1-1.10", "1d6b", "0102");
  sysfs.node(camera / "1-1.10:1.0", "video4linux", "video0", {{"index", "0"}});
  sysfs.node(camera / "1-1.10:1.0", "video4linux", "video1", {{"index", "1"}});
  EXPECT_THAT(addresses(sysfs), ElementsAre("keyboard usb:0c2e:0b61@1-1.2", "raw_hid usb:0c2e:0b61@1-1.2",
                                            "camera usb:1d6b:0102@1-1.10"));
}

TEST(BusList, NamesTheInterfaceWhereADeviceHasSeveral) {
  Sysfs sysfs;
  const auto converter = sysfs.plug("1-4", "0403", "6010");
  sysfs.node(converter / "1-4:1.0", "tty", "ttyUSB0", {{"device/x", ""}});
  sysfs.node(converter / "1-4:1.1", "tty", "ttyUSB1", {{"device/x", ""}});
  EXPECT_THAT(addresses(sysfs), ElementsAre("serial usb:0403:6010@1-4:1.0", "serial usb:0403:6010@1-4:1.1"));
}

TEST(BusList, NamesAGpioChipOnUsbByItsPort) {
  Sysfs sysfs;
  const auto bridge = sysfs.plug("1-2", "10c4", "ea90");
  sysfs.node(bridge / "1-2:1.0/hid", "gpio", "gpiochip1");
  sysfs.node(sysfs.root() / "devices/platform", "gpio", "gpiochip0");
  EXPECT_THAT(addresses(sysfs), ElementsAre("gpio gpio:usb:10c4:ea90@1-2", "gpio gpio:gpiochip0"));
}

TEST(BusList, LeavesOutWhatNobodyScansWith) {
  Sysfs sysfs;
  const auto headset = sysfs.plug("1-3", "046d", "0a44");
  sysfs.node(headset / "1-3:1.3/hid", "input", "input/event5", {{"device/capabilities/key", "c000000000000 0"}});
  sysfs.node(sysfs.root() / "devices/virtual", "tty", "tty1");
  sysfs.node(sysfs.root() / "devices/platform", "tty", "ttyS3", {{"device/x", ""}, {"type", "0"}});
  sysfs.node(sysfs.root() / "devices/platform", "tty", "ttyS0", {{"device/x", ""}, {"type", "4"}});
  EXPECT_THAT(addresses(sysfs), ElementsAre("serial serial:/dev/ttyS0"));
}

TEST(BusList, ReadsTheUsageOfAHidDevice) {
  Sysfs sysfs;
  const auto scanner = sysfs.plug("1-1", "0c2e", "0b62");
  sysfs.node(scanner / "1-1:1.0/hid", "hidraw", "hidraw0",
             {{"device/report_descriptor", "\x05\x8c\x09\x02\xa1\x01\xc0"}});
  const auto vendor = sysfs.plug("1-2", "16c0", "05df");
  sysfs.node(vendor / "1-2:1.0/hid", "hidraw", "hidraw1",
             {{"device/report_descriptor", std::string("\x06\x00\xff\x09\x01\xa1\x01\xc0", 8)}});
  const auto cut = sysfs.plug("1-3", "16c0", "05e0");
  sysfs.node(cut / "1-3:1.0/hid", "hidraw", "hidraw2", {{"device/report_descriptor", ""}});
  const auto devices = list_devices(sysfs.root());
  ASSERT_EQ(devices.size(), 3U);
  EXPECT_EQ(devices[0].usage_page, 0x8c);
  EXPECT_EQ(devices[0].usage, 2);
  EXPECT_EQ(devices[1].usage_page, 0xff00);
  EXPECT_EQ(devices[1].usage, 1);
  EXPECT_EQ(devices[2].usage_page, 0);
}

TEST(BusList, HasTheHidDevicesThatAProgramTookFromTheKernel) {
  Sysfs sysfs;
  for (const auto& [port, driver] : {std::pair("1-1", "usbfs"), std::pair("1-2", "usbhid"), std::pair("1-3", "")}) {
    const std::string interface = std::string(port) + ":1.0";
    const auto board = sysfs.plug(port, "16c0", "05df", {{"uevent", "DEVNAME=bus/usb/001/00" + std::string(port + 2)}});
    sysfs.interface(board, interface, "03", driver);
  }
  const auto devices = list_devices(sysfs.root(), "/dev");
  ASSERT_EQ(devices.size(), 1U);
  EXPECT_EQ(devices[0].address, "usb:16c0:05df@1-1");
  EXPECT_EQ(devices[0].use, DeviceUse::raw_hid);
  EXPECT_EQ(devices[0].file, "/dev/bus/usb/001/001");
  EXPECT_EQ(devices[0].driver, "usbfs");
}

}  // namespace
}  // namespace gatepost::hal
