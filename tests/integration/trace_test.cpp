// `gatepost trace`: from the byte on the line to the board's answer, step by step, in a real engine.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "integration/output_site.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using boost::json::object;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr const char* store = "{ store: { plugin: local_store, file: store.db } }";

std::vector<std::string> names(const object& scan) {
  std::vector<std::string> all;
  for (const auto& step : scan.at("steps").as_array()) all.emplace_back(step.at("step").as_string());
  return all;
}

class Trace : public testing::Test {
 protected:
  world::Said say(std::vector<std::string> options) {
    options.insert(options.begin(), {"trace", site_.file()});
    return shell_.say(options);
  }
  OutputSite site_{store};
  world::Shell shell_;
};

TEST_F(Trace, ShowsEveryStepOfAScanThatOpensTheGate) {
  site_.run();
  EXPECT_THAT(say({}).text, HasSubstr("No scan since the engine has started"));
  const auto latency = site_.scan();
  ASSERT_TRUE(latency);
  ASSERT_TRUE(site_.engine().says("GRANT"));
  const auto said = say({"--json"});
  boost::system::error_code bad;
  const auto value = boost::json::parse(said.text, bad);
  ASSERT_FALSE(bad) << said.text;
  const object& scan = value.as_object();
  EXPECT_EQ(scan.at("outcome"), "grant");
  EXPECT_THAT(names(scan), testing::ElementsAre("arrived", "queued", "taken", "identified", "judged", "recorded",
                                                "commanded", "answered"));
  double before = 0;
  for (const auto& step : scan.at("steps").as_array()) {
    const double us = step.at("us").to_number<double>();
    EXPECT_GE(us, before) << said.text;
    before = us;
  }
  EXPECT_GT(before, 0);
  EXPECT_LT(before, 2e6) << "the test waited no longer for the command";
  EXPECT_THAT(said.text, Not(HasSubstr("E000000")));
}

TEST_F(Trace, DrawsAWaterfallForPeople) {
  site_.run();
  ASSERT_TRUE(site_.scan());
  ASSERT_TRUE(site_.engine().says("GRANT"));
  const auto said = say({});
  EXPECT_EQ(said.exit, 0);
  EXPECT_THAT(said.text, ContainsRegex("^[0-9:]{8}  main in  gun  grant granted  #[0-9]+\n"));
  EXPECT_THAT(said.text, ContainsRegex("\n  recorded +[0-9.]+ .?.s +[+][0-9.]+ .?.s +▇"));
  EXPECT_THAT(said.text, ContainsRegex("\n  answered +[0-9.]+ "));
  EXPECT_FALSE(world::acts_on_a_terminal(said.text));
}

TEST_F(Trace, FollowsScanByScanAndLeavesTheEngineFreeToStop) {
  site_.run();
  auto follower = shell_.start({"trace", site_.file(), "-f", "--json"});
  // Nothing shows that it listens but that a scan comes through.
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (follower->output().empty() && std::chrono::steady_clock::now() < end) {
    static_cast<void>(site_.scan());
    std::this_thread::sleep_for(20ms);
  }
  EXPECT_THAT(follower->output(), HasSubstr("\"step\":\"answered\""));
  EXPECT_EQ(site_.stop(2s), 0);
  EXPECT_EQ(follower->ends(5s), 1);
  EXPECT_THAT(follower->output(), HasSubstr("the engine has ended"));
}

TEST_F(Trace, GivesTheLastOfOneLane) {
  site_.run();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(site_.scan());
    std::this_thread::sleep_for(50ms);  // the board's pulse
  }
  const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
  EXPECT_EQ(lines(say({"-n", "2", "--json"}).text), 2);
  EXPECT_EQ(lines(say({"-n", "200", "--lane", "main", "--json"}).text), 3);
  EXPECT_EQ(say({"--lane", "nowhere", "--json"}).text, "");
  const auto wrong = say({"-n", "0"});
  EXPECT_EQ(wrong.exit, 1);
  EXPECT_THAT(wrong.text, HasSubstr("1 to 256"));
}

}  // namespace
}  // namespace gatepost
