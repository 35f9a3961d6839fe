// From bytes on a line to Readings.
#include <gatepost/framer.hpp>

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "world/readings.hpp"

namespace gatepost {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using world::told;
using Rules = FrameRules;
using namespace std::chrono_literals;

MonotonicTime at(Duration time) { return MonotonicTime(1h + time); }

struct Line {
  explicit Line(Rules rules) : framer(std::move(rules)) {}
  Line& comes(std::string_view bytes, Duration time = 0ms, bool lost = false) {
    framer.feed(bytes, at(time), lost, readings);
    return *this;
  }
  Line& silence() {
    framer.silence(readings);
    return *this;
  }
  Framer framer;
  std::vector<Reading> readings;
};

TEST(Framer, EndsAtCarriageReturnLineFeedOrBoth) {
  Line line({});
  line.comes("A1\rA2\nA3\r\nA4\r\rA5\n\r\n");
  EXPECT_THAT(told(line.readings), ElementsAre("A1", "A2", "A3", "A4", "A5"));
}

TEST(Framer, KeepsBytesAsTheyAre) {
  Line line({.terminator = "\x03"});
  line.comes(std::string("\x1d\0\xff\r\n|\x03", 7));
  EXPECT_THAT(told(line.readings), ElementsAre(std::string("\x1d\0\xff\r\n|", 6)));
}

TEST(Framer, ACutScanNeverPassesNorDoesItsRest) {
  Line line({});
  line.comes("E0001", 0ms).silence().comes("01\r", 300ms).comes("E000101\r", 5s);
  EXPECT_THAT(told(line.readings), ElementsAre("!no_terminator", "!gap", "E000101"));
}

TEST(Framer, OnlyTheEndThatCameLateDoesNotSpoilTheNextScan) {
  Line line({});
  line.comes("E000101", 0ms).silence().comes("\r", 300ms).comes("E000102\r", 5s);
  EXPECT_THAT(told(line.readings), ElementsAre("!no_terminator", "E000102"));
}

TEST(Framer, SeesThePauseEvenWhenNobodyToldItOfTheSilence) {
  Line line({});
  line.comes("E0001", 0ms).comes("01\r", 300ms);
  EXPECT_THAT(told(line.readings), ElementsAre("!no_terminator", "!gap"));
}

TEST(Framer, MarksWhatTheDriverLost) {
  Line line({});
  line.comes("E00", 0ms, true).comes("0101\rE000102\r", 1ms);
  EXPECT_THAT(told(line.readings), ElementsAre("!lost", "E000102"));
}

// Which frame of a chunk lacks something nobody knows; and the loss may have been the beginning of the next one.
TEST(Framer, MarksEveryFrameThatALossMayHaveHit) {
  Line line({});
  line.comes("E000101\rE0001", 0ms, true).comes("02\r", 1ms).comes("E000103\r", 5s);
  EXPECT_THAT(told(line.readings), ElementsAre("!lost", "!lost", "E000103"));
  Line end({});
  end.comes("E000101\r", 0ms, true).comes("0102\r", 1ms).comes("E000103\r", 2ms);
  EXPECT_THAT(told(end.readings), ElementsAre("!lost", "!lost", "E000103"));
  Line later({});
  later.comes("E000101\r", 0ms, true).comes("E000102\r", 5s);
  EXPECT_THAT(told(later.readings), ElementsAre("!lost", "E000102"));
}

TEST(Framer, TellsOfAFrameThatWasLostAltogether) {
  Line line({});
  line.comes("", 0ms, true);
  EXPECT_TRUE(line.framer.in_frame());
  line.silence().comes("E000101\r", 5s).comes("", 6s, true).comes("\r", 6s).comes("E000102\r", 7s);
  line.comes("", 8s, true).comes("0103\r", 8s);
  EXPECT_THAT(told(line.readings), ElementsAre("!lost", "E000101", "!lost", "E000102", "!lost"));
  line.comes("", 9s, true);
  line.framer.cut("the scanner was gone", line.readings);
  EXPECT_EQ(told(line.readings).back(), "!lost");
}

TEST(Framer, TakesNothingForWholeThatMayHaveBegunBeforeItListened) {
  Line line({});
  line.framer.joined(at(0ms));
  line.comes("0101\r", 50ms).comes("E000102\r", 60ms);
  line.framer.joined(at(1s));
  line.comes("E000103\r", 2s);
  EXPECT_THAT(told(line.readings), ElementsAre("!lost", "E000102", "E000103"));
}

TEST(Framer, HoldsTheLengthRule) {
  Line line({.min_length = 7, .max_length = 8});
  line.comes("E00010\rE000101\rE00010101\r");
  EXPECT_THAT(told(line.readings), ElementsAre("!length", "E000101", "!length"));
}

TEST(Framer, CountsBytesWhereFramesHaveALength) {
  Line line({.framing = Framing::length, .length = 4});
  line.comes("ABCDEFGH").comes("IJ").silence().comes("KLMN", 2s);
  EXPECT_THAT(told(line.readings), ElementsAre("ABCD", "EFGH", "!length", "KLMN"));
}

TEST(Framer, EndsAtSilenceWhereThereIsNoTerminator) {
  Line line({.framing = Framing::idle, .min_length = 4, .max_length = 4});
  line.comes("AB").comes("CD", 50ms).silence().comes("EF", 1s).silence();
  EXPECT_THAT(told(line.readings), ElementsAre("ABCD", "!length"));
}

TEST(Framer, TakesThePrefixAndTheAimIdentifierOff) {
  Line line({.prefix = "\x02", .aim = true});
  line.comes(
      "\x02]Q1E000101\rE000101\r\x02"
      "E000101\r");
  EXPECT_THAT(told(line.readings), ElementsAre("E000101", "!lost", "!lost"));
  EXPECT_EQ(line.readings[0].symbology, "]Q1");
}

TEST(Framer, BoundsALineWithoutEndAndReadsTheNextOne) {
  Line line({});
  const std::string block(1 << 20, 'x');
  for (int i = 0; i < 100; ++i) line.comes(block);
  EXPECT_THAT(line.readings, testing::IsEmpty());
  line.comes("\rE000101\r");
  EXPECT_THAT(told(line.readings), ElementsAre("!overlong", "E000101"));
}

TEST(Framer, GivesTheSameHoweverTheBytesAreSplit) {
  EXPECT_TRUE(rc::check([] {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::element('A', 'B', '\r', '\n', '\x02', ']', 'Q', '\0'));
    const Rules rules{.terminator = *rc::gen::element<std::string>("", "\r\n", "\x02"),
                      .min_length = 1,
                      .max_length = 6,
                      .aim = *rc::gen::arbitrary<bool>()};
    Line whole(rules), split(rules);
    whole.comes(bytes).silence();
    for (std::size_t begin = 0; begin < bytes.size();) {
      const auto size = *rc::gen::inRange<std::size_t>(1, bytes.size() - begin + 1);
      split.comes(std::string_view(bytes).substr(begin, size));
      begin += size;
    }
    split.silence();
    RC_ASSERT(told(whole.readings) == told(split.readings));
  }));
}

TEST(Framer, NoCutOfACodeEverComesOutGood) {
  EXPECT_TRUE(rc::check([] {
    const std::string code = "E000101";
    const auto cut = *rc::gen::inRange<std::size_t>(1, code.size());
    Line line({});
    line.comes(code.substr(0, cut)).silence().comes(code.substr(cut) + "\r", 1s);
    for (const auto& reading : line.readings) RC_ASSERT(reading.damage != Damage::none);
  }));
}

}  // namespace
}  // namespace gatepost
