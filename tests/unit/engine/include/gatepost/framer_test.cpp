// From bytes on a line to Readings.
#include <gatepost/framer.hpp>

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <algorithm>
#include <utility>

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
  later.comes("E000101\r", 0ms, true).silence().comes("E000102\r", 5s);
  later.comes("E000103\r", 6s, true).comes("E000104\r", 9s);
  EXPECT_THAT(told(later.readings), ElementsAre("!lost", "E000102", "!lost", "!lost"))
      << "nobody waited: the time between two reads is no silence";
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
  line.silence().comes("E000103\r", 2s);
  EXPECT_THAT(told(line.readings), ElementsAre("!lost", "E000102", "E000103"));
}

// It came at once, and the process that opened the line was held up before it read.
TEST(Framer, TakesNoTimeThatNobodyWaitedForSilence) {
  Line line({});
  line.framer.joined(at(0ms));
  EXPECT_TRUE(line.framer.awaits_silence());
  line.comes("000101\rE000102\r", 150ms);
  EXPECT_THAT(told(line.readings), ElementsAre("!lost", "E000102"));
}

TEST(Framer, TakesNothingForWholeThatMayBeTheRestOfTheConnectionBefore) {
  Line line({});
  line.comes("1");
  line.framer.cut("the scanner was gone", line.readings);
  line.framer.joined(at(1s));
  line.silence().comes("000101\r", 3s).comes("1000102\r", 4s);
  EXPECT_THAT(told(line.readings), ElementsAre("!no_terminator", "!gap", "1000102"));
}

TEST(Framer, HoldsTheLengthRule) {
  Line line({.min_length = 7, .max_length = 8});
  line.comes("E00010\rE000101\rE00010101\r");
  EXPECT_THAT(told(line.readings), ElementsAre("!length", "E000101", "!length"));
}

TEST(Framer, CountsBytesWhereFramesHaveALength) {
  Line line({.framing = Framing::length, .length = 4});
  line.comes("ABCDEFGH").comes("IJ").silence().comes("KLMN", 2s).comes("OPQR", 2s).silence();
  line.comes("STUV", 3s);
  EXPECT_THAT(told(line.readings), ElementsAre("ABCD", "EFGH", "!length", "!gap", "!lost", "STUV"))
      << "it may begin with the rest of the one before, and so may what follows it";
}

TEST(Framer, EndsAtSilenceWhereThereIsNoTerminator) {
  Line line({.framing = Framing::idle, .min_length = 4, .max_length = 4});
  line.comes("AB").comes("CD", 50ms).silence().comes("EF", 1s).silence().comes("GHIJ", 2s).silence();
  line.comes("KLMN", 3s).silence();
  EXPECT_THAT(told(line.readings), ElementsAre("ABCD", "!length", "!gap", "KLMN"));
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
  const std::string block(1 << 16, 'x');
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

// A scanner, its line and a reader, step by step. The line is lost at any byte; what was left of a code is then
// forgotten, or comes on the next connection, as converters keep it. The reader is held up at any moment: what comes
// meanwhile it reads in one piece, and no silence is seen.
class World {
 public:
  explicit World(Rules rules) : rules_(std::move(rules)), framer_(rules_) { framer_.joined(now_); }

  void step() {
    switch (*rc::gen::weightedElement<int>({{8, 0}, {3, 1}, {2, 2}, {2, 3}})) {
      case 0:
        return send(*rc::gen::inRange<std::size_t>(1, 12));
      case 1:
        return pause();
      case 2:
        return lose();
      default:
        held_up_ = !held_up_;
        return read();
    }
  }
  void end() {
    send(to_send_.size());
    held_up_ = false;
    pause();
    pause();
  }
  /// What came out good, less what was sent whole.
  std::vector<std::string> invented() const {
    std::vector<std::string> left;
    auto sent = whole_;
    for (const auto& reading : readings_) {
      if (reading.damage != Damage::none) continue;
      const auto found = std::find(sent.begin(), sent.end(), reading.payload);
      if (found == sent.end())
        left.push_back(reading.payload);
      else
        sent.erase(found);
    }
    return left;
  }
  std::size_t good() const {
    return static_cast<std::size_t>(
        std::count_if(readings_.begin(), readings_.end(), [](const auto& one) { return one.damage == Damage::none; }));
  }

 private:
  // Codes of which each part may pass as another's: digits alone.
  void begin_code() {
    code_ = rules_.prefix;
    for (int i = 0; i < 4; ++i) code_ += *rc::gen::element('0', '1');
    to_send_ = code_;
    if (rules_.framing == Framing::terminator) to_send_ += rules_.terminator.empty() ? "\r" : rules_.terminator;
    cut_ = false;
  }
  // Where silence ends a scan, the scanner is silent after each.
  void send(std::size_t count) {
    for (; count > 0; --count) {
      if (to_send_.empty()) begin_code();
      on_the_line_ += to_send_[0];
      to_send_.erase(0, 1);
      now_ += 1ms;
      if (!to_send_.empty()) continue;
      if (!cut_) whole_.push_back(code_.substr(rules_.prefix.size()));
      if (rules_.framing == Framing::idle) {
        read();
        held_up_ = false;
        pause();
      }
    }
    read();
  }
  void pause() {
    read();
    // What is only counted has no mark of its own: of two pauses in two codes, with no silence between them, the second
    // may fall where the count says that a code ends.
    if (rules_.framing == Framing::length && in_code() && count_is_astray_) send(to_send_.size());
    now_ += 2 * rules_.idle;
    count_is_astray_ = held_up_ || in_code();
    if (held_up_) return;
    if (framer_.awaits_silence()) framer_.silence(readings_);
  }
  void lose() {
    const bool was_held_up = std::exchange(held_up_, false);
    const bool unread_is_lost = *rc::gen::arbitrary<bool>();
    if (unread_is_lost) on_the_line_.clear();
    read();
    framer_.cut("the line was lost", readings_);
    const bool begun = in_code();
    count_is_astray_ = true;
    if (begun && *rc::gen::arbitrary<bool>())
      to_send_.clear();
    else if (begun)
      cut_ = true;
    now_ += 1ms;
    framer_.joined(now_);
    held_up_ = was_held_up;
    // Of what nobody has seen the beginning, the rest is known by what it follows: no silence.
    if (cut_ && unread_is_lost) send(to_send_.size());
  }
  void read() {
    if (held_up_ || on_the_line_.empty()) return;
    framer_.feed(std::exchange(on_the_line_, {}), MonotonicTime(now_), false, readings_);
  }
  bool in_code() const { return !to_send_.empty() && to_send_.size() < code_.size() + terminator_size(); }
  std::size_t terminator_size() const {
    return rules_.framing != Framing::terminator ? 0 : std::max<std::size_t>(rules_.terminator.size(), 1);
  }

  Rules rules_;
  Framer framer_;
  MonotonicTime now_{1h};
  std::vector<Reading> readings_;
  std::string code_, to_send_, on_the_line_;
  std::vector<std::string> whole_;
  bool cut_ = false, held_up_ = false, count_is_astray_ = false;
};

TEST(Framer, NothingComesOutGoodThatWasNotSentWholeOnOneConnection) {
  std::size_t good = 0;
  EXPECT_TRUE(rc::check([&] {
    World world(*rc::gen::element<Rules>(Rules{}, Rules{.terminator = "\r\n"}, Rules{.prefix = "\x02"},
                                         Rules{.framing = Framing::length, .length = 4},
                                         Rules{.framing = Framing::idle, .min_length = 4, .max_length = 4}));
    const int steps = *rc::gen::inRange(1, 40);
    for (int i = 0; i < steps; ++i) world.step();
    world.end();
    good += world.good();
    RC_ASSERT(world.invented() == std::vector<std::string>());
  }));
  EXPECT_GT(good, 100U) << "codes come through";
}

}  // namespace
}  // namespace gatepost
