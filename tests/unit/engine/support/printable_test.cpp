#include <gatepost/support/printable.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "world/terminal.hpp"

namespace gatepost::support {
namespace {

TEST(Printable, KeepsWhatPeopleRead) {
  EXPECT_EQ(printable("Nguyễn Lan, E000001 ✔ 👍", 100), "Nguyễn Lan, E000001 ✔ 👍");
  EXPECT_EQ(printable("", 5), "");
}

TEST(Printable, TakesTheLifeOutOfTheRest) {
  EXPECT_EQ(printable("\x1b[2J\x07", 100), "·[2J·");
  EXPECT_EQ(printable(std::string_view("a\0b", 3), 100), "a·b");
  EXPECT_EQ(printable("\xc2\x9b[1m", 100), "·[1m") << "CSI as one C1 control";
  EXPECT_EQ(printable("\xe2\x80\xae"
                      "live",
                      100),
            "·live")
      << "right to left from here on";
  EXPECT_EQ(printable("\xff\xc0\xaf\xed\xa0\x80\xf5", 100), "·······") << "each byte that is no UTF-8";
}

TEST(Printable, CutsAtACharacter) {
  EXPECT_EQ(printable("Cầu Bắc", 2), "Cầ…");
  EXPECT_EQ(printable("Cầu", 3), "Cầu");
}

RC_GTEST_PROP(Printable, NoTextActsOnATerminal, (const std::string& text)) {
  RC_ASSERT(!world::acts_on_a_terminal(printable(text, 50)));
}

TEST(PrintableJson, EscapesWhatJsonAllowsRaw) {
  EXPECT_EQ(printable_json("{\"a\":\"\x7f\xc2\x9b\xe2\x80\xae\"}"), R"({"a":"\u007f\u009b\u202e"})");
  EXPECT_EQ(printable_json("\"\xff\""), R"("\ufffd")");
  EXPECT_EQ(printable_json(R"({"tên":"Cầu 👍"})"), R"({"tên":"Cầu 👍"})");
}

RC_GTEST_PROP(PrintableJson, MeansTheSame, (const std::vector<std::uint16_t>& points)) {
  std::string text;
  for (const std::uint32_t point : points) {  // any character of the first plane, as UTF-8
    if (point >= 0xD800 && point < 0xE000) continue;
    if (point < 0x80) {
      text += static_cast<char>(point);
    } else if (point < 0x800) {
      text += {static_cast<char>(0xC0 | point >> 6), static_cast<char>(0x80 | (point & 0x3F))};
    } else {
      text += {static_cast<char>(0xE0 | point >> 12), static_cast<char>(0x80 | (point >> 6 & 0x3F)),
               static_cast<char>(0x80 | (point & 0x3F))};
    }
  }
  const boost::json::value value{{"text", text}};
  const std::string shown = printable_json(boost::json::serialize(value));
  RC_ASSERT(!world::acts_on_a_terminal(shown));
  RC_ASSERT(boost::json::parse(shown) == value);
}

}  // namespace
}  // namespace gatepost::support
