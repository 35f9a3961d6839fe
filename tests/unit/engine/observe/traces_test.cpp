#include "observe/traces.hpp"

#include <gmock/gmock.h>

#include "api/trace.hpp"
#include "observe/recent.hpp"

namespace gatepost::observe {
namespace {

using namespace std::chrono_literals;

MonotonicTime after(Duration time) { return MonotonicTime(1s + time); }

core::Answer answer_of(const std::string& lane, std::uint64_t sequence) {
  core::Answer answer{.lane = lane, .device = "gun"};
  answer.verdict = {Outcome::grant, "granted", {}, {}};
  answer.credential = Credential{.scheme = "card", .subject = "E000001"};
  answer.record = {4017, 1, sequence};
  const auto ms = std::chrono::milliseconds(sequence);
  answer.trace = {.seen = after(ms),
                  .offered = after(ms + 10us),
                  .taken = after(ms + 20us),
                  .identified = after(ms + 30us),
                  .decided = after(ms + 40us)};
  return answer;
}

Record passage_of(std::string lane, std::uint64_t about) {
  Record record{.kind = RecordKind::passage, .at = after(2s), .lane = std::move(lane)};
  record.reason = "seen";
  record.about = about;
  return record;
}

TEST(Traces, StepsAreThoseThatWereReachedInTheOrderOfTheRoad) {
  Traces traces;
  auto answer = answer_of("main", 1);
  traces.answered(answer);
  std::vector<std::string_view> names;
  for (const Step& step : steps_of(traces.last("", 1).at(0))) names.push_back(step.name);
  EXPECT_THAT(names, testing::ElementsAre("arrived", "queued", "taken", "identified", "judged"));
}

TEST(Traces, KeepsTheLastOfEachLaneAndNoMore) {
  Traces traces;
  for (std::uint64_t i = 1; i <= Traces::most_of_a_lane + 5; ++i) traces.answered(answer_of("busy", i));
  traces.answered(answer_of("quiet", 3));
  const auto busy = traces.last("busy", 1000);
  ASSERT_EQ(busy.size(), Traces::most_of_a_lane);
  EXPECT_EQ(busy.front().sequence, 6U);
  EXPECT_EQ(traces.last("quiet", 1000).size(), 1U) << "a busy lane pushes out nobody else's";
  EXPECT_EQ(traces.last("", 1).at(0).sequence, Traces::most_of_a_lane + 5) << "of all lanes, by time";
}

TEST(Traces, GivesAPassageToTheScanThatLetItBe) {
  Traces traces;
  traces.answered(answer_of("main", 7));
  auto repeat = answer_of("main", 7);
  repeat.repeated = true;
  traces.answered(repeat);
  traces.recorded(passage_of("main", 7));
  traces.recorded(passage_of("other", 7));
  const auto scans = traces.last("main", 2);
  EXPECT_EQ(scans.at(0).passage_reason, "seen");
  EXPECT_EQ(steps_of(scans.at(0)).back().name, "passage");
  EXPECT_EQ(scans.at(1).passage_reason, "") << "nobody passed for the repeat";
}

TEST(Traces, TellsListenersTillTheyHaveEnough) {
  Traces traces;
  int told = 0;
  traces.listen([&](const TracedScan&) { return ++told < 2; });
  for (std::uint64_t i = 1; i <= 5; ++i) traces.answered(answer_of("main", i));
  EXPECT_EQ(told, 2);
}

TEST(Traces, HoldNothingOfWhatWasOnTheCard) {
  Traces traces;
  traces.answered(answer_of("main", 1));
  const auto json = api::json_of(traces.last("", 1).at(0));
  for (const auto& [key, value] : json) EXPECT_FALSE(value.is_string() && value.get_string() == "E000001") << key;
  EXPECT_EQ(json.at("steps").as_array().at(4).at("us").to_number<double>(), 40);
}

TEST(Recent, KeepsTheLastAlarmsAndCountsThemAll) {
  Recent recent;
  for (std::size_t i = 1; i <= Recent::most_alarms + 3; ++i) {
    Record record{.kind = RecordKind::alarm, .lane = "main"};
    record.reason = "actuator_failed";
    record.id.sequence = i;
    record.details["error"] = "no answer";
    recent.recorded(record);
  }
  EXPECT_EQ(recent.alarm_count(), Recent::most_alarms + 3);
  ASSERT_EQ(recent.alarms().size(), Recent::most_alarms);
  EXPECT_EQ(recent.alarms().front().sequence, Recent::most_alarms + 3) << "the newest first";
  EXPECT_EQ(recent.alarms().front().text, "no answer");
}

}  // namespace
}  // namespace gatepost::observe
