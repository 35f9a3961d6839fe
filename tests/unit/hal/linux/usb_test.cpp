// USB devices in a sysfs that is laid out as the kernel's, with its links.
#include "linux/usb.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "world/sysfs.hpp"

namespace gatepost::hal {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using world::Sysfs;

UsbName named(std::string_view text) { return UsbName::parse(text).value(); }

std::string refused(std::string_view text, const Sysfs& sysfs) {
  const auto found = find_usb(named(text), sysfs.root());
  return found ? "found at " + found->identity.port : to_line(found.error());
}

TEST(UsbName, HasPortInterfaceAndSerialNumber) {
  const auto name = named("0c2e:0b61@1-1.2:1.0/SN 1");
  EXPECT_EQ(name.vendor, 0x0c2e);
  EXPECT_EQ(name.product, 0x0b61);
  EXPECT_EQ(name.port, "1-1.2");
  EXPECT_EQ(name.interface, "1.0");
  EXPECT_EQ(name.serial, "SN 1");
  EXPECT_EQ(named("0C2E:0B61").vendor, 0x0c2e);
}

TEST(UsbName, RefusesWhatIsNone) {
  for (const auto* text : {"", "0c2e", "0c2e:", "0c2e:0b6", "0c2e:0b611", "0c2e-0b61", "xxxx:0b61", "0c2e:0b61@",
                           "0c2e:0b61@../etc", "0c2e:0b61@1-1:", "0c2e:0b61@1-1:a", "0c2e:0b61/", "+c2e:0b61"})
    EXPECT_FALSE(UsbName::parse(text)) << text;
}

RC_GTEST_PROP(UsbName, TakesAnyTextWithoutHarm, (const std::string& text)) {
  if (const auto name = UsbName::parse(text))
    RC_ASSERT(name->port.find('/') == std::string::npos && name->interface.find('/') == std::string::npos);
}

TEST(Usb, FindsTheOnlyOneOfItsKind) {
  Sysfs sysfs;
  sysfs.plug("1-1.2", "0c2e", "0b61", {{"manufacturer", "Honeywell"}, {"product", "Scanner"}, {"serial", "A1"}});
  sysfs.plug("1-1.3", "1a86", "7523");
  const auto found = find_usb(named("0c2e:0b61"), sysfs.root());
  ASSERT_TRUE(found) << to_line(found.error());
  EXPECT_EQ(found->identity.text(), "usb 0c2e:0b61 at 1-1.2, Honeywell Scanner");
  EXPECT_EQ(found->identity.serial, "A1");
}

TEST(Usb, TellsTwoOfAKindApartByPortOrRefuses) {
  Sysfs sysfs;
  sysfs.plug("1-10", "0c2e", "0b61", {{"serial", "A1"}});
  sysfs.plug("1-2", "0c2e", "0b61", {{"serial", "B2"}});
  EXPECT_THAT(refused("0c2e:0b61", sysfs),
              AllOf(HasSubstr("2 devices go by this name, at 1-2 and 1-10"), HasSubstr("usb:0c2e:0b61@1-2")));
  EXPECT_EQ(refused("0c2e:0b61@1-10", sysfs), "found at 1-10");
  EXPECT_EQ(refused("0c2e:0b61/B2", sysfs), "found at 1-2");
  EXPECT_THAT(refused("0c2e:0b61@1-10/B2", sysfs), HasSubstr("there"));
}

TEST(Usb, OneSerialNumberOnTwoDevicesIsRefusedToo) {
  Sysfs sysfs;
  sysfs.plug("1-1", "0519", "2018", {{"serial", "A0001"}});
  sysfs.plug("1-2", "0519", "2018", {{"serial", "A0001"}});
  EXPECT_THAT(refused("0519:2018/A0001", sysfs), HasSubstr("at 1-1 and 1-2"));
}

TEST(Usb, SaysWhatStandsThereInstead) {
  Sysfs sysfs;
  sysfs.plug("1-1", "1a86", "7523", {{"product", "USB Serial"}});
  sysfs.plug("1-2", "0c2e", "0b61");
  EXPECT_THAT(refused("0c2e:0b61@1-1", sysfs),
              AllOf(HasSubstr("another device is at this port: usb 1a86:7523 at 1-1, USB Serial"),
                    HasSubstr("0c2e:0b61 is at 1-2")));
  EXPECT_THAT(refused("16c0:05df", sysfs), HasSubstr("there is no such device"));
}

TEST(Usb, HubsAreNoDevices) {
  Sysfs sysfs;
  sysfs.plug("1-1", "05e3", "0608", {{"bDeviceClass", "09"}});
  const auto gun = sysfs.plug("1-1.1", "0c2e", "0b61", {{"bDeviceClass", "00"}});
  EXPECT_EQ(usb_devices(sysfs.root()).size(), 1U);
}

TEST(Usb, ADeviceCannotWriteToTheTerminal) {
  Sysfs sysfs;
  sysfs.plug("1-1", "0c2e", "0b61", {{"product", "\x1b[31mGun" + std::string(500, 'x')}});
  const auto name = usb_devices(sysfs.root()).at(0).identity.name;
  EXPECT_EQ(name.substr(0, 8), "?[31mGun");
  EXPECT_EQ(name.size(), 80U);
}

TEST(Usb, ALongNameIsCutBetweenItsLetters) {
  Sysfs sysfs;
  std::string name;
  for (int i = 0; i < 126; ++i) name += "\u597d";  // three bytes each
  sysfs.plug("1-1", "0c2e", "0b61", {{"product", name}});
  EXPECT_EQ(find_usb(named("0c2e:0b61"), sysfs.root())->identity.name, name.substr(0, 78));
}

TEST(Usb, FindsTheFilesOfItsInterfaces) {
  Sysfs sysfs;
  const auto converter = sysfs.plug("1-1", "0403", "6010");
  sysfs.node(converter / "1-1:1.1", "tty", "ttyUSB10");
  sysfs.node(converter / "1-1:1.0", "tty", "ttyUSB9");
  const auto gun = sysfs.plug("1-11", "0c2e", "0b61");  // a name that begins as the other's does
  sysfs.node(gun / "1-11:1.0/0003:0C2E:0B61.0001", "input", "input/event3");
  const auto device = find_usb(named("0403:6010"), sysfs.root()).value();
  EXPECT_THAT(device_files(device, "tty", sysfs.root()), ElementsAre("/dev/ttyUSB9", "/dev/ttyUSB10"));
  EXPECT_THAT(device_files(device, "input", sysfs.root()), IsEmpty());
  EXPECT_THAT(to_line(device_file(device, "tty", sysfs.root()).error()),
              AllOf(HasSubstr("several tty devices: /dev/ttyUSB9, /dev/ttyUSB10"), HasSubstr("@1-1:1.0")));
  EXPECT_THAT(to_line(device_file(device, "input", sysfs.root()).error()), HasSubstr("made no input device"));
  const auto second = find_usb(named("0403:6010@1-1:1.1"), sysfs.root()).value();
  EXPECT_EQ(device_file(second, "tty", sysfs.root()).value(), "/dev/ttyUSB10");
  EXPECT_THAT(to_line(find_usb(named("0403:6010@1-1:1.7"), sysfs.root()).error()), HasSubstr("no interface 1.7"));
  EXPECT_EQ(device_file(find_usb(named("0c2e:0b61"), sysfs.root()).value(), "input", sysfs.root()).value(),
            "/dev/input/event3");
}

// GPIO chips are a bus of their own, and no class.
TEST(Usb, FindsAGpioChip) {
  Sysfs sysfs;
  const auto bridge = sysfs.plug("1-1", "10c4", "ea90");
  sysfs.node(bridge / "1-1:1.0/0003:10C4:EA90.0001", "gpio", "gpiochip2");
  EXPECT_EQ(device_file(find_usb(named("10c4:ea90"), sysfs.root()).value(), "gpio", sysfs.root()).value(),
            "/dev/gpiochip2");
}

}  // namespace
}  // namespace gatepost::hal
