// Which HID interface of a device is read, and how, by what sysfs says.
#include "linux/hid_sysfs.hpp"

#include <gmock/gmock.h>

#include "world/sysfs.hpp"

namespace gatepost::hal {
namespace {

using testing::HasSubstr;

const std::string scanner("\x05\x8C\x09\x02\xA1\x01\xC0", 7);
const std::string keyboard("\x05\x01\x09\x06\xA1\x01\xC0", 7);
const std::string vendor("\x06\x00\xFF\x09\x01\xA1\x01\xC0", 8);

struct Machine {
  world::Sysfs sys;
  std::filesystem::path device = sys.plug("1-1", "0c2e", "0b61");

  void hidraw(const std::string& interface, const std::string& name, const std::string& descriptor) {
    sys.node(device / ("1-1:" + interface), "hidraw", name, {{"device/report_descriptor", descriptor}});
  }
  UsbDevice found() const { return *find_usb(*UsbName::parse("0c2e:0b61"), sys.root()); }
  std::string hidraw_file(std::optional<std::uint16_t> page) const {
    const auto file = hidraw_of(found(), page, sys.root());
    return !file ? file.error().what : *file ? (*file)->string() : "none";
  }
  HidUse use() const { return *hid_use_of(*UsbName::parse("0c2e:0b61"), sys.root()); }
};

TEST(HidSysfs, TakesTheInterfaceOfThePage) {
  Machine machine;
  EXPECT_EQ(machine.hidraw_file(page_bar_code), "none");
  machine.hidraw("1.0", "hidraw0", keyboard);
  EXPECT_EQ(machine.hidraw_file(page_bar_code), "/dev/hidraw0") << "the only one, whatever it is";
  machine.hidraw("1.1", "hidraw1", scanner);
  EXPECT_EQ(machine.hidraw_file(page_bar_code), "/dev/hidraw1");
  EXPECT_THAT(machine.hidraw_file({}), HasSubstr("several hidraw devices"));
}

TEST(HidSysfs, ReadsAScannerWhereItIsOne) {
  Machine machine;
  EXPECT_EQ(machine.use(), HidUse::reports);
  machine.hidraw("1.0", "hidraw0", keyboard);
  EXPECT_EQ(machine.use(), HidUse::keyboard);
  machine.hidraw("1.1", "hidraw1", scanner);
  EXPECT_EQ(machine.use(), HidUse::reports) << "there control characters and the symbology come through";
}

TEST(HidSysfs, ReadsBlocksOfAVendorsPageAndKeyboardsWithoutHidraw) {
  Machine blocks, bare;
  blocks.hidraw("1.0", "hidraw0", vendor);
  EXPECT_EQ(blocks.use(), HidUse::reports);
  bare.sys.node(bare.device / "1-1:1.0", "input", "event3");
  EXPECT_EQ(bare.use(), HidUse::keyboard);
}

TEST(HidSysfs, BelievesNoBrokenDescriptor) {
  Machine machine;
  machine.hidraw("1.0", "hidraw0", scanner.substr(0, 6));
  EXPECT_EQ(machine.use(), HidUse::reports);
  machine.hidraw("1.1", "hidraw1", scanner);
  machine.hidraw("1.2", "hidraw2", scanner);
  EXPECT_THAT(machine.hidraw_file(page_bar_code), HasSubstr("several"));
}

}  // namespace
}  // namespace gatepost::hal
