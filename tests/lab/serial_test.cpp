// Scanners on serial lines, through the kernel's own drivers, read by the real engine.
#include <gmock/gmock.h>

#include "devices/acm_serial.hpp"
#include "site.hpp"

namespace gatepost::lab {
namespace {

using testing::Contains;

TEST(SerialAcm, ReadsACode) {
  AcmSerial scanner;
  scanner.plug();
  Site site("  gun: { plugin: serial, device: 'serial:" + scanner.tty() + "', baud: 115200 }\n");
  site.run({"gun up"});
  scanner.write("E000001\r");
  EXPECT_TRUE(site.recorded("attempt granted E000001")) << site.engine().output();
  EXPECT_THAT(scanner.lines().all(), Contains(Line{115200, 8, 'N'}));
}

}  // namespace
}  // namespace gatepost::lab
