// Names that survive a reboot: udevd's links, by serial number and by port, followed by the real engine.
#include "udev.hpp"

#include <gmock/gmock.h>

#include "devices/acm_serial.hpp"
#include "site.hpp"

namespace gatepost::lab {
namespace {

TEST(UdevLinks, OutliveACableThatIsDrawn) {
  const Udev udev;
  AcmSerial scanner, other;
  scanner.identity().serial = "GUN-42";
  scanner.plug();
  const std::string link = "by-id/usb-Gatepost_lab_Serial_scanner_GUN-42-if00";
  ASSERT_TRUE(Udev::links("/dev/serial/" + link));
  Site site("  gun: { plugin: serial, lines: many, device: 'serial:" + link + "' }\n");
  site.run({"gun up"});
  const auto before = scanner.tty();
  scanner.unplug();
  ASSERT_TRUE(site.recorded("device down gun")) << site.engine().output();
  other.identity().serial = "GUN-43";
  other.plug();  // takes the name of the one that has gone
  ASSERT_EQ(other.tty(), before);
  scanner.plug();
  ASSERT_TRUE(site.recorded("device up gun", 2)) << site.engine().output();
  other.write("E000001\r");
  scanner.write("E000002\r");
  EXPECT_TRUE(site.recorded("attempt granted E000002")) << site.engine().output();
  EXPECT_FALSE(site.recorded("attempt granted E000001", 1, std::chrono::milliseconds(0)));
}

TEST(UdevLinks, NameThePort) {
  const Udev udev;
  AcmSerial scanner;
  scanner.plug(3);
  EXPECT_TRUE(Udev::links("/dev/serial/by-path/platform-vhci_hcd.0-usb-0:4:1.0"));
}

}  // namespace
}  // namespace gatepost::lab
