// A running site that is made another one while it works.
#include <gmock/gmock.h>

#include <thread>

#include "journal/reader.hpp"
#include "workbench.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using workbench::outside;
using workbench::Site;
using workbench::use;

std::string why(const Result<config::Difference>& done) { return done ? "done" : to_line(done.error()); }

std::vector<Record> all_records(const Site& site) {
  auto reader = journal::Reader::open(site.journal());
  auto records = reader ? reader->after(0, 100'000) : Result<std::vector<Record>>(reader.error());
  return records ? std::move(*records) : std::vector<Record>{};
}

TEST(Reload, OfTheSameFileDoesNothing) {
  Site site;
  const auto done = site.reload();
  ASSERT_TRUE(done) << why(done);
  EXPECT_TRUE(done->empty());
  EXPECT_EQ(site.scan("gun:1", "E1"), "first");
  EXPECT_EQ(outside().look("gun:1").opened, 1);
}

TEST(Reload, OpensTheNewDeviceAndLeavesTheOtherLaneAlone) {
  Site site;
  site.device("left_gun") = use("gun", "left_gun", "gun:3");
  ASSERT_TRUE(site.reload());
  EXPECT_EQ(site.scan("gun:3", "E1"), "first");
  EXPECT_FALSE(outside().look("gun:1").is_open);
  EXPECT_EQ(outside().look("gun:2").opened, 1) << "the other lane's line was never let go";
  EXPECT_EQ(outside().look("gate:1").objects, 1) << "the gate is the same object";
  EXPECT_TRUE(site.listener.hears(RecordKind::change, "reloaded"));
  const auto record = site.listener.last("reloaded");
  EXPECT_EQ(record.details.at("changes"), "2");
  EXPECT_THAT(record.details.at("summary"), HasSubstr("~ device left_gun: device \"gun:1\" → \"gun:3\""));
}

TEST(Reload, LetsGoFirstWhereTheDeviceIsTheSame) {
  Site site;
  site.device("left_gun") = use("gun", "left_gun", "gun:1?baud=115200");
  outside().devices["gun:1?baud=115200"] = {};
  ASSERT_TRUE(site.reload());
  EXPECT_FALSE(outside().look("gun:1").is_open);
  EXPECT_EQ(site.scan("gun:1?baud=115200", "E1"), "first");
}

TEST(Reload, TakesTheOldDeviceBackWhereTheNewSettingsFail) {
  Site site;
  outside().make_absent("gun:1?baud=1");
  site.device("left_gun") = use("gun", "left_gun", "gun:1?baud=1");
  const auto done = site.reload();
  ASSERT_FALSE(done);
  EXPECT_THAT(why(done), testing::AllOf(HasSubstr("does not open"), HasSubstr("plug it in"), HasSubstr("nothing was")));
  EXPECT_TRUE(outside().look("gun:1").is_open) << "already, when the asker hears of it";
  EXPECT_EQ(outside().look("gun:1").opened, 2) << "let go, and taken back";
  EXPECT_EQ(site.scan("gun:1", "E1"), "first");
  EXPECT_TRUE(site.listener.hears(RecordKind::alarm, "reload_refused"));
}

TEST(Reload, RollsBackWhatWasOpenedBeforeAFailureInTheMiddle) {
  Site site;
  outside().make_absent("gun:4");
  site.device("left_gun") = use("gun", "left_gun", "gun:3");
  site.device("right_gun") = use("gun", "right_gun", "gun:4");
  site.settings.policies = {use("listener", "list", "second")};
  site.settings.outputs.push_back(use("shelf", "more", "two"));
  ASSERT_FALSE(site.reload());
  EXPECT_EQ(outside().look("gun:3").opened, 1);
  EXPECT_FALSE(outside().look("gun:3").is_open) << "closed again";
  EXPECT_EQ(outside().look("gun:1").opened, 1) << "the old one was never let go";
  EXPECT_EQ(outside().look("gun:2").opened, 1) << "nor the one whose successor is absent";
  EXPECT_EQ(site.scan("gun:1", "E1"), "first") << "by the old policy";
  EXPECT_EQ(site.scan("gun:2", "E2"), "first");
  EXPECT_EQ(site.running().progress().size(), 1U);
  const auto before = outside().learned["second"].size();
  EXPECT_EQ(site.scan("gun:2", "E3"), "first");
  EXPECT_EQ(outside().learned["second"].size(), before) << "the new policy is taught no more";
  outside().make_absent("gun:4", false);
  ASSERT_TRUE(site.reload()) << "and the next try works";
  EXPECT_EQ(site.scan("gun:4", "E4"), "second");
}

TEST(Reload, ChangesNothingWhereAPartCannotBeBuilt) {
  Site site;
  site.device("left_gun") = use("gun", "left_gun", "gun:3");
  site.settings.policies = {use("listener", "list", "broken")};
  const auto done = site.reload();
  ASSERT_FALSE(done);
  EXPECT_THAT(why(done), testing::AllOf(HasSubstr("list (plugin listener)"), HasSubstr("write another mark")));
  EXPECT_EQ(outside().look("gun:3").opened, 0);
  EXPECT_EQ(site.scan("gun:1", "E1"), "first");
}

TEST(Reload, RefusesWhatNeedsARestart) {
  Site site;
  site.settings.checkpoint.code = 4018;
  site.settings.policies = {use("listener", "list", "second")};
  const auto done = site.reload();
  ASSERT_FALSE(done);
  EXPECT_THAT(why(done), testing::AllOf(HasSubstr("code 4017 → 4018"), HasSubstr("run it again")));
  EXPECT_EQ(site.scan("gun:1", "E1"), "first");
}

TEST(Reload, PassesOnWhyThereIsNoSite) {
  Site site;
  const auto done = site.running().reload(Error{"no such plugin", "site.yaml:3:4", "install it"}, {});
  EXPECT_EQ(why(done), "site.yaml:3:4: no such plugin; install it");
  EXPECT_TRUE(site.listener.hears(RecordKind::alarm, "reload_refused"));
}

TEST(Reload, TakesOverPoliciesAndFormatsBetweenTwoScans) {
  Site site;
  EXPECT_EQ(site.scan("gun:2", "E1"), "first");  // no gate there that would be busy with E1
  site.settings.policies = {use("listener", "list", "second")};
  site.settings.credentials = {use("letters", "card", "F")};
  ASSERT_TRUE(site.reload());
  EXPECT_EQ(site.scan("gun:1", "F1"), "second");
  EXPECT_EQ(site.scan("gun:2", "F2"), "second");
  EXPECT_EQ(outside().look("gun:1").opened, 1) << "the gun is not concerned";
}

TEST(Reload, FinishesTheScanThatIsUnderWayAndLosesNoneThatWaits) {
  Site site;
  {
    const std::scoped_lock lock(outside().mutex);
    outside().policy_holds = true;
  }
  outside().scan("gun:1", "E1");
  ASSERT_TRUE(outside().waits_until([] { return outside().decisions == 1; }));
  for (int i = 2; i <= 20; ++i) outside().scan("gun:1", "E" + std::to_string(i));
  site.settings.policies = {use("listener", "list", "second")};
  std::jthread reload([&] { EXPECT_TRUE(site.reload()); });
  EXPECT_TRUE(outside().waits_until([] { return outside().devices["gun:1"].codes.empty(); }));
  {
    const std::scoped_lock lock(outside().mutex);
    outside().policy_holds = false;
    outside().changed.notify_all();
  }
  reload.join();
  for (int i = 1; i <= 20; ++i) EXPECT_NE(site.listener.answer_to("E" + std::to_string(i)), "no answer");
  EXPECT_EQ(site.listener.answer_to("E1"), "first") << "the scan that was under way";
  EXPECT_EQ(site.scan("gun:2", "E21"), "second");
}

TEST(Reload, TeachesANewPolicyEveryRecordOnceAndInOrder) {
  Site site;
  for (int i = 0; i < 30; ++i) site.scan("gun:2", "Ea" + std::to_string(i));
  std::atomic<bool> enough = false;
  std::jthread scanner([&] {
    for (int i = 0; !enough; ++i) site.scan("gun:2", "Eb" + std::to_string(i));
  });
  for (int round = 0; round < 10; ++round) {
    site.settings.policies = {use("listener", "list", "mark" + std::to_string(round))};
    ASSERT_TRUE(site.reload());
  }
  enough = true;
  scanner.join();
  site.scan("gun:2", "Elast");
  const auto records = all_records(site);
  const auto last = std::ranges::find(records, "Elast", &Record::subject)->id;
  // It learns on a thread of its own, and nobody is asked about whom it would have to know this.
  ASSERT_TRUE(outside().waits_until([&] { return std::ranges::count(outside().learned["mark9"], last) == 1; }));
  const std::scoped_lock lock(outside().mutex);
  const auto& learned = outside().learned["mark9"];
  ASSERT_GT(learned.size(), 40U);
  for (std::size_t i = 0; i < learned.size(); ++i) ASSERT_EQ(learned[i].sequence, i + 1) << "none missed, none twice";
}

TEST(Reload, BringsAGateToRestBeforeItsActuatorIsExchanged) {
  Site site;
  EXPECT_EQ(site.scan("gun:1", "E1"), "first");
  ASSERT_TRUE(site.listener.hears(RecordKind::passage, "seen"));
  outside().gates.clear();
  site.device("left_gate") = use("gate", "left_gate", "gate:2");
  ASSERT_TRUE(site.reload());
  EXPECT_EQ(outside().look("gate:1").objects, 0);
  {
    const std::scoped_lock lock(outside().mutex);
    EXPECT_THAT(outside().gates, testing::Contains("rest gate:1"));
    outside().gates.clear();
  }
  std::string reason;
  for (int i = 2; i < 100 && reason != "first"; ++i) reason = site.scan("gun:1", "E" + std::to_string(i));
  EXPECT_EQ(reason, "first") << "the new gate rests and opens";
  EXPECT_TRUE(
      outside().waits_until([] { return std::ranges::count(outside().gates, std::string("release gate:2")) == 1; }));
}

TEST(Reload, WaitsForSomebodyWhoIsInTheGate) {
  Site site;
  {
    const std::scoped_lock lock(outside().mutex);
    outside().people_inside.insert("gate:1");
  }
  EXPECT_EQ(site.scan("gun:1", "E1"), "first");
  site.device("left_gate") = use("gate", "left_gate", "gate:2");
  std::atomic<bool> done = false;
  std::jthread reload([&] {
    EXPECT_TRUE(site.reload());
    done = true;
  });
  EXPECT_EQ(site.scan("gun:1", "E2"), "busy") << "the lane answers meanwhile";
  EXPECT_FALSE(done);
  {
    const std::scoped_lock lock(outside().mutex);
    outside().people_inside.clear();
    outside().changed.notify_all();
  }
  reload.join();
  const std::scoped_lock lock(outside().mutex);
  const auto passed = std::ranges::find(outside().gates, "passed gate:1");
  ASSERT_NE(passed, outside().gates.end());
  EXPECT_NE(std::find(passed, outside().gates.end(), "rest gate:1"), outside().gates.end()) << "then to rest";
}

TEST(Reload, TakesAGateBackWhereTheNewSettingsFail) {
  Site site;
  outside().make_absent("gate:1?pulse=1");
  site.device("left_gate") = use("gate", "left_gate", "gate:1?pulse=1");
  const auto done = site.reload();
  ASSERT_FALSE(done);
  EXPECT_THAT(why(done), HasSubstr("the new gate does not come to rest"));
  EXPECT_EQ(outside().look("gate:1").objects, 1);
  std::string reason;
  for (int i = 0; i < 100 && reason != "first"; ++i) reason = site.scan("gun:1", "E" + std::to_string(i));
  EXPECT_EQ(reason, "first");
}

TEST(Reload, AddsAndRemovesWholeLanes) {
  Site site;
  site.settings.devices.push_back(use("gun", "third_gun", "gun:3"));
  config::Lane third = site.settings.lanes[1];
  third.name = "third";
  third.inputs = {{"third_gun", Direction::out}};
  site.settings.lanes.push_back(third);
  ASSERT_TRUE(site.reload());
  EXPECT_EQ(site.scan("gun:3", "E1"), "first");
  EXPECT_EQ(site.running().lanes(), 3U);
  std::erase_if(site.settings.lanes, [](const auto& lane) { return lane.name == "left"; });
  std::erase_if(site.settings.devices, [](const auto& one) { return one.instance.name.starts_with("left"); });
  ASSERT_TRUE(site.reload());
  EXPECT_EQ(site.running().lanes(), 2U);
  EXPECT_FALSE(outside().look("gun:1").is_open);
  EXPECT_EQ(outside().look("gate:1").objects, 0);
  EXPECT_EQ(site.scan("gun:3", "E2"), "first");
}

TEST(Reload, MovesADeviceToAnotherLaneWithoutLettingItGo) {
  Site site;
  site.settings.lanes[0].inputs.push_back({"right_gun", Direction::out});
  site.settings.lanes.pop_back();
  ASSERT_TRUE(site.reload());
  EXPECT_NE(site.scan("gun:2", "E1"), "no answer");
  EXPECT_EQ(outside().look("gun:2").opened, 1);
  const auto records = all_records(site);
  const auto found = std::ranges::find(records, "E1", &Record::subject);
  ASSERT_NE(found, records.end());
  EXPECT_EQ(found->lane, "left");
  EXPECT_EQ(found->direction, Direction::out);
}

TEST(Reload, LetsAChangedOutputGoOnAtItsCursor) {
  Site site;
  site.scan("gun:2", "E1");
  ASSERT_TRUE(outside().waits_until([] { return outside().delivered["one"].size() >= 4; }));
  site.settings.outputs = {use("shelf", "store", "two"), use("shelf", "added", "three")};
  ASSERT_TRUE(site.reload());
  site.scan("gun:2", "E2");
  const auto last = all_records(site).size();
  ASSERT_TRUE(outside().waits_until([&] {
    const auto& three = outside().delivered["three"];
    const auto& two = outside().delivered["two"];
    return !three.empty() && three.back().sequence >= last && !two.empty() && two.back().sequence >= last;
  }));
  const std::scoped_lock lock(outside().mutex);
  const auto& one = outside().delivered["one"];
  EXPECT_EQ(outside().delivered["two"].front().sequence, one.back().sequence + 1) << "where the old one was";
  EXPECT_EQ(outside().delivered["three"].front().sequence, 1U) << "a new one gets all that is kept";
}

TEST(Reload, AnOutputThatLeftHoldsTheJournalBackNoMore) {
  Site site;
  {
    const std::scoped_lock lock(outside().mutex);
    outside().sink_holds = true;
  }
  site.scan("gun:2", "E1");
  ASSERT_TRUE(outside().waits_until([] { return outside().sink_is_held; }));
  site.settings.outputs.clear();
  std::jthread reload([&] { EXPECT_TRUE(site.reload()); });
  EXPECT_TRUE(site.listener.hears(RecordKind::alarm, "output_hangs")) << "it is named and left behind";
  reload.join();
  EXPECT_TRUE(site.running().progress().empty());
  const std::scoped_lock lock(outside().mutex);
  outside().sink_holds = false;
  outside().changed.notify_all();
}

TEST(Reload, EndsEarlyWhenTheSiteIsToStop) {
  Site site;
  {
    const std::scoped_lock lock(outside().mutex);
    outside().people_inside.insert("gate:1");
  }
  EXPECT_EQ(site.scan("gun:1", "E1"), "first");
  site.device("left_gate") = use("gate", "left_gate", "gate:2");
  std::stop_source stop;
  std::jthread reload([&] { EXPECT_FALSE(site.running().reload(site.settings, stop.get_token())); });
  EXPECT_EQ(site.scan("gun:1", "E2"), "busy");
  stop.request_stop();
  const auto begun = std::chrono::steady_clock::now();
  reload.join();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
}

}  // namespace
}  // namespace gatepost
