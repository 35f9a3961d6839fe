// What a start tells of the run before it.
#include "supervisor/last_run.hpp"

#include <gmock/gmock.h>

#include "world/fake_clock.hpp"

namespace gatepost::supervisor {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Pair;

constexpr const char *this_boot = "1f", *another_boot = "2e";

Record record(const Clock& clock, RecordKind kind, std::string reason, std::string boot) {
  Record record{.kind = kind, .boot = std::move(boot), .at = clock.now(), .wall = clock.wall()};
  record.clock = {ClockSource::rtc, Duration::max()};
  record.reason = std::move(reason);
  return record;
}

TEST(LastRun, IsToldByNothingWhereThereWasNone) { EXPECT_TRUE(since({}, this_boot, world::FakeClock()).empty()); }

TEST(LastRun, ThatStoppedIsToldAsSuchWithItsTime) {
  world::FakeClock clock;
  const auto last = record(clock, RecordKind::change, "stopped", this_boot);
  clock.pass(90s);
  EXPECT_THAT(since(last, this_boot, clock),
              ElementsAre(Pair("last_run", "stopped"), Pair("unwatched_at_most_s", "90")));
}

TEST(LastRun, ThatWasKilledBrokeOff) {
  world::FakeClock clock;
  const auto last = record(clock, RecordKind::passage, "seen", this_boot);
  clock.pass(1500ms);
  clock.step(-3h);  // a clock that is set changes nothing of it
  EXPECT_THAT(since(last, this_boot, clock),
              ElementsAre(Pair("last_run", "broke_off"), Pair("unwatched_at_most_s", "2")));
}

TEST(LastRun, MayHaveEndedBeforeTheMachineSlept) {
  world::FakeClock clock;
  const auto last = record(clock, RecordKind::attempt, "granted", this_boot);
  clock.sleep(1h);
  clock.pass(1s);
  EXPECT_THAT(since(last, this_boot, clock), testing::Contains(Pair("unwatched_at_most_s", "3601")));
}

TEST(LastRun, WithoutPowerIsBoundedByTheBootAndTheNewestRecord) {
  world::FakeClock before;
  const auto last = record(before, RecordKind::alarm, "unexpected_state", another_boot);
  world::FakeClock clock;
  clock.pass(41s);  // a machine's clock begins at 1 s here
  clock.step(10min);
  EXPECT_THAT(since(last, this_boot, clock),
              ElementsAre(Pair("last_run", "broke_off"), Pair("unwatched_at_least_s", "42"),
                          Pair("unwatched_at_most_s", "641")));
}

TEST(LastRun, IsNotMeasuredByAClockThatNobodyHasSet) {
  world::FakeClock clock;
  const auto last = record(clock, RecordKind::change, "stopped", another_boot);
  auto unset = last;
  unset.clock.source = ClockSource::unset;
  EXPECT_THAT(since(unset, this_boot, clock), ElementsAre(Pair("last_run", "stopped")));
  clock.set(WallTime(10h));
  EXPECT_THAT(since(last, this_boot, clock), ElementsAre(Pair("last_run", "stopped")));
  clock.set(last.wall - 1s);
  EXPECT_THAT(since(last, this_boot, clock), ElementsAre(Pair("last_run", "stopped")));
}

}  // namespace
}  // namespace gatepost::supervisor
