// Scanners on serial lines, through the kernel's own drivers, read by the real engine.
#include <gmock/gmock.h>

#include "devices/acm_serial.hpp"
#include "devices/ch341_serial.hpp"
#include "devices/ftdi_serial.hpp"
#include "site.hpp"

namespace gatepost::lab {
namespace {

using testing::Contains;

std::string gun(const std::string& tty, const std::string& more = "") {
  return "  gun: { plugin: serial, lines: many, device: 'serial:" + tty + "', baud: 115200" + more + " }\n";
}

TEST(Serial, ReadsACodeThroughCdcAcm) {
  AcmSerial scanner;
  scanner.plug();
  Site site(gun(scanner.tty()));
  site.run({"gun up"});
  scanner.write("E000001\r");
  EXPECT_TRUE(site.recorded("attempt granted E000001")) << site.engine().output();
  EXPECT_THAT(scanner.lines().all(), Contains(Line{115200, 8, 'N'}));
}

TEST(Serial, TriggersThroughCdcAcm) {
  AcmSerial scanner;
  scanner.plug();
  Site site(gun(scanner.tty(), ", trigger: honeywell_trigger"));
  site.run({"gun up"});
  EXPECT_TRUE(scanner.hears("\x16T\r"));
  scanner.forget();
  scanner.write("E000001\r");
  EXPECT_TRUE(scanner.hears("\x16T\r")) << "not again after a scan";
}

TEST(Serial, IsBackAtWorkAfterItsCableWasDrawn) {
  AcmSerial scanner;
  scanner.plug();
  const auto tty = scanner.tty();
  Site site(gun(tty));
  site.run({"gun up"});
  scanner.unplug();
  ASSERT_TRUE(site.recorded("device down gun")) << site.engine().output();
  scanner.plug();
  ASSERT_EQ(scanner.tty(), tty);
  ASSERT_TRUE(site.recorded("device up gun", 2)) << site.engine().output();
  scanner.write("E000002\r");
  EXPECT_TRUE(site.recorded("attempt granted E000002")) << site.engine().output();
}

TEST(Serial, ReadsACodeThroughFtdiSio) {
  FtdiSerial cable;
  cable.plug();
  Site site(gun(cable.tty()));
  site.run({"gun up"});
  cable.write("E000003\r");
  EXPECT_TRUE(site.recorded("attempt granted E000003")) << site.engine().output();
  EXPECT_NEAR(cable.lines().all().back().baud, 115200, 1152) << "as near as its divisor comes";
}

// The driver counts what the converter tells of the line, and the engine believes it.
TEST(Serial, TakesNoCodeThatTheLineHasSpoilt) {
  FtdiSerial cable;
  cable.plug();
  Site site(gun(cable.tty()));
  site.run({"gun up"});
  cable.spoil();
  cable.write("E000003\r");
  EXPECT_TRUE(site.recorded("attempt damaged")) << site.engine().output();
}

TEST(Serial, ReadsACodeThroughCh341) {
  Ch341Serial cable;
  cable.plug();
  Site site(gun(cable.tty()));
  site.run({"gun up"});
  cable.write("E000001\r");
  EXPECT_TRUE(site.recorded("attempt granted E000001")) << site.engine().output();
}

}  // namespace
}  // namespace gatepost::lab
