// Attempts that are denied again and again at one lane: it slows down, and says so.
#include <gmock/gmock.h>

#include "core/lane.hpp"

namespace gatepost::core {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// A lane that knows no code, so that everybody is denied, with a disk that is always quick.
class Denials : public testing::Test {
 protected:
  static LaneSettings settings(std::optional<DenialLimit> limit) {
    LaneSettings settings{.name = "entry", .actuator = {}};
    settings.record_deadline = 1s;
    settings.denied_at_most = limit;
    return settings;
  }

  Now now() const { return {BootTime(1h + time_), MonotonicTime(1h + time_), WallTime(500'000h), true}; }

  void happens(Lane::Event event) {
    lane_.on(std::move(event), now());
    std::vector<CallId> commits;
    while (auto effect = lane_.next()) {
      if (auto* commit = std::get_if<Lane::Commit>(&*effect)) commits.push_back(commit->id);
      if (auto* answered = std::get_if<Lane::Answered>(&*effect)) reasons_.push_back(answered->answer->verdict.reason);
      if (auto* post = std::get_if<Lane::Post>(&*effect)) alarms_.push_back(post->record.reason);
    }
    for (const CallId id : commits) happens(Lane::Committed{id, RecordId{1, 1, 1}});
  }
  void scans(const std::string& code) { happens(Lane::Scanned{.reading = {.payload = code}}); }
  void passes(Duration length) {
    time_ += length;
    happens(Lane::Tick{});
  }

  Duration time_{};
  Lane lane_{settings(DenialLimit{3, 1min})};
  std::vector<std::string> reasons_, alarms_;
};

TEST_F(Denials, SlowTheLaneDownAndRaiseAnAlarmThatEnds) {
  for (const char* code : {"A", "B", "C", "D", "E"}) scans(code);
  EXPECT_EQ(reasons_.size(), 3U) << "the others wait";
  EXPECT_THAT(alarms_, ElementsAre("guessing"));
  ASSERT_TRUE(lane_.due());
  EXPECT_EQ(*lane_.due() - now().boot, DenialPace::longest_pause);
  passes(1s);
  EXPECT_EQ(reasons_.size(), 3U);
  passes(1s);
  EXPECT_EQ(reasons_.size(), 4U);
  passes(2s);
  EXPECT_THAT(reasons_, ElementsAre("unknown_code", "unknown_code", "unknown_code", "unknown_code", "unknown_code"));
  passes(59s);
  EXPECT_THAT(alarms_, ElementsAre("guessing"));
  passes(2s);
  EXPECT_THAT(alarms_, ElementsAre("guessing", "guessing_ended"));
  EXPECT_FALSE(lane_.due());
}

TEST_F(Denials, AreAtAnyPaceWhereTheSiteSaysSo) {
  happens(Lane::Configure{settings({})});
  for (int i = 0; i < 50; ++i) scans("code " + std::to_string(i));
  EXPECT_EQ(reasons_.size(), 50U);
  EXPECT_THAT(alarms_, IsEmpty());
}

TEST_F(Denials, OfPeopleNowAndThenSlowNobodyDown) {
  for (int i = 0; i < 30; ++i) {
    scans("code " + std::to_string(i));
    passes(21s);
  }
  EXPECT_EQ(reasons_.size(), 30U);
  EXPECT_THAT(alarms_, IsEmpty());
}

TEST_F(Denials, AreNoneWhereTheReadingWasDamaged) {
  for (int i = 0; i < 20; ++i) happens(Lane::Scanned{.reading = {.payload = "A", .damage = Damage::lost}});
  EXPECT_EQ(reasons_.size(), 20U);
  EXPECT_THAT(alarms_, IsEmpty());
}

TEST_F(Denials, KeepNoButtonWaiting) {
  for (const char* code : {"A", "B", "C", "D"}) scans(code);
  happens(Lane::Pressed{"button", Direction::in, {}});
  EXPECT_EQ(reasons_.back(), "button");
  EXPECT_EQ(reasons_.size(), 4U);
}

TEST_F(Denials, KeepNoStopWaiting) {
  for (const char* code : {"A", "B", "C", "D", "E"}) scans(code);
  happens(Lane::Stop{.finish = true});
  EXPECT_EQ(reasons_.size(), 5U);
  EXPECT_TRUE(lane_.is_stopped());
}

}  // namespace
}  // namespace gatepost::core
