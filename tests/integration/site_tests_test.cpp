// A site's own tests, and Records replayed against a changed site file.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <random>
#include <sstream>

#include "integration/gun_site.hpp"
#include "world/records.hpp"

namespace gatepost {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

class SiteTests : public testing::Test {
 protected:
  world::Said check(const std::string& tests, const std::vector<std::string>& options = {}) {
    site_.disk().write("site.yaml", plain_ + tests);
    return site_.say("check", options);
  }
  GunSite site_;
  const std::string plain_ = content(site_.file());
};

TEST_F(SiteTests, AreRunByCheckAndToldWithTheirPlace) {
  const auto good = check(R"(tests:
  listed:
    - { at: 2026-12-01 08:00, code: E000001, expect: grant }
    - { at: 2026-12-01 08:01, code: E000009, expect: deny, reason: not_listed }
    - { at: 2026-12-01 08:02, code: X, expect: deny, reason: unknown_code }
)");
  EXPECT_EQ(good.exit, 0) << good.text;
  EXPECT_THAT(good.text, HasSubstr("1 test\n"));
  const auto bad = check("tests:\n  listed:\n    - { at: 2026-12-01 08:00, code: E000009, expect: grant }\n");
  EXPECT_EQ(bad.exit, 2);
  EXPECT_THAT(bad.text, HasSubstr("site.yaml:10: error: test 'listed', scan 1: grant expected, and it is deny, "
                                  "not_listed, by policy list\n  mend the site, or what the test expects"));
  const auto parsed = json::parse(
      check("tests:\n  listed:\n    - { at: 2026-12-01 08:00, code: E000009, expect: grant }\n", {"--json"}).text);
  EXPECT_EQ(parsed.at("good"), false);
  EXPECT_EQ(parsed.at("failed_tests").at(0).at("where"), "site.yaml:10");
}

TEST_F(SiteTests, RememberTheScansBeforeAndWhoTurnedBack) {
  const std::string rule = plain_.find("policies: { ") != std::string::npos ? "policies: { " : "";
  ASSERT_FALSE(rule.empty());
  std::string with = plain_;
  with.replace(with.find(rule), rule.size(), rule + "once: { plugin: anti_passback }, ");
  with.replace(with.find("policies: [list]"), 16, "policies: [list, once]");
  site_.disk().write("site.yaml", with + R"(tests:
  twice:
    - { at: 2026-12-01 08:00, code: E000001, expect: grant }
    - { at: 2026-12-01 08:01, code: E000001, expect: deny, reason: passback }
    - { at: 2026-12-01 08:02, code: E000001, direction: out, expect: grant }
    - { at: 2026-12-01 08:03, code: E000001, expect: grant }
  turned_back:
    - { at: 2026-12-01 08:00, code: E000001, expect: grant, passes: false }
    - { at: 2026-12-01 08:01, code: E000001, expect: grant }
)");
  const auto said = site_.say("check");
  EXPECT_EQ(said.exit, 0) << said.text;
  EXPECT_FALSE(std::filesystem::exists(site_.disk() / "journal.db")) << "it makes nothing";
}

TEST_F(SiteTests, AreCheckedLikeEverythingElseInTheFile) {
  const auto wrong = [&](const std::string& scan) { return check("tests:\n  one:\n    - { " + scan + " }\n").text; };
  EXPECT_THAT(wrong("at: 2026-12-01 08:00, code: E1"), HasSubstr("lacks 'expect'"));
  EXPECT_THAT(wrong("at: monday, code: E1, expect: grant"), HasSubstr("'monday' is no time"));
  EXPECT_THAT(wrong("at: 2026-02-30 08:00, code: E1, expect: grant"), HasSubstr("is no time"));
  EXPECT_THAT(wrong("at: 2026-12-01 08:00, code: E1, expect: grand"), HasSubstr("did you mean 'grant'?"));
  EXPECT_THAT(wrong("at: 2026-12-01 08:00, code: E1, expect: deny, lane: entri"), HasSubstr("did you mean 'entry'?"));
  EXPECT_THAT(check("tests: { one: [] }\n").text, HasSubstr("test 'one' has no scans"));
  EXPECT_THAT(check("tests:\n  one:\n    - { at: 2026-12-01 08:00, code: E1, expect: deny }\n"
                    "    - { at: 2026-12-01 07:00, code: E1, expect: deny }\n")
                  .text,
              HasSubstr("this scan is earlier than the one before it"));
}

TEST_F(SiteTests, ComeBackFromTheEcho) {
  check(
      "tests:\n  one:\n    - { at: 2026-12-01 08:00, code: E000001, direction: out, expect: grant, passes: false }\n");
  const auto echo = site_.say("check", {"--echo"});
  EXPECT_EQ(echo.exit, 0);
  EXPECT_THAT(echo.text, HasSubstr("tests:\n  one:\n    - { at: "));
  EXPECT_THAT(echo.text, HasSubstr("direction: out, code: E000001, expect: grant, passes: false }"));
  site_.disk().write("site.yaml", echo.text);
  EXPECT_EQ(site_.say("check", {"--echo"}).text, echo.text);
}

// ---- Records against a changed site

class ReplaysRecords : public SiteTests {
 protected:
  void SetUp() override {
    journal_ = world::open_journal({.file = site_.disk() / "journal.db"});
    std::string changed = plain_;
    changed.replace(changed.find("people.csv"), 10, "new.csv");
    site_.disk().write("new.yaml", changed);
    site_.disk().write("new.csv", "subject,name\nE000001,Lan\nE000003,Huy\n");
  }
  void kept(const std::string& subject, Outcome outcome, const std::string& reason) {
    Record record = world::attempt(subject, now_ += 1s);
    record.lane = "entry";
    record.scheme = subject.empty() ? "" : "card";
    record.outcome = outcome;
    record.reason = reason;
    ASSERT_TRUE(journal_->commit(std::move(record)));
  }
  world::Said replay(const std::vector<std::string>& options = {}) {
    std::vector<std::string> words{"--against", (site_.disk() / "new.yaml").string()};
    words.insert(words.end(), options.begin(), options.end());
    return site_.say("replay", words);
  }
  WallTime now_ = SystemClock().wall() - 24h;
  std::unique_ptr<journal::Journal> journal_;
};

TEST_F(ReplaysRecords, TellsEachVerdictThatWouldBeAnotherOne) {
  kept("E000001", Outcome::grant, "granted");
  kept("E000002", Outcome::grant, "granted");    // not on the new list
  kept("E000003", Outcome::deny, "not_listed");  // on it now
  kept("E000003", Outcome::deny, "gate_not_ready");
  kept("E000009", Outcome::deny, "not_listed");
  kept("", Outcome::deny, "unknown_code");
  const auto said = replay();
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text,
              HasSubstr("#2  entry in  card E000002: was grant, granted; would be deny, not_listed (policy list)"));
  EXPECT_THAT(said.text, HasSubstr("#3  entry in  card E000003: was deny, not_listed; would be grant, granted"));
  EXPECT_THAT(said.text, HasSubstr("5 attempts replayed, 2 would be answered otherwise"));
  EXPECT_THAT(said.text, HasSubstr("1 were denied by what only the moment knew"));
  EXPECT_THAT(said.text, HasSubstr("1 name nobody"));
  EXPECT_THAT(said.text, Not(HasSubstr("#1 ")));
  EXPECT_EQ(replay({"--since", "1s"}).exit, 0) << "nothing is that young";
  EXPECT_EQ(replay({"--since", "whenever"}).exit, 2);
}

// A month of it: the differences are those of people who are on one list only, no more and no fewer.
TEST_F(ReplaysRecords, TellsAllOfThemAndNoOthers) {
  std::mt19937 random(4017);
  std::size_t differ = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::string subject = "E00000" + std::to_string(random() % 6);
    const bool was = subject == "E000001" || subject == "E000002", would = subject == "E000001" || subject == "E000003";
    kept(subject, was ? Outcome::grant : Outcome::deny, was ? "granted" : "not_listed");
    differ += was != would ? 1 : 0;
  }
  const auto said = replay({"--json"});
  std::istringstream lines(said.text);
  std::size_t told = 0;
  json::value last;
  for (std::string line; std::getline(lines, line);) {
    last = json::parse(line);
    if (last.as_object().contains("recorded")) ++told;
  }
  EXPECT_EQ(told, differ);
  EXPECT_EQ(last.at("differ"), differ);
  EXPECT_EQ(last.at("attempts"), 3000);
}

// What the journal keeps as it is; a hash would be another class.
TEST_F(ReplaysRecords, KnowsTheAttributesThatAreKept) {
  for (const char* group : {"guest", "staff"}) {
    Record record = world::attempt("E000001", now_ += 1s);
    record.lane = "entry";
    record.scheme = "card";
    record.attributes["class"] = group;
    ASSERT_TRUE(journal_->commit(std::move(record)));
  }
  std::string changed = plain_;
  changed.replace(changed.find("plugin: roster, file: people.csv"), 32, "plugin: requires, class: [staff]");
  changed.replace(changed.find(", show: [name]"), 14, "");
  changed.replace(changed.find("file: journal.db"), 16, "file: journal.db, attributes: [class]");
  site_.disk().write("new.yaml", changed);
  const auto said = replay();
  EXPECT_THAT(said.text, HasSubstr("#1  entry in  card E000001: was grant, granted; would be deny, wrong_class"));
  EXPECT_THAT(said.text, HasSubstr("2 attempts replayed, 1 would be answered otherwise"));
}

TEST_F(ReplaysRecords, NeedsRecordsThatNamePeople) {
  std::string hashed = plain_;
  hashed.replace(hashed.find("file: journal.db"), 16, "file: journal.db, subjects: none");
  site_.disk().write("site.yaml", hashed);
  const auto said = replay();
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.text, HasSubstr("do not keep subjects as they are (subjects: none); replay a journal"));
}

}  // namespace
}  // namespace gatepost
