// What is a reason to start an engine anew, and what is not.
#include "supervisor/health_check.hpp"

#include <gmock/gmock.h>

#include "workbench.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using supervisor::RunningSite;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using workbench::outside;

constexpr MonotonicTime now{1h};

using Step = core::Lane::Step;

RunningSite::Vitals vitals(Step step, Duration due_for, Duration overdue = {}) {
  return {.lanes = {{"main", {.waiting = 1, .step = step, .due_since = now - due_for, .overdue = overdue}}},
          .inputs = {},
          .outputs = {}};
}

TEST(HealthCheck, MissesALaneThatDoesNotTakeWhatWaits) {
  EXPECT_THAT(supervisor::stalled(vitals(Step::idle, 11s), now), ElementsAre("lane main does not take the next scan"));
  EXPECT_THAT(supervisor::stalled(vitals(Step::idle, 9s), now), IsEmpty());
}

TEST(HealthCheck, MissesALaneThatDoesNotGiveUpInTime) {
  EXPECT_THAT(supervisor::stalled(vitals(Step::committing, 11s, 10s), now),
              ElementsAre("lane main does not give up waiting for the disk"));
}

TEST(HealthCheck, BlamesNoEngineForWhatADiskOrAPluginDoes) {
  for (const auto step : {Step::decoding, Step::deciding, Step::committing, Step::releasing})
    EXPECT_THAT(supervisor::stalled(vitals(step, 1h), now), IsEmpty());
}

TEST(HealthCheck, FindsNothingWhereThereIsNothingToDo) {
  auto idle = vitals(Step::idle, 1h);
  idle.lanes[0].now.due_since.reset();
  EXPECT_THAT(supervisor::stalled(idle, now), IsEmpty());
}

TEST(HealthCheck, TellsOfARealLaneInWhoseCallItIs) {
  workbench::Site site;
  {
    const std::scoped_lock lock(outside().mutex);
    outside().policy_holds = true;
  }
  outside().scan("gun:1", "E1");
  ASSERT_TRUE(outside().waits_until([] { return outside().decisions == 1; }));
  const auto held = site.running().vitals();
  EXPECT_EQ(held.lanes[0].now.step, Step::deciding);
  const auto later = SystemClock().now() + 1min;
  EXPECT_THAT(supervisor::stalled(held, later), IsEmpty());
  EXPECT_THAT(supervisor::line_of({"Workbench", 4017}, held, observe::Recent(), later),
              HasSubstr("lane left is held by "));
  {
    const std::scoped_lock lock(outside().mutex);
    outside().policy_holds = false;
    outside().changed.notify_all();
  }
  EXPECT_NE(site.listener.answer_to("E1"), "no answer");
}

TEST(HealthCheck, SaysInOneLineHowASiteIs) {
  RunningSite::Vitals vitals;
  vitals.lanes = {{"main", {}}, {"side", {}}};
  vitals.inputs = {{.device = "gun", .lane = "main", .presence = supervisor::InputRunner::Presence::down},
                   {.device = "camera", .lane = "side", .presence = supervisor::InputRunner::Presence::up}};
  EXPECT_EQ(supervisor::line_of({"North", 17}, vitals, observe::Recent(), now),
            "17 North: 2 lanes; waits for gun; no scan yet");
}

}  // namespace
}  // namespace gatepost
