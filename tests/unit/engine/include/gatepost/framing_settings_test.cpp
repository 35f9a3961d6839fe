#include <gmock/gmock.h>

#include <gatepost/framing_settings.hpp>

namespace gatepost {
namespace {

using namespace std::chrono_literals;

struct Keys {  // whose end of a scan is always a terminator
  std::string terminator{};
  std::chrono::milliseconds idle = 70ms;
  std::string prefix{};
  std::uint16_t min_length = 1, max_length = 20;
  bool aim = false;
};

struct Bytes : Keys {
  Framing framing = Framing::terminator;
  std::uint16_t length = 0;
};

struct FramedLine {
  std::string device;
  Framing framing = Framing::length;
  std::string terminator{};
  std::uint16_t length = 8;
  std::chrono::milliseconds idle = 30ms;
  std::string prefix{};
  std::uint16_t min_length = 1, max_length = 20;
  bool aim = false;
  int baud = 9600;
};
constexpr auto table = settings(field("device", &FramedLine::device, "address of the scanner"),
                                framing_fields<FramedLine>(), field("baud", &FramedLine::baud, "speed of the line"));

TEST(FramingSettings, StandInATableWhereTheyAreNamed) {
  std::vector<std::string_view> keys;
  for (const auto& info : table.infos()) keys.push_back(info.key);
  EXPECT_THAT(keys, testing::ElementsAre("device", "framing", "terminator", "length", "idle", "prefix", "min_length",
                                         "max_length", "aim", "baud"));
}

TEST(FramingSettings, ComeToTheRulesThatTheySay) {
  Bytes given;
  given.framing = Framing::length;
  given.length = 8;
  given.terminator = R"(\x03)";
  given.prefix = R"(\t)";
  given.aim = true;
  const auto rules = frame_rules(given);
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->framing, Framing::length);
  EXPECT_EQ(rules->length, 8U);
  EXPECT_EQ(rules->terminator, "\x03");
  EXPECT_EQ(rules->prefix, "\t");
  EXPECT_EQ(rules->idle, 70ms);
  EXPECT_EQ(rules->max_length, 20U);
  EXPECT_TRUE(rules->aim);
}

TEST(FramingSettings, MayLackFramingAndLength) {
  const auto rules = frame_rules(Keys{.terminator = R"(\r)"});
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->framing, Framing::terminator);
  EXPECT_EQ(rules->terminator, "\r");
}

TEST(FramingSettings, NameTheOneThatIsWrong) {
  EXPECT_EQ(frame_rules(Keys{.terminator = R"(\q)"}).error().where, "terminator");
  EXPECT_EQ(frame_rules(Keys{.prefix = R"(\q)"}).error().where, "prefix");
  EXPECT_EQ(frame_rules(Keys{.min_length = 30}).error().where, "min_length");
}

}  // namespace
}  // namespace gatepost
