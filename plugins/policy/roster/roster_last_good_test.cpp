// The list that was taken last, where the file cannot be taken any more.
#include <gmock/gmock.h>

#include <fstream>

#include "roster.cpp"
#include "world/fake_clock.hpp"
#include "world/scratch.hpp"

namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;
namespace world = gatepost::world;

/// Of a site that runs: alarms are kept, and there is a data folder.
class SiteHost final : public gatepost::Host {
 public:
  explicit SiteHost(fs::path folder) : folder_(std::move(folder)) {}
  void log(gatepost::Severity, std::string_view, std::string_view) override {}
  void alarm_begins(std::string_view name, const Error& error) override { alarms.emplace(name, error.what); }
  void alarm_ends(std::string_view name) override { alarms.erase(std::string(name)); }
  const gatepost::Clock& clock() const override { return time; }
  Result<fs::path> data_folder() override {
    fs::create_directories(folder_);
    return folder_;
  }
  std::string pseudonym(std::string_view subject) const override { return std::string(subject); }

  std::map<std::string, std::string> alarms;
  gatepost::world::FakeClock time;

 private:
  const fs::path folder_;
};

/// Whole at once, as the README asks.
void replace(const fs::path& file, const std::string& text) {
  const fs::path next = file.string() + ".new";
  std::ofstream(next, std::ios::binary) << text;
  fs::rename(next, file);
}

std::unique_ptr<Roster> make(const Settings& settings, const std::shared_ptr<SiteHost>& host) {
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
    host_->time.set(std::chrono::time_point_cast<gatepost::Duration>(std::chrono::system_clock::now()));
    replace(settings_.file, "subject,status\nA1,active\nA2,blocked\n");
  }
  /// A run in which the list is asked, until it is kept.
  void run_once() {
    const auto policy = make(settings_, host_);
    ASSERT_TRUE(policy);
    EXPECT_EQ(answer(*policy, "A1"), "grant");
    while (policy->keeping()) std::this_thread::yield();
  }
  world::Scratch folder_;
  Settings settings_;
  std::shared_ptr<SiteHost> host_ = std::make_shared<SiteHost>(folder_ / "data");
};

TEST_F(LastGoodList, BeginsWhereTheFileIsBrokenOrGone) {
  run_once();
  for (const char* broken : {"subject,status\nA1,\"active\nA2,", "", "name\nLan\n"}) {
    replace(settings_.file, broken);
    const auto policy = make(settings_, host_);
    ASSERT_TRUE(policy) << broken;
    EXPECT_EQ(answer(*policy, "A1"), "grant");
    EXPECT_EQ(answer(*policy, "A2"), "blocked") << "who was blocked stays so";
    EXPECT_THAT(host_->alarms["list_not_taken"], HasSubstr("the last good list is used, which was right"));
    EXPECT_TRUE(is_stale(*policy));
  }
  fs::remove(settings_.file);
  const auto policy = make(settings_, host_);
  ASSERT_TRUE(policy);
  EXPECT_EQ(answer(*policy, "A1"), "grant");
  replace(settings_.file, "subject,status\nA3,active\n");
  EXPECT_EQ(answer(*policy, "A1"), "not_listed") << "the list is there again";
  EXPECT_TRUE(host_->alarms.empty()) << "and the alarm is over";
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
    while (policy->keeping()) std::this_thread::yield();
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
  EXPECT_EQ(answer(*policy, "A1"), "grant");
  EXPECT_THAT(host_->alarms["list_not_taken"], HasSubstr("valid-until"));
}

}  // namespace
