// What a list says as a whole: who may pass, what has shrunk, what is probably not meant as it is read.
#include <gmock/gmock.h>

#include "roster.cpp"
#include "world/scratch.hpp"
#include "world/site_host.hpp"

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
namespace fs = std::filesystem;
namespace world = gatepost::world;
using world::replace;

std::string people(int count, const std::string& rest = "") {
  std::string text = rest.empty() ? "subject\n" : "subject,status\n";
  for (int i = 0; i < count; ++i) text += "E" + std::to_string(1000 + i) + rest + "\n";
  return text;
}

/// A list of a site that runs, or of `gatepost check`.
struct List {
  explicit List(std::uint64_t in_memory = 4 << 20) {
    settings.file = folder / "people.csv";
    settings.in_memory.bytes = in_memory;
  }
  std::string begins() {
    auto made = Roster::make(settings, {"staff", "/", host});
    if (!made) return to_line(made.error());
    policy = std::move(*made);
    return "taken";
  }
  std::string answer(const std::string& subject) const {
    const gatepost::Credential credential{.scheme = "card", .subject = subject};
    const gatepost::Reading reading{.payload = "x"};
    const auto decision = policy->decide({credential, reading, "in", gatepost::Direction::in, {}, WallTime{}});
    return !decision ? "error" : decision->outcome == Outcome::grant ? "grant" : decision->reason;
  }
  bool alarm_says(const std::string& name, const std::string& words) const {
    return world::comes_true([&] { return host->alarm(name).find(words) != std::string::npos; });
  }
  world::Scratch folder;
  Settings settings;
  std::shared_ptr<world::SiteHost> host = std::make_shared<world::SiteHost>(folder / "data");
  std::unique_ptr<Roster> policy;
};

std::string told(const std::string& text, WallTime now, std::uint64_t in_memory = 4 << 20) {
  const world::Scratch folder;
  replace(folder / "people.csv", text);
  auto host = gatepost::idle_host();
  Settings settings;
  settings.in_memory.bytes = in_memory;
  const fs::path made = folder / "made";
  fs::create_directory(made);
  auto content = Reader(*host, settings)({folder / "people.csv", made});
  return content ? content->summary(now) : to_line(content.error());
}

TEST(RosterSummary, TellsHowManyMayPassNow) {
  const std::string text =
      "subject,status,valid_from,valid_until,phone\nA1,active,,,1\nA2, ACTIVE ,,2026-06-15,\nA3,blocked,,,\n"
      "A4,,2026-07-01,,\nA5,,,2026-06-14,\nA6,,2026-06-15,2026-06-15,\n";
  const auto noon = roster::parse_date("2026-06-15 12:00")->first;
  for (const std::uint64_t in_memory : {4U << 20U, 0U}) {
    EXPECT_EQ(told(text, noon, in_memory),
              "3 of 6 may pass now, 1 blocked, 1 expired, 1 not yet valid; not used: 'phone'");
    EXPECT_THAT(told(text, roster::parse_date("2026-07-02")->first, in_memory),
                HasSubstr("2 of 6 may pass now, 1 blocked, 3 expired"));
  }
}

TEST(RosterSummary, TellsTheSameOfSqliteAlsoAfterACommit) {
  const world::Scratch folder;
  auto database = Database::open(folder / "people.db", Database::Access::create).value();
  database
      .run(
          "CREATE TABLE roster(subject TEXT PRIMARY KEY, status, valid_until, phone);"
          "INSERT INTO roster VALUES('A1','active',NULL,1),('A2','Gesperrt','',2),('A3','','2026-06-14',3)")
      .value();
  auto host = gatepost::idle_host();
  auto content = Reader(*host, Settings{})({folder / "people.db", {}}).value();
  const auto noon = roster::parse_date("2026-06-15 12:00")->first;
  EXPECT_EQ(content.summary(noon), "1 of 3 may pass now, 1 blocked, 1 expired; not used: 'phone'");
  database.run("INSERT INTO roster VALUES('A4','','','')").value();
  EXPECT_THAT(content.summary(noon + 11s), HasSubstr("2 of 4 may pass now"));
}

// One that is not counted can shrink without a word.
TEST(RosterSummary, CountsALargeSqliteList) {
  const world::Scratch folder;
  auto database = Database::open(folder / "people.db", Database::Access::create).value();
  database
      .run(
          "CREATE TABLE roster(subject TEXT PRIMARY KEY, status);"
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120000) "
          "INSERT INTO roster SELECT 'E' || i, CASE i % 4 WHEN 0 THEN 'blocked' ELSE 'active' END FROM n")
      .value();
  auto content = Reader(*gatepost::idle_host(), Settings{})({folder / "people.db", {}}).value();
  const auto noon = roster::parse_date("2026-06-15 12:00")->first;
  EXPECT_EQ(content.summary(noon), "90000 of 120000 may pass now, 30000 blocked");
  EXPECT_EQ(content.count(noon), 90000U);
}

TEST(RosterShrink, OfAListThatFallsByHalfTheOldOneStaysInUse) {
  for (const std::uint64_t in_memory : {4U << 20U, 0U}) {
    List list(in_memory);
    replace(list.settings.file, people(40));
    ASSERT_EQ(list.begins(), "taken");
    replace(list.settings.file, people(20));
    EXPECT_TRUE(list.alarm_says("list_not_taken", "20 may pass now, and 40 might before this change"));
    EXPECT_EQ(list.answer("E1030"), "grant");
    replace(list.settings.file, people(21));
    EXPECT_TRUE(world::comes_true([&] { return list.answer("E1030") == "not_listed"; }));
    EXPECT_TRUE(world::comes_true([&] { return list.host->alarm("list_not_taken").empty(); }));
  }
}

TEST(RosterShrink, IsSeenOverARestart) {
  List list;
  replace(list.settings.file, people(40));
  ASSERT_EQ(list.begins(), "taken");
  list.policy.reset();
  replace(list.settings.file, people(5));
  list.host->time.pass(1h);  // not written a moment ago
  ASSERT_EQ(list.begins(), "taken");
  EXPECT_TRUE(list.alarm_says("list_not_taken", "5 may pass now, and 40 might"));
  EXPECT_EQ(list.answer("E1030"), "grant");
}

TEST(RosterShrink, AListThatLetsNobodyPassIsNone) {
  List list;
  replace(list.settings.file, "subject,status\n");
  EXPECT_THAT(list.begins(), AllOf(HasSubstr("a header and nobody in it"), HasSubstr("shrink: alarm")));
  replace(list.settings.file, people(9, ",aktiv"));
  EXPECT_THAT(list.begins(), HasSubstr("nobody of 9 may pass now"));
}

TEST(RosterShrink, IsTakenAsTheSiteSays) {
  List list;
  list.settings.shrink = Shrink::alarm;
  replace(list.settings.file, people(40));
  ASSERT_EQ(list.begins(), "taken");
  replace(list.settings.file, people(0));
  EXPECT_TRUE(list.alarm_says("list_shrunk", "a header and nobody in it"));
  EXPECT_TRUE(world::comes_true([&] { return list.answer("E1001") == "not_listed"; }));
  replace(list.settings.file, people(40));
  EXPECT_TRUE(world::comes_true([&] { return list.host->alarm("list_shrunk").empty(); }));
  List other;
  other.settings.shrink = Shrink::accept;
  replace(other.settings.file, people(0));
  EXPECT_EQ(other.begins(), "taken");
  EXPECT_THAT(other.host->alarm("list_shrunk"), IsEmpty());
}

TEST(RosterShrink, OfAFewPeopleHalfMayLeave) {
  List list;
  replace(list.settings.file, people(8));
  ASSERT_EQ(list.begins(), "taken");
  replace(list.settings.file, people(2));
  EXPECT_TRUE(world::comes_true([&] { return list.answer("E1005") == "not_listed"; }));
}

// The last good copy of a list whose people have all expired by now is a list all the same.
TEST(RosterShrink, KeepsNoSiteFromStarting) {
  List list;
  replace(list.settings.file, "subject,valid_until\nA1,2026-01-01\nA2,2026-01-01\n");
  list.host->time.set(roster::parse_date("2025-12-31")->first);
  ASSERT_EQ(list.begins(), "taken");
  list.policy.reset();
  list.host->time.set(roster::parse_date("2026-01-02")->first);
  EXPECT_EQ(list.begins(), "taken");
  EXPECT_THAT(list.host->alarm("list_shrunk"), HasSubstr("nobody of 2 may pass now"));
}

TEST(RosterDoubts, AreToldWithCountsAndLines) {
  const auto doubts = [](const std::string& text) {
    List list;
    replace(list.settings.file, text);
    EXPECT_EQ(list.begins(), "taken");
    return list.host->alarm("list_doubtful");
  };
  EXPECT_THAT(doubts("subject,status\nA1,Active\nA2,  BLOCKED\nA3,\xEF\xBC\xA1ktiv\nA4,Aktiv\nA5,suspended\n"),
              AllOf(HasSubstr("'Aktiv' of 1 row (line 5) is no known word: they are blocked"), HasSubstr("(line 4)"),
                    Not(HasSubstr("BLOCKED")), Not(HasSubstr("suspended"))));
  EXPECT_THAT(doubts("subject,valid_until\nA1,31/12/2099\nA2,1.2.2099\n"),
              HasSubstr("valid_until of 2 rows (line 2 first) is read as day/month/year"));
  EXPECT_THAT(doubts("subject,valid_until\nA1,2099-12-31\nA2,2099-12-31 00:00:00\n"),
              HasSubstr("valid_until of 1 row (line 3) is a midnight"));
  EXPECT_THAT(doubts("subject\n00012345\n00112345\n10012345\n12345\n"),
              HasSubstr("the subject of 1 row (line 5) has fewer than the usual 8 digits: leading zeros may be lost"));
  EXPECT_THAT(doubts("subject\n1.23457E+11\nA2\n"), HasSubstr("a spreadsheet has cut"));
  EXPECT_THAT(doubts("subject\n1\n2\n10\n"), IsEmpty()) << "numbers from 1 have no zeros to lose";
}

TEST(RosterDates, AreReadAsTheWarningSays) {
  EXPECT_EQ(roster::parse_date("31/12/2026")->last, roster::parse_date("2026-12-31")->last);
  EXPECT_EQ(roster::parse_date("1.2.2026")->first, roster::parse_date("2026-02-01")->first);
  EXPECT_EQ(roster::parse_date("31/12/2026 18:30")->first, roster::parse_date("2026-12-31 18:30")->first);
  for (const char* none : {"12/31/2026", "31/12/26", "31//2026", "/12/2026", "31.12.2026x", "31/12/2026 25:00"})
    EXPECT_FALSE(roster::parse_date(none)) << none;
}

TEST(RosterErrors, NameTheLineTheCharacterAndTheSubject) {
  const auto said = [](const std::string& text, std::uint64_t in_memory = 4 << 20) {
    List list(in_memory);
    replace(list.settings.file, text);
    return list.begins();
  };
  EXPECT_THAT(said("subject,note,valid_until\nA1,\"two\nlines \xC3\xA9\",2026-02-30\n"),
              HasSubstr("people.csv:3:10: valid_until is no date"));
  EXPECT_THAT(said("\xEF\xBB\xBFsubject;note\r\nA1;\xFF\r\n"), HasSubstr("people.csv:2:4: a field is no UTF-8"));
  for (const std::uint64_t in_memory : {4U << 20U, 0U})
    EXPECT_THAT(said("subject\nA1\nA2\nA1\n", in_memory),
                AllOf(HasSubstr("people.csv:4"), HasSubstr("the subject 'A1' stands in line 2 too")));
}

}  // namespace
