// What is a reason to start an engine anew, and what is not.
#include "supervisor/pulse.hpp"

#include <gmock/gmock.h>

#include "workbench.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using lane::Lane;
using supervisor::RunningSite;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using workbench::outside;

constexpr MonotonicTime now{1h};

RunningSite::Vitals vitals(Lane::Call call, Duration due_for, bool writing = false) {
  return {.lanes = {{"main", {.waiting = 1, .call = call, .due_since = now - due_for}}},
          .inputs = {},
          .outputs = {},
          .writing = writing};
}

TEST(Pulse, MissesALaneThatDoesNotTakeWhatWaits) {
  EXPECT_THAT(supervisor::stalled(vitals(Lane::Call::none, 11s), now),
              ElementsAre("lane main does not take the next scan"));
  EXPECT_THAT(supervisor::stalled(vitals(Lane::Call::none, 9s), now), IsEmpty());
}

TEST(Pulse, MissesALaneThatWaitsForAJournalThatNobodyWrites) {
  EXPECT_THAT(supervisor::stalled(vitals(Lane::Call::journal, 11s), now),
              ElementsAre("lane main waits for a journal that nobody writes"));
}

TEST(Pulse, BlamesNoEngineForADiskThatDoesNotAnswer) {
  EXPECT_THAT(supervisor::stalled(vitals(Lane::Call::journal, 1h, true), now), IsEmpty());
}

TEST(Pulse, BlamesNoEngineForWhatAPluginOrAPipeDoes) {
  for (const auto call : {Lane::Call::credential, Lane::Call::policy, Lane::Call::actuator, Lane::Call::observer})
    EXPECT_THAT(supervisor::stalled(vitals(call, 1h), now), IsEmpty());
}

TEST(Pulse, FindsNothingWhereThereIsNothingToDo) {
  auto idle = vitals(Lane::Call::none, 1h);
  idle.lanes[0].now.due_since.reset();
  EXPECT_THAT(supervisor::stalled(idle, now), IsEmpty());
}

TEST(Pulse, TellsOfARealLaneInWhoseCallItIs) {
  workbench::Site site;
  {
    const std::scoped_lock lock(outside().mutex);
    outside().policy_holds = true;
  }
  outside().scan("gun:1", "E1");
  ASSERT_TRUE(outside().waits_until([] { return outside().decisions == 1; }));
  const auto held = site.running().vitals();
  EXPECT_EQ(held.lanes[0].now.call, Lane::Call::policy);
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

TEST(Pulse, SaysInOneLineHowASiteIs) {
  RunningSite::Vitals vitals;
  vitals.lanes = {{"main", {}}, {"side", {}}};
  vitals.inputs = {{.device = "gun", .lane = "main", .presence = supervisor::Feed::Presence::down},
                   {.device = "camera", .lane = "side", .presence = supervisor::Feed::Presence::up}};
  EXPECT_EQ(supervisor::line_of({"North", 17}, vitals, observe::Recent(), now),
            "17 North: 2 lanes; waits for gun; no scan yet");
}

}  // namespace
}  // namespace gatepost
