#include "devices/tape/shape.hpp"

#include <gmock/gmock.h>
#include <linux/input.h>

namespace gatepost::devices {
namespace {

using Kind = hal::TapeEntry::Kind;

std::string shape(Kind kind, const std::string& bytes) {
  return shape_of({.entries = {{.kind = kind, .bytes = bytes}}}).entries.at(0).bytes;
}

hal::KeyEvent shape(hal::KeyEvent key) {
  return shape_of({.entries = {{.kind = Kind::key, .key = key}}}).entries.at(0).key;
}

int shape_of_key(int code) { return shape({EV_KEY, static_cast<std::uint16_t>(code), 1, {}}).code; }

TEST(Shape, KeepsWhatIsNoLetterAndNoDigit) {
  EXPECT_EQ(shape(Kind::bytes, "GT-0042/ab;\x1d\r"), "AA-0000/aa;\x1d\r");
  EXPECT_EQ(shape(Kind::bytes, "Nguy\xe1\xbb\x85n"), "Aaaa???a") << "as many bytes as there were";
}

TEST(Shape, KeepsAnAimIdentifier) {
  EXPECT_EQ(shape(Kind::bytes, "]Q1E000042\r"), "]Q1A000000\r");
  EXPECT_EQ(shape(Kind::bytes, "]"), "]");
}

TEST(Shape, OfAPosReportBlursTheDataAlone) {
  std::string report(64, '\0');
  report.replace(0, 12, std::string("\x02\x07]Q1E000042", 12));
  report[61] = 's';
  const std::string blurred = shape(Kind::report, report);
  EXPECT_EQ(blurred.substr(0, 12), std::string("\x02\x07]Q1A000000", 12));
  EXPECT_EQ(blurred[61], 's') << "the maker's symbology";
}

TEST(Shape, OfAnotherReportBlursAllButItsFirstByte) {
  EXPECT_EQ(shape(Kind::report,
                  "\x04"
                  "E042"),
            "\x04"
            "A000");
}

TEST(Shape, OfKeysIsOneKeyForEachKindOfKey) {
  for (const int letter : {KEY_Q, KEY_P, KEY_A, KEY_L, KEY_SEMICOLON, KEY_Z, KEY_M})
    EXPECT_EQ(shape_of_key(letter), KEY_A) << letter;
  for (const int digit : {KEY_1, KEY_5, KEY_0}) EXPECT_EQ(shape_of_key(digit), KEY_1) << digit;
  for (const int digit : {KEY_KP7, KEY_KP4, KEY_KP1, KEY_KP0}) EXPECT_EQ(shape_of_key(digit), KEY_KP1) << digit;
  for (const int other : {KEY_ENTER, KEY_LEFTSHIFT, KEY_LEFTALT, KEY_KPPLUS, KEY_KPMINUS, KEY_DOT})
    EXPECT_EQ(shape_of_key(other), other) << other;
}

// Beside each key the kernel gives its scan code, which tells it as well.
TEST(Shape, OfAScanCodeIsNothing) {
  EXPECT_EQ(shape({EV_MSC, MSC_SCAN, 0x7001e, {}}).value, 0);
  EXPECT_EQ(shape({EV_SYN, SYN_DROPPED, 0, {}}).code, SYN_DROPPED);
}

TEST(Shape, SaysThatItIsNotTheTrueTape) { EXPECT_FALSE(shape_of({.clear = true}).clear); }

}  // namespace
}  // namespace gatepost::devices
