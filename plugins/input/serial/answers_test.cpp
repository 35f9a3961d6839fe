// Answers to commands, taken out of what a scanner sends.
#include "answers.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "bytes.hpp"

namespace serial {
namespace {

using gatepost::MonotonicTime;
using testing::Contains;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;
using namespace std::string_literals;

const std::string done = "\x02\x00\x00\x01\x00\x33\x31"s;  // GROW

MonotonicTime at(gatepost::Duration time) { return MonotonicTime(1h + time); }

/// A line whose scans end with CR.
struct Line {
  void sends(std::string_view bytes, gatepost::Duration time = 0ms) {
    answers.sift(
        bytes, at(time), [&] { return !left.empty() && left.back() != '\r'; },
        [&](std::string_view piece) { left += piece; });
  }
  Answers answers;
  std::string left;  ///< for the framer
};

TEST(AnswersTo, AreThoseThatMakersPrint) {
  EXPECT_THAT(answers_to(*command("grow_trigger")), Contains(done));
  EXPECT_THAT(answers_to(*command("newland_trigger")), Contains("\x02\x01"s + "0000#SCNTRG1\x06;\x03"));
  EXPECT_THAT(answers_to(*command("ssi_beep")), Contains("\x04\xD0\x00\x00\xFF\x2C"s));
  EXPECT_THAT(answers_to(*command("ssi_beep")), Contains("\x05\xD1\x00\x00\x06\xFF\x24"s));
  for (const char* silent : {"honeywell_trigger", "honeywell_beep", "datalogic_good", "ssi_ack", "06"})
    EXPECT_THAT(answers_to(*command(silent)), IsEmpty()) << silent;
  EXPECT_THAT(answers_to(""), IsEmpty());
  EXPECT_THAT(answers_to("~\x01"), IsEmpty());
}

TEST(Answers, AreTakenOutHoweverTheyComeInPieces) {
  const std::string sent = done + "E000001\r";
  for (std::size_t first = 0; first <= sent.size(); ++first)
    for (std::size_t second = first; second <= sent.size(); ++second) {
      Line line;
      line.answers.sent(*command("grow_trigger"), at(0ms));
      line.sends(sent.substr(0, first));
      line.sends(sent.substr(first, second - first));
      line.sends(sent.substr(second));
      EXPECT_EQ(line.left, "E000001\r") << first << " " << second;
      EXPECT_FALSE(line.answers.holds());
    }
}

TEST(Answers, MayFollowAScanAndAreOneForEachCommand) {
  Line line;
  line.answers.sent(*command("ssi_beep"), at(0ms));
  line.answers.sent(*command("ssi_led_on"), at(0ms));
  const std::string ack = "\x04\xD0\x00\x00\xFF\x2C"s;
  line.sends("E000001\r" + ack + ack + "E000002\r");
  EXPECT_EQ(line.left, "E000001\rE000002\r");
  line.sends(ack);
  EXPECT_EQ(line.left, "E000001\rE000002\r" + ack) << "nobody asked for a third";
}

TEST(Answers, InTheMiddleOfAScanAreItsBytes) {
  Line line;
  line.answers.sent(*command("grow_trigger"), at(0ms));
  line.sends("E00" + done + "0001\r");
  EXPECT_EQ(line.left, "E00" + done + "0001\r");
}

TEST(Answers, OfNobodyOrTooLateAreNone) {
  Line line;
  line.sends(done);
  EXPECT_EQ(line.left, done);
  line.left.clear();
  line.answers.sent(*command("grow_trigger"), at(0ms));
  line.sends(done, 1001ms);
  EXPECT_EQ(line.left, done);
}

TEST(Answers, ThatBreakOffAreLetGo) {
  Line line;
  line.answers.sent(*command("grow_trigger"), at(0ms));
  line.sends(done.substr(0, 4));
  EXPECT_EQ(line.left, "");
  ASSERT_TRUE(line.answers.holds());
  EXPECT_EQ(line.answers.let_go(), done.substr(0, 4));
  EXPECT_FALSE(line.answers.holds());
  line.sends(done.substr(0, 4) + "X\r");
  EXPECT_EQ(line.left, done.substr(0, 4) + "X\r");
}

TEST(Answers, ThatRefuseAreTakenOutToo) {
  Line line;
  line.answers.sent(*command("newland_trigger"), at(0ms));
  line.sends("\x02\x01"s + "0000#SCNTRG1\x15;\x03" + "E000001\r");
  EXPECT_EQ(line.left, "E000001\r");
}

RC_GTEST_PROP(AnswersProperties, NothingElseIsLostOrMovedAndPiecesMakeNoDifference, (bool asked)) {
  const auto piece_of = rc::gen::oneOf(
      rc::gen::arbitrary<std::string>(),
      rc::gen::element(done, done.substr(0, 3), done.substr(3), "\x04\xD0\x00\x00\xFF\x2C"s, "\x02\x01"s, "E1\r"s));
  const auto pieces = *rc::gen::container<std::vector<std::string>>(piece_of);
  Line whole, parts;
  if (asked)
    for (Line* line : {&whole, &parts})
      for (const char* sent : {"grow_trigger", "newland_trigger", "ssi_beep"})
        line->answers.sent(*command(sent), at(0ms));
  std::string all;
  for (const auto& piece : pieces) {
    all += piece;
    parts.sends(piece);
  }
  whole.sends(all);
  RC_ASSERT(whole.left + whole.answers.let_go() == parts.left + parts.answers.let_go());
  if (!asked) RC_ASSERT(parts.left == all);
}

}  // namespace
}  // namespace serial
