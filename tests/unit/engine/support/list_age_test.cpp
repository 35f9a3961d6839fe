#include <gmock/gmock.h>
#include <gatepost/support/list_age.hpp>

#include <set>

#include "world/fake_clock.hpp"
#include "world/scratch.hpp"

namespace gatepost::support {
namespace {

using namespace std::chrono_literals;

struct HearingHost : gatepost::detail::IdleHost {
  void alarm_begins(std::string_view name, const Error&) override { alarms.emplace(name); }
  void alarm_ends(std::string_view name) override { alarms.erase(std::string(name)); }
  const Clock& clock() const override { return time; }
  world::FakeClock time;
  std::set<std::string> alarms;
};

TEST(ListAge, TellsOfAListThatNobodyRenewsUntilSomebodyDoes) {
  const world::Scratch folder;
  const auto file = folder.write("list", "a");
  const auto host = std::make_shared<HearingHost>();
  host->time.set(SystemClock().wall());
  ListAge age(host, "list_old", file, 24h * 30);
  age.was_read();
  age.look();
  EXPECT_TRUE(host->alarms.empty());
  host->time.set(host->time.wall() + 24h * 31);
  age.look();
  age.look();
  EXPECT_EQ(host->alarms, std::set<std::string>{"list_old"});
  std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() + 24h * 31);
  age.was_read();
  age.look();
  EXPECT_TRUE(host->alarms.empty());
  ListAge never(host, "list_old", file, {});
  never.look();
  EXPECT_TRUE(host->alarms.empty()) << "0: never old";
}

}  // namespace
}  // namespace gatepost::support
