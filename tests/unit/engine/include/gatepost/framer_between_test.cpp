// What stands between two scans, or is no scan at all, and several scans that are one code.
#include <gatepost/framer.hpp>

#include <gmock/gmock.h>

#include <utility>

#include "world/readings.hpp"

namespace gatepost {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using world::told;
using namespace std::chrono_literals;

MonotonicTime later(Duration time) { return MonotonicTime(1h + time); }

/// A scanner whose heartbeats and failures the site ignores.
struct Scanner {
  explicit Scanner(FrameRules rules)
      : framer(std::move(rules), [](std::string_view text) { return text == "NoRead" || text.starts_with("HB"); }) {}
  Scanner& sends(std::string_view bytes, Duration time) {
    framer.feed(bytes, later(time), false, readings);
    return *this;
  }
  Scanner& is_silent() {
    framer.silence(readings);
    return *this;
  }
  Framer framer;
  std::vector<Reading> readings;
};

TEST(FramerBetween, CarriageReturnLineFeedAndNulDamageNothing) {
  Scanner telnet({});
  telnet.sends(std::string_view("E1\r\0E2\r\0", 8), 0ms).is_silent().sends(std::string_view("\0\0E3\r", 5), 5s);
  EXPECT_THAT(told(telnet.readings), ElementsAre("E1", "E2", "E3"));
  Scanner etx({.terminator = "\x03"});
  etx.sends("E1\x03\r\n", 0ms).is_silent().sends("E2\x03\r\n", 5s).sends("\r\n", 9s).is_silent().sends("E3\x03", 20s);
  EXPECT_THAT(told(etx.readings), ElementsAre("E1", "E2", "E3"));
  Scanner twice({.terminator = "\r\n"});
  twice.sends("E1\r\n\r\nE2\r\n", 0ms);
  EXPECT_THAT(told(twice.readings), ElementsAre("E1", "E2"));
}

// Whoever is asked counts it.
TEST(FramerBetween, ATextThatIsNoScanIsAskedAboutOnce) {
  for (const Framing framing : {Framing::terminator, Framing::length, Framing::idle}) {
    int asked = 0;
    std::vector<Reading> readings;
    Framer framer({.framing = framing, .length = 20}, [&](std::string_view text) { return text == "HB17" && ++asked; });
    framer.feed("HB17", later(0ms), false, readings);
    framer.silence(readings);
    EXPECT_EQ(asked, 1);
    framer.feed("HB17", later(5s), false, readings);
    framer.feed("HB17", later(10s), false, readings);  // nobody listened between them
    EXPECT_EQ(asked, 2);
    framer.cut("the cable was drawn", readings);
    EXPECT_EQ(asked, 3);
    EXPECT_THAT(readings, IsEmpty());
  }
}

TEST(FramerBetween, AFixedLengthMayHaveItsLineEndBehindIt) {
  Scanner counted({.framing = Framing::length, .length = 4});
  counted.sends("E001\r\n", 0ms).is_silent().sends("E002\r\n", 5s).sends("E003", 9s);
  EXPECT_THAT(told(counted.readings), ElementsAre("E001", "E002", "E003"));
}

TEST(FramerBetween, WhatMayBeginACodeIsNotPassedOver) {
  Scanner prefixed({.terminator = "\r", .prefix = "\n"});
  prefixed.sends("\nE1\r\nE2\r", 0ms);
  EXPECT_THAT(told(prefixed.readings), ElementsAre("E1", "E2"));
  Scanner binary({.framing = Framing::length, .length = 4});
  binary.sends(std::string_view("\0\0\0\1", 4), 0ms).is_silent().sends(std::string_view("\0\0\0\0", 4), 5s);
  EXPECT_THAT(told(binary.readings), ElementsAre(std::string("\0\0\0\1", 4), std::string("\0\0\0\0", 4)));
}

TEST(FramerBetween, TheLateEndOfACutScanStillEndsIt) {
  Scanner etx({.terminator = "\r\n"});
  etx.sends("E1", 0ms).is_silent().sends("\r\n", 1s).sends("E2\r\n", 5s);
  EXPECT_THAT(told(etx.readings), ElementsAre("!no_terminator", "E2"));
  Scanner other({.terminator = "\x03"});
  other.sends("E1", 0ms).is_silent().sends("\r\n", 1s).sends("E2\x03", 5s);
  EXPECT_THAT(told(other.readings), ElementsAre("!no_terminator", "!gap")) << "CR LF does not end its scans";
}

TEST(FramerBetween, WhatTheSiteIgnoresIsNoScanWhateverRulesItBreaks) {
  Scanner line({.prefix = "#", .min_length = 7});
  line.sends("NoRead\r#E000001\r", 0ms).sends("#HB 17\r\n", 3s).sends("#E000002\r", 5s);
  EXPECT_THAT(told(line.readings), ElementsAre("E000001", "E000002"));
  Scanner without_end({});
  without_end.sends("HB", 0ms).is_silent().sends("E1\r", 5s).sends("HB", 9s).sends("E2\r", 20s);
  EXPECT_THAT(told(without_end.readings), ElementsAre("E1", "E2")) << "told of the silence or not";
  Scanner counted({.framing = Framing::length, .length = 8});
  counted.sends("NoRead", 0ms).is_silent().sends("E0000001", 5s);
  EXPECT_THAT(told(counted.readings), ElementsAre("E0000001"));
  Scanner silent({.framing = Framing::idle, .min_length = 3, .max_length = 3});
  silent.sends("HB", 0ms).is_silent().sends("E01", 5s).is_silent();
  EXPECT_THAT(told(silent.readings), ElementsAre("E01"));
}

TEST(FramerBetween, LinesOfOneCodeAreOneDamagedScan) {
  Scanner gun({.many_lines = false});
  gun.sends("E1\rE2\rE3\r", 0ms).is_silent();
  ASSERT_THAT(told(gun.readings), ElementsAre("!length"));
  EXPECT_THAT(gun.readings[0].damage_detail, HasSubstr("3 lines"));
  EXPECT_EQ(gun.readings[0].payload, "E1\nE2\nE3");
  gun.sends("E4\r", 5s).sends("E5\r", 8s);
  EXPECT_THAT(told(gun.readings), ElementsAre("!length", "E4", "E5"));
}

// A gun that types slowly: its first line is told before anybody knows of a second.
TEST(FramerBetween, OfLinesThatComeByteByByteOnlyTheFirstIsAScan) {
  Scanner gun({.many_lines = false});
  Duration time{};
  for (const char byte : std::string("E1\rE2\rE3\rE4")) gun.sends({&byte, 1}, time += 10ms);
  EXPECT_THAT(told(gun.readings), ElementsAre("E1"));
  gun.is_silent();
  EXPECT_THAT(told(gun.readings), ElementsAre("E1", "!length"));
  gun.sends("E5\r", 5s);
  EXPECT_EQ(told(gun.readings).back(), "!gap") << "the last line had no end";
  gun.sends("E6\r", 8s);
  EXPECT_EQ(told(gun.readings).back(), "E6");
}

TEST(FramerBetween, ACodeWithAHeartbeatAroundItHasOneLine) {
  Scanner gun({.many_lines = false});
  gun.sends("HB\rE1\rHB\r\n", 0ms).sends("HB\r", 50ms).is_silent().sends("E2\rHB", 5s);
  EXPECT_THAT(told(gun.readings), ElementsAre("E1"));
  gun.is_silent();
  EXPECT_THAT(told(gun.readings), ElementsAre("E1", "E2"));
}

TEST(FramerBetween, LinesOfACutCodeAreDamagedTogether) {
  Scanner gun({.many_lines = false});
  gun.sends("E1\rE2", 0ms);
  EXPECT_THAT(gun.readings, IsEmpty());
  gun.is_silent();
  EXPECT_THAT(told(gun.readings), ElementsAre("!length"));
  Scanner gone({.many_lines = false});
  gone.sends("E1\rE2\rE3\r", 0ms);
  gone.framer.cut("the scanner was gone", gone.readings);
  EXPECT_THAT(told(gone.readings), ElementsAre("!length"));
}

TEST(FramerBetween, ADamagedScanShowsItsBytesAndWhatIsOddAboutThem) {
  Scanner gun({});
  gun.sends("123456\x8D", 0ms).is_silent();
  ASSERT_THAT(told(gun.readings), ElementsAre("!no_terminator"));
  EXPECT_EQ(gun.readings[0].payload, "123456\x8D");
  EXPECT_EQ(escape(gun.readings[0].payload), "123456\\x8D");
  EXPECT_THAT(gun.readings[0].damage_detail, HasSubstr("8D, a CR with a parity bit"));
  Scanner etx({.terminator = "\x03"});
  etx.sends("E000001\r\n", 0ms).is_silent();
  EXPECT_THAT(etx.readings.at(0).damage_detail, HasSubstr("ends with CR or LF"));
  EXPECT_EQ(escape(etx.readings[0].payload), "E000001\\r\\n");
  Scanner wrong({.prefix = "#"});
  wrong.sends("E000001\r", 0ms);
  EXPECT_EQ(wrong.readings.at(0).payload, "E000001");
  Scanner endless({});
  endless.sends(std::string(20'000, 'x') + "\r", 0ms);
  EXPECT_EQ(endless.readings.at(0).payload.size(), max_damaged_payload);
}

TEST(FramerBetween, WhatIsEscapedIsReadBackAsItWas) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(unescape(escape(all)).value(), all);
}

}  // namespace
}  // namespace gatepost
