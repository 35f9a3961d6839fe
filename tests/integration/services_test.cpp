// Services of a real site: each in a process of its own, and whatever they do no lane feels it.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <csignal>
#include <gatepost/service.hpp>
#include <regex>

#include "api/client.hpp"
#include "integration/gun_site.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Services : public testing::Test {
 protected:
  void serve(const std::string& settings) {
    std::ofstream(site_.file(), std::ios::app)
        << "services: { page: { plugin: bad_service, file: said.txt, " << settings << " } }\n";
  }
  std::string said() const {
    std::ifstream file(site_.disk() / "said.txt");
    return {std::istreambuf_iterator<char>(file), {}};
  }
  bool comes_to_say(const std::string& text) const {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (std::chrono::steady_clock::now() < end) {
      if (said().find(text) != std::string::npos) return true;
      std::this_thread::sleep_for(5ms);  // a file has nothing to wait on
    }
    return false;
  }
  boost::json::object status() {
    const auto answer = site_.say("status", {"--json"});
    EXPECT_EQ(answer.exit, 0) << answer.text;
    boost::system::error_code bad;
    auto value = boost::json::parse(answer.text, bad);
    return value.is_object() ? value.get_object() : boost::json::object();
  }
  boost::json::object service() { return status().at("services").at(0).as_object(); }
  pid_t process() { return service().at("process").to_number<pid_t>(); }
  void expect_the_lane_works(world::Process& engine, const std::string& code = "E000001") {
    const auto begun = std::chrono::steady_clock::now();
    site_.scan(code);
    EXPECT_TRUE(engine.says(code == "E000001" ? "Lan" : "An")) << engine.output();
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s);
  }
  static bool lives(pid_t pid) { return ::kill(pid, 0) == 0; }
  static bool ends(pid_t pid, std::chrono::milliseconds patience = 5s) {
    const int handle = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    if (handle < 0) return true;
    pollfd watched{handle, POLLIN, 0};
    const bool ended = ::poll(&watched, 1, static_cast<int>(patience.count())) == 1;
    ::close(handle);
    return ended;
  }
  static std::string read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  GunSite site_{{}, "(?P<subject>E[0-9]{6})", world::plugins_folder() + ":" + world::faults_folder()};
};

TEST_F(Services, SeeTheSiteFromAProcessOfTheirOwn) {
  ::setenv("PAGE_TOKEN", "open-sesame", 1);
  serve("token: !env PAGE_TOKEN");
  site_.plug();
  auto engine = site_.run();
  ::unsetenv("PAGE_TOKEN");
  ASSERT_TRUE(comes_to_say("\"checkpoint\":4017")) << said() << engine->output();
  EXPECT_THAT(said(), AllOf(HasSubstr("token open-sesame"), HasSubstr("folder page")));
  expect_the_lane_works(*engine);
  EXPECT_TRUE(comes_to_say(R"("kind":"attempt")")) << "it follows";
  const pid_t pid = process();
  ASSERT_GT(pid, 0);
  EXPECT_NE(pid, engine->pid());
  const auto place = "/proc/" + std::to_string(pid);
  EXPECT_THAT(read(place + "/cmdline") + read(place + "/environ"), Not(HasSubstr("open-sesame")));
  EXPECT_THAT(read(place + "/status"), HasSubstr("NoNewPrivs:\t1"));
  EXPECT_THAT(read(place + "/limits"),
              AllOf(testing::ContainsRegex("core file size +0 +0"), testing::ContainsRegex("data size +268435456"),
                    testing::ContainsRegex("open files +256")));
  EXPECT_THAT(site_.say("status").text, AllOf(HasSubstr("page"), HasSubstr("sees_a_problem"))) << "its own alarm";
  engine->send(SIGTERM);
  EXPECT_EQ(engine->ends(3s), 0) << engine->output();
  EXPECT_FALSE(lives(pid));
}

TEST_F(Services, InheritNoDescriptorOfTheEngine) {
  serve("does: work");
  site_.plug();
  auto engine = site_.run();
  ASSERT_TRUE(comes_to_say("token"));
  std::vector<std::string> others;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(process()) + "/fd")) {
    const auto leads_to = std::filesystem::read_symlink(entry).string();
    if (!leads_to.starts_with("socket:") && leads_to != "/dev/null" && !leads_to.starts_with("/memfd:bad_service"))
      others.push_back(leads_to);
  }
  EXPECT_THAT(others, testing::IsEmpty());
}

TEST_F(Services, AreRunAgainAndTheirFailingIsAnAlarmWithAnEnd) {
  serve("does: work");
  site_.plug();
  auto engine = site_.run();
  ASSERT_TRUE(comes_to_say("token"));
  const pid_t first = process();
  ::kill(first, SIGKILL);
  ASSERT_TRUE(engine->says("service_failing")) << engine->output();
  EXPECT_THAT(engine->output(), HasSubstr("was ended by signal 9"));
  expect_the_lane_works(*engine);
  ASSERT_TRUE(engine->says("service_failing_ended", 15s)) << engine->output();
  const auto now = service();
  EXPECT_NE(now.at("process").to_number<pid_t>(), first);
  EXPECT_EQ(now.at("restarts"), 1);
  EXPECT_TRUE(now.at("trouble").is_null());
  EXPECT_THAT(site_.say("records", {"--kind", "alarm"}).text, AllOf(HasSubstr("service_failing"), HasSubstr("page")));
}

TEST_F(Services, ThatCrashAgainAndAgainAreOneAlarm) {
  serve("does: crash");
  site_.plug();
  auto engine = site_.run();
  ASSERT_TRUE(engine->says("service_failing")) << engine->output();
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (service().at("restarts").to_number<int>() < 2 && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(50ms);
  EXPECT_GE(service().at("restarts").to_number<int>(), 2);
  expect_the_lane_works(*engine);
  const auto alarms = site_.say("records", {"--kind", "alarm", "--json"}).text;
  std::size_t count = 0;
  for (auto at = alarms.find("\"service_failing\""); at != alarms.npos; at = alarms.find("\"service_failing\"", at + 1))
    ++count;
  EXPECT_EQ(count, 1U) << alarms;
}

TEST_F(Services, ThatTakeMoreMemoryThanTheyMayAreEnded) {
  serve("does: leak, memory: 64MiB");
  site_.plug();
  auto engine = site_.run();
  EXPECT_TRUE(engine->says("took more than its 64MiB of memory")) << engine->output();
  expect_the_lane_works(*engine);
}

TEST_F(Services, ThatDoNotStopAreKilledAndHoldNobodyUp) {
  serve("does: be_deaf");
  site_.plug();
  auto engine = site_.run();
  ASSERT_TRUE(comes_to_say("hangs"));
  const pid_t pid = process();
  engine->send(SIGTERM);
  EXPECT_EQ(engine->ends(4s), 0) << engine->output();
  EXPECT_FALSE(lives(pid));
}

TEST_F(Services, ThatHangAreToldAndRunAgain) {
  serve("does: hang");
  site_.plug();
  auto engine = site_.run();
  EXPECT_TRUE(engine->says("no sign of life for 2s")) << engine->output();
  expect_the_lane_works(*engine);
}

TEST_F(Services, AreAskedForNothingThatTheyDidNotDeclare) {
  serve("does: ask_for_more");
  site_.plug();
  auto engine = site_.run();
  ASSERT_TRUE(comes_to_say("\n"));
  EXPECT_THAT(said(), HasSubstr("does not know the verb")) << "and follow, status, pseudonym are all that it knows";
  EXPECT_THAT(said(), AllOf(HasSubstr("follow, pseudonym, status"), Not(HasSubstr("was answered"))));
}

TEST_F(Services, ThatAskWithoutEndAreSlowedDown) {
  serve("does: flood");
  site_.plug();
  const auto begun = std::chrono::steady_clock::now();
  auto engine = site_.run();
  expect_the_lane_works(*engine);
  const auto asked_at = std::chrono::steady_clock::now();
  EXPECT_NE(status().at("services").at(0).at("state"), "waiting") << "it is answered, and has not failed";
  EXPECT_LT(std::chrono::steady_clock::now() - asked_at, 3s);
  expect_the_lane_works(*engine, "E000002");
  std::this_thread::sleep_until(begun + 2s);  // what it asks in a while is what is measured
  engine->send(SIGTERM);
  EXPECT_EQ(engine->ends(4s), 0);
  const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  std::smatch answered;
  const std::string text = said();
  ASSERT_TRUE(std::regex_search(text, answered, std::regex("answered ([0-9]+)"))) << text;
  EXPECT_LT(std::stoi(answered[1]), 110 + 50 * took) << "100 at once, then 50 a second";
  EXPECT_GE(std::stoi(answered[1]), 100);
}

TEST_F(Services, ThatLogWithoutEndFillNoLog) {
  serve("does: shout");
  std::ofstream(site_.file(), std::ios::app) << "observe: { log: info }\n";
  site_.plug();
  auto engine = site_.run();
  ASSERT_TRUE(engine->says("shout")) << engine->output();
  expect_the_lane_works(*engine);
  EXPECT_LT(engine->output().size(), 20'000U);
}

TEST_F(Services, EndWithAnEngineThatIsKilled) {
  serve("does: be_deaf");
  site_.plug();
  auto engine = site_.run();
  ASSERT_TRUE(comes_to_say("hangs"));
  const pid_t pid = process();
  engine->send(SIGKILL);
  EXPECT_TRUE(ends(pid));
}

TEST_F(Services, ComeAndGoByAReloadThatTouchesNoLane) {
  site_.plug();
  auto engine = site_.run();
  const std::string bare = read(site_.file());
  serve("does: work");
  auto reloaded = site_.say("reload");
  EXPECT_EQ(reloaded.exit, 0) << reloaded.text;
  EXPECT_THAT(reloaded.text, HasSubstr("+ service page (plugin bad_service)"));
  ASSERT_TRUE(comes_to_say("token"));
  const pid_t first = process();
  std::ofstream(site_.file()) << bare;
  serve("does: work, memory: 128MiB");
  EXPECT_THAT(site_.say("diff", {}).exit, Not(0));
  reloaded = site_.say("reload");
  EXPECT_THAT(reloaded.text, HasSubstr("~ service page: memory 256MiB → 128MiB"));
  EXPECT_FALSE(lives(first));
  EXPECT_NE(process(), first);
  std::ofstream(site_.file()) << bare;
  reloaded = site_.say("reload");
  EXPECT_THAT(reloaded.text, HasSubstr("- service page"));
  EXPECT_TRUE(status().at("services").as_array().empty());
  expect_the_lane_works(*engine);
  const std::string output = engine->output();
  EXPECT_EQ(output.find("gun up"), output.rfind("gun up")) << "the gun was never let go of: " << output;
}

TEST_F(Services, ChangeOnlyWhatTheSiteFileAllows) {
  std::ofstream(site_.file(), std::ios::app) << "services: { again: { plugin: reloading_service } }\n";
  const auto refused = site_.say("check");
  EXPECT_EQ(refused.exit, 2);
  EXPECT_THAT(refused.text, AllOf(HasSubstr("changes the running site by 'reload'"), HasSubstr("allow: [reload]")));
  const std::string text = read(site_.file());
  std::ofstream(site_.file()) << std::regex_replace(text, std::regex("reloading_service"),
                                                    "reloading_service, allow: [reload]");
  site_.plug();
  auto engine = site_.run();
  EXPECT_TRUE(engine->says("The site file is as it was.")) << engine->output();
}

TEST_F(Services, AreASiteWithoutLanes) {
  std::ofstream(site_.file()) << "site: { name: Hall, code: 12 }\n"
                                 "services: { page: { plugin: bad_service, file: said.txt } }\n";
  const auto checked = site_.say("check");
  EXPECT_EQ(checked.exit, 0) << checked.text;
  EXPECT_THAT(checked.text, HasSubstr("0 lanes, 0 devices, 0 outputs, 1 service"));
  auto engine = site_.run();
  EXPECT_TRUE(comes_to_say("\"checkpoint\":12"));
  std::ofstream(site_.file()) << "site: { name: Hall, code: 12 }\n";
  EXPECT_THAT(site_.say("check").text, HasSubstr("no section 'lanes', and no 'services'"));
}

TEST_F(Services, MayAskWhatTheSdkSaysAndTheCommandsSocketAnswersEachOfIt) {
  site_.plug();
  auto engine = site_.run();
  auto client = api::Client::connect(site_.disk() / "journal.db");
  ASSERT_TRUE(client) << to_line(client.error());
  const auto refused = client->ask({{"do", "fly"}});
  ASSERT_FALSE(refused);
  std::vector<std::string> names;
  for (const ApiVerb& verb : api_verbs) names.emplace_back(verb.name);
  std::ranges::sort(names);
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
  EXPECT_EQ(refused.error().remedy, "it knows: " + all);
  expect_the_lane_works(*engine);
  const auto counts = client->ask({{"do", "counts"}, {"by", "lane"}});
  ASSERT_TRUE(counts) << to_line(counts.error());
  EXPECT_EQ(counts->at("checkpoint"), 4017);
  const auto records = client->ask({{"do", "records"}, {"kind", "attempt"}, {"newest", true}});
  ASSERT_TRUE(records) << to_line(records.error());
  EXPECT_EQ(records->at("records").as_array().size(), 1U);
  const auto metrics = client->ask({{"do", "metrics"}});
  EXPECT_THAT(std::string(metrics->at("text").as_string()), HasSubstr("gatepost_scans_total"));
  EXPECT_EQ(client->ask({{"do", "pseudonym"}, {"subject", "E1"}})->at("pseudonym"), "E1");
  EXPECT_TRUE(client->ask({{"do", "dead_letters"}})->at("letters").as_array().empty());
}

TEST_F(Services, AreCheckedInAProcessOfTheirOwn) {
  ::setenv("GATEPOST_SERVICE", "/nowhere/gatepost-service", 1);
  serve("does: work");
  const auto checked = site_.say("check");
  ::unsetenv("GATEPOST_SERVICE");
  EXPECT_EQ(checked.exit, 2);
  EXPECT_THAT(checked.text, HasSubstr("/nowhere/gatepost-service: the program that services run in cannot be run"));
}

}  // namespace
}  // namespace gatepost
