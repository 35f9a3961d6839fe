// What is left of a run: `gatepost records`, `verify` and `counts`.
#include <gmock/gmock.h>
#include <sqlite3.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <gatepost/support/rfc3339.hpp>
#include <sstream>

#include "integration/gun_site.hpp"

namespace gatepost {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using world::Process;

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream rest(text);
  for (std::string line; std::getline(rest, line);) all.push_back(line);
  return all;
}

// A site that has run once: E000001 and E000002 were let through, E000009 was not.
class AfterARun : public testing::Test {
 protected:
  void SetUp() override {
    site_.plug();
    auto engine = site_.run();
    for (const char* code : {"E000001", "E000002", "E000009"}) {
      site_.scan(code);
      ASSERT_TRUE(engine->says(code)) << engine->output();
    }
    engine->send(SIGTERM);
    ASSERT_EQ(engine->ends(5s), 0) << engine->output();
  }

  std::vector<std::string> records(std::vector<std::string> options = {}) {
    const auto said = site_.say("records", options);
    EXPECT_EQ(said.exit, 0) << said.text;
    return lines(said.text);
  }

  void change(const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((site_.disk() / "journal.db").c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    EXPECT_EQ(sqlite3_changes(database), 1);
    sqlite3_close(database);
  }

  GunSite site_;
};

TEST_F(AfterARun, RecordsPrintsALineEach) {
  const auto all = records();
  ASSERT_EQ(all.size(), 6U);  // started, up, three attempts, stopped
  EXPECT_THAT(all.front(), HasSubstr("  change           started"));
  EXPECT_THAT(all.back(), HasSubstr("  change           stopped"));
  EXPECT_THAT(all[2],
              testing::MatchesRegex(
                  "[~ ][0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}[+-][0-9]{2}:[0-9]{2}  +3  "
                  "attempt  grant   granted  entry  in  gun  card  E000001"));
}

TEST_F(AfterARun, RecordsTakesOnlyWhatIsWanted) {
  EXPECT_EQ(records({"--kind", "attempt"}).size(), 3U);
  EXPECT_EQ(records({"--lane", "entry"}).size(), 4U);
  EXPECT_EQ(records({"--lane", "exit"}).size(), 0U);
  EXPECT_EQ(records({"--since", "1h", "--kind", "change"}).size(), 2U);
  const auto last = records({"--limit", "2"});
  ASSERT_EQ(last.size(), 2U);
  EXPECT_THAT(last[0], HasSubstr("E000009"));
  EXPECT_THAT(last[1], HasSubstr("stopped"));
}

TEST_F(AfterARun, RecordsTakesWhatAPersonAsksFor) {
  EXPECT_EQ(records({"--direction", "in"}).size(), 3U);
  EXPECT_EQ(records({"--direction", "out"}).size(), 0U);
  EXPECT_EQ(records({"--outcome", "grant"}).size(), 2U);
  EXPECT_EQ(records({"--outcome", "deny"}).size(), 1U) << "what came and went was not denied";
  EXPECT_EQ(records({"--device", "gun"}).size(), 4U);
  EXPECT_EQ(records({"--subject", "E000002"}).size(), 1U);
  EXPECT_EQ(records({"--since", "yesterday", "--until", "today", "--kind", "attempt"}).size(), 3U);
  EXPECT_EQ(records({"--since", "2 hours ago", "--until", "now"}).size(), 6U);
  EXPECT_EQ(records({"--until", "yesterday"}).size(), 0U);
}

TEST_F(AfterARun, RecordsHasNoOutcomeWhereItMeansNothing) {
  for (const auto& line : records({"--json"})) {
    const auto record = json::parse(line).as_object();
    const bool is_attempt = record.at("kind") == "attempt";
    EXPECT_EQ(record.contains("outcome"), is_attempt) << line;
    EXPECT_EQ(record.contains("direction"), is_attempt) << line;
    EXPECT_TRUE(support::parse_rfc3339(std::string_view(record.at("wall").as_string()))) << line;
    EXPECT_TRUE(record.at("at_ns").is_string()) << line;
  }
}

TEST_F(AfterARun, RecordsMakesATableForASpreadsheet) {
  const auto rows = records({"--csv", "--kind", "attempt"});
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0],
            "time,site,epoch,sequence,kind,lane,direction,device,outcome,reason,scheme,subject,verified,about,details,"
            "attributes\r");
  EXPECT_THAT(rows[3], testing::MatchesRegex("[0-9-]+ [0-9:.]+[+-][0-9:]+,4017,[0-9]+,5,attempt,entry,in,gun,deny,"
                                             "not_listed,card,E000009,no,,,\r"));
}

// Whatever is printed on a card that a spreadsheet would calculate.
TEST(CommandRecords, NoCellIsAFormula) {
  GunSite site({}, "(?P<subject>.+)");
  site.plug();
  auto engine = site.run();
  for (const char* code : {"=1+1", "+1", "-1", "@A1", "a \"b\", c"}) {
    site.scan(code);
    ASSERT_TRUE(engine->says(code)) << engine->output();
  }
  const auto said = site.say("records", {"--csv", "--kind", "attempt"}).text;
  for (const char* cell : {",'=1+1,", ",'+1,", ",'-1,", ",'@A1,", ",\"a \"\"b\"\", c\","})
    EXPECT_THAT(said, HasSubstr(cell));
}

// By name where Records have hashes; of a site whose Records name nobody, nobody is found.
TEST(CommandRecords, ASubjectIsFoundByWhatItsCodeSays) {
  GunSite site(", subjects: hash, hash_key: key");
  site.disk().write("key", "0123456789abcdef");
  std::filesystem::permissions(site.disk() / "key", std::filesystem::perms::owner_read);
  site.plug();
  auto engine = site.run();
  site.scan("E000001");
  ASSERT_TRUE(engine->says("granted") || engine->says("GRANT")) << engine->output();
  const auto found = site.say("records", {"--subject", "E000001"});
  EXPECT_EQ(lines(found.text).size(), 1U) << found.text;
  EXPECT_EQ(site.say("records", {"--subject", "E000002"}).text, "");
  GunSite nobody(", subjects: none");
  const auto refused = nobody.say("records", {"--subject", "E000001"});
  EXPECT_EQ(refused.exit, 1);
  EXPECT_THAT(refused.text, HasSubstr("name nobody"));
}

// What is long is shown to its end.
TEST(CommandRecords, CutsNothingOff) {
  GunSite site({}, "(?P<subject>.+)");
  site.plug();
  auto engine = site.run();
  const std::string code = "BEGIN" + std::string(190, 'x') + "END";
  site.scan(code);
  ASSERT_TRUE(engine->says("BEGINxxx")) << engine->output();
  EXPECT_THAT(site.say("records").text, HasSubstr(code));
}

TEST_F(AfterARun, RecordsRefusesWhatMakesNoSense) {
  for (const auto& options : {std::vector<std::string>{"--kind", "scan"},
                              {"--since", "tomorrow"},
                              {"--since", "2026-02-30"},
                              {"--since", ""},
                              {"--until", "25:00"},
                              {"--direction", "up"},
                              {"--outcome", "denied"},
                              {"--json", "--csv"},
                              {"-f", "--until", "today"},
                              {"--since", "-1h"},
                              {"--limit", "many"},
                              {"--limit", "-1"},
                              {"--limit"}}) {
    const auto said = site_.say("records", options);
    EXPECT_EQ(said.exit, 2) << testing::PrintToString(options) << said.text;
    EXPECT_THAT(said.text, HasSubstr("gatepost records: ")) << testing::PrintToString(options);
  }
}

TEST_F(AfterARun, RecordsPrintsAnObjectALine) {
  std::uint64_t sequence = 0;
  std::vector<std::string> subjects;
  for (const auto& line : records({"--json"})) {
    const auto record = json::parse(line);
    EXPECT_EQ(record.at("site"), 4017);
    EXPECT_EQ(record.at("sequence").to_number<std::uint64_t>(), ++sequence);
    if (record.at("kind") == "attempt") subjects.emplace_back(record.at("subject").as_string());
  }
  EXPECT_EQ(sequence, 6U);
  EXPECT_THAT(subjects, testing::ElementsAre("E000001", "E000002", "E000009"));
}

TEST_F(AfterARun, TheJournalItselfCanBeNamed) {
  world::Shell shell;
  const auto journal = (site_.disk() / "journal.db").string();
  EXPECT_EQ(shell.say({"records", journal}).text, site_.say("records").text);
  EXPECT_EQ(shell.say({"verify", journal}).exit, 0);
}

TEST_F(AfterARun, AnotherDatabaseIsNoJournal) {
  world::Shell shell;
  for (const char* command : {"records", "verify"}) {
    const auto said = shell.say({command, (site_.disk() / "store.db").string()});
    EXPECT_EQ(said.exit, 1) << said.text;
    EXPECT_THAT(said.text, HasSubstr("is no journal")) << said.text;
  }
}

TEST_F(AfterARun, VerifyFindsItWhole) {
  const auto said = site_.say("verify");
  EXPECT_EQ(said.exit, 0);
  EXPECT_THAT(said.text, AllOf(HasSubstr("checkpoint 4017"), HasSubstr("whole: 6 Records, 1 to 6")));
  const auto proof = json::parse(site_.say("verify", {"--json"}).text);
  EXPECT_EQ(proof.at("whole"), true);
  EXPECT_TRUE(proof.at("broken").is_null());
}

TEST_F(AfterARun, VerifyNamesTheRecordWhoseByteWasChanged) {
  change(
      "UPDATE records SET personal = CAST(replace(CAST(personal AS TEXT), 'E000009', 'E000001') AS BLOB) "
      "WHERE sequence = 5");
  const auto said = site_.say("verify");
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, AllOf(HasSubstr("broken: Record 5 "), HasSubstr("4 before it are whole")));
  const auto proof = json::parse(site_.say("verify", {"--json"}).text);
  EXPECT_EQ(proof.at("whole"), false);
  EXPECT_EQ(proof.at("broken").at("sequence"), 5);
}

TEST_F(AfterARun, VerifyMissesARecordThatWasTakenOut) {
  change("DELETE FROM records WHERE sequence = 3");
  const auto said = site_.say("verify");
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, HasSubstr("broken: Record "));
}

// The store is filled behind the gate, so its counts may lag; they never say more than was scanned.
TEST(CommandCounts, FollowsARunningEngine) {
  GunSite site;
  site.plug();
  auto engine = site.run();
  for (const char* code : {"E000001", "E000002", "E000009"}) site.scan(code);
  std::string text;
  const auto counted = [&] { return text.find(": 3 / 3 / 3 / 3\n") != std::string::npos; };
  for (const auto end = std::chrono::steady_clock::now() + 10s; !counted() && std::chrono::steady_clock::now() < end;)
    text = site.say("counts", {"--by", "lane"}).text;
  EXPECT_THAT(text, HasSubstr("Checkpoint 4017 Cầu Bắc: 3 / 3 / 3 / 3\n"));
  const auto counts = json::parse(site.say("counts", {"--json"}).text);
  EXPECT_EQ(counts.at("checkpoint"), 4017);
  for (const char* window : {"1h", "1d", "1w", "1m"}) EXPECT_EQ(counts.at("scans").at(window), 3);
}

// Somebody edits the file, the list is broken, or a variable is set for the engine alone.
class BrokenWhileItRuns : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(BrokenWhileItRuns, EachCommandThatLooksAnswers) {
  GunSite site;
  site.plug();
  auto engine = site.run();
  site.scan("E000001");
  ASSERT_TRUE(engine->says("E000001")) << engine->output();
  const auto& [part, broken] = GetParam();
  if (part == "people.csv") {
    site.disk().write(part, broken);
  } else {
    std::ifstream file(site.file());
    std::string text(std::istreambuf_iterator<char>(file), {});
    ASSERT_NE(text.find(part), std::string::npos);
    site.disk().write("site.yaml", text.replace(text.find(part), part.size(), broken));
  }
  for (const char* command : {"status", "trace", "records", "verify", "letters"}) {
    const auto said = site.say(command);
    EXPECT_EQ(said.exit, 0) << command << ": " << said.text;
    EXPECT_THAT(said.text, Not(HasSubstr("error:"))) << command;  // an alarm has error=
  }
  EXPECT_EQ(site.say("record", {"gun"}).exit, 0);
  const auto counts = site.say("counts");
  EXPECT_EQ(counts.exit, 0) << counts.text;
  EXPECT_THAT(counts.text, HasSubstr("Checkpoint 4017"));
  const auto checked = site.say("check");
  EXPECT_TRUE(checked.exit != 0 || checked.text.find("the last good copy is used") != std::string::npos)
      << "what is wrong is told by check: " << checked.text;
}

INSTANTIATE_TEST_SUITE_P(
    By, BrokenWhileItRuns,
    testing::Values(std::pair("lanes: {", "lanes: { entry: { inputs: ["),
                    std::pair("policies: {", "policies: { list: {"),
                    std::pair("plugin: pattern", "plugin: !env NO_SUCH_VARIABLE"),
                    std::pair("credentials:", "credentails:"), std::pair("plugin: serial", "plugin: cereal"),
                    std::pair("people.csv", std::string("no,such\0list", 12)),
                    std::pair("outputs: {",
                              "outputs: { cloud: { plugin: webhook, url: 'http://127.0.0.1:9/', key: !env "
                              "NO_SUCH_VARIABLE },")));

TEST(CommandRecords, SaysSoBeforeTheFirstRun) {
  GunSite site;
  for (const char* command : {"records", "verify", "counts"}) {
    const auto said = site.say(command);
    EXPECT_EQ(said.exit, 1) << command;
    EXPECT_THAT(said.text, HasSubstr("gatepost")) << command;
    EXPECT_FALSE(std::filesystem::exists(site.disk() / "journal.db")) << command;
  }
}

class Follows : public testing::TestWithParam<bool> {};

TEST_P(Follows, ARunningEngineUntilCtrlC) {
  GunSite site;
  site.plug();
  auto engine = site.run();
  site.scan("E000001");
  ASSERT_TRUE(engine->says("E000001")) << engine->output();
  auto follower =
      site.start("records", GetParam() ? std::vector<std::string>{"-f", "--json"} : std::vector<std::string>{"-f"});
  ASSERT_TRUE(follower->says("E000001")) << follower->output();
  site.scan("E000002");
  EXPECT_TRUE(follower->says("E000002", 2s)) << follower->output();
  follower->send(SIGINT);
  EXPECT_EQ(follower->ends(2s), 0) << follower->output();
  EXPECT_EQ(lines(follower->output()).size(), 4U) << "each Record once: " << follower->output();
  site.scan("E000002");
  EXPECT_TRUE(engine->says("#5")) << "the engine does not care: " << engine->output();
}

INSTANTIATE_TEST_SUITE_P(CommandRecords, Follows, testing::Bool(),
                         [](const auto& json) { return json.param ? "Json" : "Text"; });

}  // namespace
}  // namespace gatepost
