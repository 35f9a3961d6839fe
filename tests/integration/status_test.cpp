// `gatepost status`: a running site, asked from outside.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "api/client.hpp"
#include "integration/gun_site.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using boost::json::object;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

object parsed(const std::string& line) {
  boost::system::error_code bad;
  auto value = boost::json::parse(line, bad);
  EXPECT_FALSE(bad) << line;
  return !bad && value.is_object() ? value.get_object() : object();
}

TEST(Status, SaysInSoManyWordsThatTheSiteDoesNotRun) {
  GunSite site;
  const auto said = site.say("status");
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, AllOf(HasSubstr("the site is not running"), HasSubstr("gatepost run")));
}

TEST(Status, ShowsLanesDevicesOutputsClockAndDisk) {
  GunSite site;
  site.plug();
  auto engine = site.run();
  EXPECT_THAT(site.say("status").text, HasSubstr("no scan yet"));
  site.scan("E000001");
  ASSERT_TRUE(engine->says("✔ GRANT")) << engine->output();
  const auto said = site.say("status");
  EXPECT_EQ(said.exit, 0);
  EXPECT_THAT(said.text, HasSubstr("Checkpoint 4017  Cầu Bắc  –  running for "));
  EXPECT_THAT(said.text, ContainsRegex("\n  entry +none +0 +0 +(inform|grant) [a-z_]+, [0-9.]+ s ago  #[0-9]+\n"));
  EXPECT_THAT(said.text, ContainsRegex("\n  gun +entry +up +[0-9.]+ s"));
  EXPECT_THAT(said.text, ContainsRegex("\n  store +[0-9]+ +0\n"));
  EXPECT_THAT(said.text, ContainsRegex("\n  clock +[a-z]+, "));
  EXPECT_THAT(said.text, ContainsRegex("\n  disk +[0-9.]+ [KMGT]iB of [0-9.]+ [KMGT]iB free\n"));
  EXPECT_THAT(said.text, HasSubstr("no alarm since the start"));
  EXPECT_THAT(said.text, AllOf(Not(HasSubstr("E000001")), Not(HasSubstr("Lan")))) << "subjects stay where they are";
}

TEST(Status, TellsProgramsTheSameAsOneObject) {
  GunSite site;
  site.plug();
  auto engine = site.run();
  site.scan("E999999");
  ASSERT_TRUE(engine->says("✘ DENY")) << engine->output();
  const object status = parsed(site.say("status", {"--json"}).text);
  EXPECT_EQ(status.at("ok"), true);
  EXPECT_EQ(status.at("checkpoint"), 4017);
  EXPECT_EQ(status.at("process").to_number<pid_t>(), engine->pid());
  const object& lane = status.at("lanes").as_array().at(0).as_object();
  EXPECT_EQ(lane.at("name"), "entry");
  const object& scan = lane.at("last_scan").as_object();
  EXPECT_EQ(scan.at("outcome"), "deny");
  EXPECT_EQ(scan.at("reason"), "not_listed");
  EXPECT_EQ(scan.at("device"), "gun");
  EXPECT_GT(scan.at("record").to_number<int>(), 0);
  EXPECT_LT(scan.at("ago").to_number<double>(), 10);
  EXPECT_EQ(status.at("inputs").as_array().at(0).as_object().at("state"), "up");
  EXPECT_GE(status.at("journal").as_object().at("last").to_number<int>(), scan.at("record").to_number<int>());
  EXPECT_GT(status.at("journal").as_object().at("bytes").to_number<double>(), 4096);
}

TEST(Status, KnowsADeviceThatIsGoneAndWhy) {
  GunSite site;
  site.plug();
  auto engine = site.run();
  site.unplug();
  ASSERT_TRUE(engine->says("gun down")) << engine->output();
  const object status = parsed(site.say("status", {"--json"}).text);
  const object& gun = status.at("inputs").as_array().at(0).as_object();
  EXPECT_EQ(gun.at("state"), "down");
  EXPECT_FALSE(gun.at("detail").is_null());
  EXPECT_GE(gun.at("since").to_number<double>(), 0);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

TEST(Status, FollowsLineByLineAndEndsWithTheSite) {
  GunSite site;
  site.plug();
  auto engine = site.run();
  auto follower = site.start("status", {"-f", "--json"});
  ASSERT_TRUE(follower->says("\n")) << follower->output();
  site.scan("E000001");
  ASSERT_TRUE(follower->says("\"granted\"")) << follower->output();
  engine->send(SIGTERM);
  EXPECT_EQ(engine->ends(2s), 0) << "nobody who looks holds it up";
  EXPECT_EQ(follower->ends(5s), 1);
  EXPECT_THAT(follower->output(), HasSubstr("the engine ended"));
  const std::string output = follower->output();
  EXPECT_GE(count(output, "\"checkpoint\":4017"), 2U);
}

TEST(Status, IsRedrawnInPlaceOnATerminal) {
  GunSite site;
  site.plug();
  auto engine = site.run();
  world::Pty screen;
  world::Shell shell;
  auto follower = shell.start({"status", site.file(), "-f"}, screen.name());
  std::string seen;
  for (const auto end = std::chrono::steady_clock::now() + 10s;
       count(seen, "\x1b[HCheckpoint 4017") < 2 && std::chrono::steady_clock::now() < end;)
    seen += screen.read(50);
  EXPECT_EQ(count(seen, "\x1b[2J"), 1U) << "cleared once, then drawn over";
  EXPECT_GE(count(seen, "\x1b[HCheckpoint 4017"), 2U) << seen;
}

TEST(Status, OfAnEngineThatWasKilledIsThatItDoesNotRun) {
  GunSite site;
  site.plug();
  auto engine = site.run();
  engine->send(SIGKILL);
  engine->wait();
  ASSERT_TRUE(std::filesystem::exists(site.disk() / "journal.db.control")) << "a dead engine leaves its socket";
  EXPECT_THAT(site.say("status").text, HasSubstr("the site is not running"));
  auto again = site.run();
  EXPECT_EQ(site.say("status").exit, 0) << "the next engine has replaced it";
}

// An engine that stops must not wait for whoever looks.
TEST(Status, SocketIsGoneOnceTheSiteHasStopped) {
  GunSite site;
  site.plug();
  auto engine = site.run();
  auto client = api::Client::connect(site.disk() / "journal.db");
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->ask({{"do", "status"}}));
  engine->send(SIGTERM);
  EXPECT_EQ(engine->ends(2s), 0);
  EXPECT_FALSE(std::filesystem::exists(site.disk() / "journal.db.control"));
}

}  // namespace
}  // namespace gatepost
