// The POS scanner, through usbhid and hidraw.
#include "devices/hid_pos_scanner.hpp"

#include <gmock/gmock.h>
#include <linux/hidraw.h>

#include "file.hpp"

namespace gatepost::lab {
namespace {

TEST(HidPosScanner, SaysThatMoreIsToCome) {
  HidPosScanner scanner;
  scanner.plug();
  const File raw(scanner.hidraw());
  const std::string code = "0123456789012345678901234567890123456789012345678901234567891234";
  scanner.scan(code, "]Q3", 's');
  const auto first = raw.read(), second = raw.read();
  ASSERT_EQ(first.size(), 64U);
  ASSERT_EQ(second.size(), 64U);
  EXPECT_EQ(text_of({first.begin() + 2, first.begin() + 61}), "]Q3" + code.substr(0, 56));
  EXPECT_EQ(first[1], 56);
  EXPECT_EQ(first[63], 1);
  EXPECT_EQ(second[1], 8);
  EXPECT_EQ(text_of({second.begin() + 5, second.begin() + 13}), code.substr(56));
  EXPECT_EQ(second[63], 0);
}

TEST(HidPosScanner, HearsCommandsAndAnswersThem) {
  HidPosScanner scanner;
  scanner.plug();
  const File raw(scanner.hidraw());
  Bytes report(64);
  const std::string trigger = "\x16T\r";
  report[0] = 0xFD;
  report[1] = 3;
  std::copy(trigger.begin(), trigger.end(), report.begin() + 2);
  ASSERT_TRUE(raw.write(report));
  EXPECT_TRUE(scanner.hears(trigger));
  EXPECT_FALSE(scanner.hears("\x16U\r", std::chrono::milliseconds(0)));
  scanner.answer_command("REVINF.", true);
  const auto answer = raw.read();
  ASSERT_EQ(answer.size(), 64U);
  EXPECT_EQ(text_of({answer.begin() + 2, answer.begin() + 13}), "]Z6REVINF.\x06");
}

TEST(HidPosScanner, HasTheUsagePageOfScanners) {
  HidPosScanner scanner;
  scanner.plug();
  const File raw(scanner.hidraw());
  hidraw_report_descriptor descriptor{};
  ASSERT_EQ(raw.ask(HIDIOCGRDESCSIZE, &descriptor.size), 0);
  ASSERT_EQ(raw.ask(HIDIOCGRDESC, &descriptor), 0);
  EXPECT_EQ(descriptor.value[0], 0x05);
  EXPECT_EQ(descriptor.value[1], 0x8C);
}

}  // namespace
}  // namespace gatepost::lab
