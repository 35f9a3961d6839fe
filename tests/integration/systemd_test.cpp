// What a real engine tells systemd, and what it does not. tests/service has a real systemd.
#include <gmock/gmock.h>

#include "integration/gun_site.hpp"
#include "world/service_manager.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Service : public testing::Test {
 protected:
  /// With further words for env(1).
  void run(std::vector<std::string> environment = {}) {
    site_.plug();
    std::vector<std::string> line{"/usr/bin/env", "GATEPOST_PLUGIN_PATH=" + world::plugins_folder(),
                                  manager_.variable()};
    line.insert(line.end(), environment.begin(), environment.end());
    line.insert(line.end(), {world::command(), "run", site_.file()});
    engine_ = std::make_unique<world::Process>(line, site_.disk() / "out");
    ASSERT_EQ(manager_.hears("READY=1"), "READY=1") << engine_->output();
    ASSERT_TRUE(engine_->says("gun up")) << engine_->output();
  }
  void stop() {
    engine_->send(SIGTERM);
    EXPECT_EQ(engine_->ends(5s), 0) << engine_->output();
  }
  void scan() {
    site_.scan("E000001");
    ASSERT_TRUE(engine_->says("✔ GRANT")) << engine_->output();
  }

  GunSite site_;
  world::ServiceManager manager_{site_.disk() / "notify"};
  std::unique_ptr<world::Process> engine_;
};

TEST_F(Service, IsReadyOnceItAnswersAndSaysWhenItStops) {
  run();
  EXPECT_THAT(manager_.heard().front(), "READY=1") << "nothing is told before";
  EXPECT_EQ(site_.say("status").exit, 0) << "who is told that it is ready can ask it";
  stop();
  EXPECT_EQ(manager_.hears("STOPPING=1"), "STOPPING=1");
}

TEST_F(Service, TellsHowItIsWithoutSubjects) {
  run();
  EXPECT_THAT(manager_.hears("STATUS="), StartsWith("STATUS=4017 Cầu Bắc: 1 lane"));
  scan();
  const auto line = manager_.hears("STATUS=4017 Cầu Bắc: 1 lane; last scan");
  EXPECT_THAT(line, ContainsRegex("last scan [0-9:]{8} entry grant$"));
  EXPECT_THAT(manager_.heard(), Not(Contains(HasSubstr("E000001"))));
  site_.unplug();
  EXPECT_THAT(manager_.hears("STATUS=4017 Cầu Bắc: 1 lane; waits for gun"), Not(""));
}

TEST_F(Service, TellsAtMostOnceASecondAndNothingWhileNothingHappens) {
  run();
  manager_.counts("STATUS=", 1500ms);
  EXPECT_EQ(manager_.counts("", 1500ms), 0U) << manager_.heard().back();
  for (int i = 0; i < 40; ++i) site_.scan(i % 2 == 0 ? "E000001" : "E999999");  // a grant, a denial: another line
  EXPECT_LE(manager_.counts("STATUS=", 2000ms), 3U);
}

TEST_F(Service, TellsOfEachReloadAndOfItsEndHoweverItEnds) {
  run();
  const std::string good = site_.file();
  std::ofstream(good, std::ios::app) << "observe: { log: [ }\n";
  engine_->send(SIGHUP);
  EXPECT_THAT(manager_.hears("RELOADING=1"), ContainsRegex("^RELOADING=1\nMONOTONIC_USEC=[0-9]{4,}$"));
  EXPECT_EQ(manager_.hears("READY=1"), "READY=1") << "also after one that was refused";
}

TEST_F(Service, IsNotTimedWhereNobodyWatches) {
  run();
  EXPECT_EQ(manager_.counts("WATCHDOG=1", 1500ms), 0U);
}

TEST_F(Service, SaysThatItWorksThreeTimesInTheTimeItHas) {
  run({"WATCHDOG_USEC=600000"});
  EXPECT_GE(manager_.counts("WATCHDOG=1", 2000ms), 7U);
}

TEST_F(Service, SaysNothingWhenItStandsStill) {
  run({"WATCHDOG_USEC=600000"});
  ASSERT_NE(manager_.hears("WATCHDOG=1"), "");
  engine_->send(SIGSTOP);
  manager_.counts("", 100ms);  // what was under way
  EXPECT_EQ(manager_.counts("WATCHDOG=1", 1000ms), 0U);
  engine_->send(SIGCONT);
  EXPECT_NE(manager_.hears("WATCHDOG=1"), "");
}

// A restart mends no disk: it would be there again, and the gates shut meanwhile.
TEST_F(Service, GoesOnSayingSoWhileADiskDoesNotAnswer) {
  const auto orders = site_.disk().write("orders", "");
  run({"WATCHDOG_USEC=600000", "LD_PRELOAD=" + world::preload("faulty_disk"), "ASAN_OPTIONS=verify_asan_link_order=0",
       "FAULTY_DISK_ORDERS=" + orders.string(), "FAULTY_DISK_PREFIX=" + (site_.disk() / "journal.db").string()});
  site_.disk().write("new", "slow 13000\n");
  std::filesystem::rename(site_.disk() / "new", orders);
  site_.scan("E000001");
  EXPECT_NE(manager_.hears("STATUS=4017 Cầu Bắc: 1 lane; lane entry is held by the journal's disk"), "");
  manager_.counts("", 10500ms);  // till the lane's patience is over
  EXPECT_GE(manager_.counts("WATCHDOG=1", 1000ms), 3U);
  std::filesystem::rename(site_.disk().write("new", ""), orders);
}

}  // namespace
}  // namespace gatepost
