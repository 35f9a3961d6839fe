// What plugin objects ask of the site that runs them.
#include "supervisor/plugin_hosts.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "world/fake_clock.hpp"
#include "world/hiding.hpp"
#include "world/scratch.hpp"

namespace gatepost::supervisor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Kept final : runtime::RecordWriter {
  Result<RecordId> commit(Record, BootTime) override { return RecordId{}; }
  void post(Record record) override { told.push_back(record.device + " " + record.reason); }
  std::vector<std::string> told;
};
struct Heard final : runtime::Observer {
  void answered(const core::Answer&) override {}
  void recorded(const Record&) override {}
  void logged(const runtime::LogLine& line) override {
    lines.push_back(line.object + " " + line.event);
    texts.push_back(line.text);
  }
  std::vector<std::string> lines, texts;
};

config::Journal nameless() {
  config::Journal settings;
  settings.subjects = config::Privacy::none;
  return settings;
}

class Hosts : public testing::Test {
 protected:
  world::FakeClock clock_;
  Heard observer_;
  world::Scratch disk_;
  PluginHosts hosts_{observer_, clock_, *Pseudonymizer::make(nameless()), disk_ / "plugins"};
  Kept writer_;
};

TEST_F(Hosts, TellAnAlarmOnceAndItsEnd) {
  hosts_.open(writer_);
  const auto host = hosts_.host("list");
  host->alarm_begins("list_old", {"has not been read for a day", "people.csv", "copy it again"});
  host->alarm_begins("list_old", {"is still old", {}, {}});
  ASSERT_EQ(hosts_.alarms().size(), 1U);
  EXPECT_EQ(hosts_.alarms()[0].object, "list");
  EXPECT_EQ(hosts_.alarms()[0].error.where, "people.csv");
  host->alarm_ends("list_old");
  host->alarm_ends("list_old");
  EXPECT_THAT(hosts_.alarms(), IsEmpty());
  EXPECT_THAT(writer_.told, ElementsAre("list list_old", "list list_old_ended"));
}

TEST_F(Hosts, TellNothingThatIsToBeHidden) {
  const auto host = hosts_.host("cloud", idle_host(), world::hiding("hidden.example"));
  host->log(Severity::info, "calls", "hidden.example is called");
  EXPECT_EQ(observer_.texts, std::vector<std::string>{"*** is called"});
  host->alarm_begins("lost", {"hidden.example is gone", "hidden.example", "look at hidden.example"});
  EXPECT_EQ(to_line(hosts_.alarms().at(0).error), to_line({"*** is gone", "***", "look at ***"}));
}

TEST_F(Hosts, TellWhatBeganBeforeThereWasAJournal) {
  const auto host = hosts_.host("list");
  host->alarm_begins("list_old", {"is old", {}, {}});
  hosts_.open(writer_);
  EXPECT_THAT(writer_.told, ElementsAre("list list_old"));
}

TEST_F(Hosts, EndTheAlarmsOfAnObjectThatIsGone) {
  hosts_.open(writer_);
  auto old = hosts_.host("list"), next = hosts_.host("list");
  next->alarm_begins("list_old", {"is old", {}, {}});
  old->alarm_begins("list_old", {"is old", {}, {}});
  old.reset();
  ASSERT_EQ(hosts_.alarms().size(), 1U) << "the one that took its name has its own";
  next.reset();
  EXPECT_THAT(hosts_.alarms(), IsEmpty());
}

TEST_F(Hosts, PassOverWhatComesAfterTheJournalHasEnded) {
  hosts_.open(writer_);
  const auto host = hosts_.host("list");
  hosts_.close();
  host->alarm_begins("list_old", {"is old", {}, {}});
  host->alarm_ends("list_old");
  EXPECT_THAT(writer_.told, IsEmpty());
}

TEST_F(Hosts, LogUnderTheObjectsName) {
  hosts_.host("list")->log(Severity::info, "read", "900 rows");
  EXPECT_THAT(observer_.lines, ElementsAre("list read"));
}

TEST_F(Hosts, GiveEachObjectAFolderOfItsOwnThatNobodyElseReads) {
  const auto one = hosts_.host("list")->data_folder(), other = hosts_.host("quota")->data_folder();
  ASSERT_TRUE(one && other);
  EXPECT_NE(*one, *other);
  struct stat status {};
  ASSERT_EQ(::stat(one->c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
  EXPECT_EQ(*hosts_.host("list")->data_folder(), *one) << "the same after a restart";
}

TEST_F(Hosts, GiveTheKeyThatRecordsCarry) { EXPECT_EQ(hosts_.host("list")->pseudonym("079203000008"), ""); }

}  // namespace
}  // namespace gatepost::supervisor
