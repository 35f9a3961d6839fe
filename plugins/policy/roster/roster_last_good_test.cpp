// The list that was taken last, where the file cannot be taken any more.
#include <gmock/gmock.h>

#include "roster.cpp"
#include "world/scratch.hpp"
#include "world/site_host.hpp"

namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;
namespace world = gatepost::world;
using world::replace;

std::unique_ptr<Roster> make(const Settings& settings, const std::shared_ptr<world::SiteHost>& host) {
  auto made = Roster::make(settings, {"staff", "/", host});
  return made ? std::move(*made) : nullptr;
}

Result<Decision> decide(const Roster& policy, std::string subject) {
  const gatepost::Credential credential{.scheme = "staff_card", .subject = std::move(subject)};
  const gatepost::Reading reading{.payload = "x"};
  return policy.decide({credential, reading, "in", gatepost::Direction::in, {}, WallTime{}});
}

std::string answer(const Roster& policy, const std::string& subject) {
  const auto decision = decide(policy, subject);
  if (!decision) return "error: " + to_line(decision.error());
  return decision->outcome == Outcome::grant ? "grant" : decision->reason;
}

bool is_stale(const Roster& policy) {
  const auto decision = decide(policy, "A1");
  return decision && decision->facts.contains("roster_stale");
}

class LastGoodList : public testing::Test {
 protected:
  LastGoodList() {
    settings_.file = folder_ / "people.csv";
    replace(settings_.file, "subject,status\nA1,active\nA2,blocked\n");
  }
  /// A run in which the list is asked.
  void run_once() {
    const auto policy = make(settings_, host_);
    ASSERT_TRUE(policy);
    EXPECT_EQ(answer(*policy, "A1"), "grant");
  }
  world::Scratch folder_;
  Settings settings_;
  std::shared_ptr<world::SiteHost> host_ = std::make_shared<world::SiteHost>(folder_ / "data");
};

TEST_F(LastGoodList, BeginsWhereTheFileIsBrokenOrGone) {
  run_once();
  for (const char* broken : {"subject,status\nA1,\"active\nA2,", "", "name\nLan\n"}) {
    replace(settings_.file, broken);
    const auto policy = make(settings_, host_);
    ASSERT_TRUE(policy) << broken;
    EXPECT_EQ(answer(*policy, "A1"), "grant");
    EXPECT_EQ(answer(*policy, "A2"), "blocked") << "who was blocked stays so";
    EXPECT_THAT(host_->alarm("list_not_taken"), HasSubstr("the last good copy is used, which was right"));
    EXPECT_TRUE(is_stale(*policy));
  }
  fs::remove(settings_.file);
  const auto policy = make(settings_, host_);
  ASSERT_TRUE(policy);
  EXPECT_EQ(answer(*policy, "A1"), "grant");
  replace(settings_.file, "subject,status\nA3,active\n");
  EXPECT_TRUE(world::comes_true([&] { return answer(*policy, "A1") == "not_listed"; })) << "the list is there again";
  EXPECT_TRUE(world::comes_true([&] { return host_->alarm("list_not_taken").empty(); })) << "and the alarm is over";
}

TEST_F(LastGoodList, IsNotUsedLongerThanTheSiteSays) {
  run_once();
  settings_.last_good_for = 2h;
  replace(settings_.file, "");
  const auto policy = make(settings_, host_);
  ASSERT_TRUE(policy);
  EXPECT_EQ(answer(*policy, "A1"), "grant");
  host_->time.pass(3h);
  EXPECT_THAT(answer(*policy, "A1"), HasSubstr("older than last_good_for allows"));
  EXPECT_EQ(make(settings_, host_), nullptr) << "nor after a restart";
}

TEST_F(LastGoodList, IsNoneWhereNoRunHasTakenTheList) {
  replace(settings_.file, "");
  EXPECT_EQ(make(settings_, host_), nullptr);
}

TEST_F(LastGoodList, IsReplacedByEachListThatIsTaken) {
  run_once();
  replace(settings_.file, "subject,status\nA1,blocked\nA3,active\n");
  {
    const auto policy = make(settings_, host_);
    EXPECT_EQ(answer(*policy, "A3"), "grant");
  }
  fs::remove(settings_.file);
  const auto policy = make(settings_, host_);
  ASSERT_TRUE(policy);
  EXPECT_EQ(answer(*policy, "A1"), "blocked");
}

TEST_F(LastGoodList, TellsOfAnEditThatIsNotTaken) {
  const auto policy = make(settings_, host_);
  EXPECT_EQ(answer(*policy, "A1"), "grant");
  replace(settings_.file, "subject;valid-until\nA1;2026-01-01\n");
  EXPECT_TRUE(world::comes_true([&] { return is_stale(*policy); }));
  EXPECT_EQ(answer(*policy, "A1"), "grant");
  EXPECT_TRUE(
      world::comes_true([&] { return host_->alarm("list_not_taken").find("valid-until") != std::string::npos; }));
}

}  // namespace
