// The same list in a SQLite file, which others may write while it is in use.
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>

#include "watchlist.cpp"
#include "world/scratch.hpp"
#include "world/site_host.hpp"
#include "world/visit.hpp"

namespace {

namespace world = gatepost::world;
namespace fs = std::filesystem;
using gatepost::WallTime;
using gatepost::support::Database;
using testing::AllOf;
using testing::HasSubstr;
using world::comes_true;
using world::replace;

constexpr WallTime noon{std::chrono::sys_days(std::chrono::year(2026) / 6 / 1) + 5h};  // in Ho Chi Minh City

const std::string header =
    "CREATE TABLE watchlist(subject TEXT, action, until, note); CREATE INDEX i ON "
    "watchlist(subject);";

void sql(const fs::path& file, const std::string& script) {
  Database::open(file, Database::Access::create).value().run(script).value();
}

Result<std::unique_ptr<Watchlist>> make(Settings settings,
                                        const std::shared_ptr<gatepost::Host>& host = gatepost::idle_host()) {
  settings.time_zone = "Asia/Ho_Chi_Minh";
  return Watchlist::make(settings, {"wanted", "/", host});
}

std::string refusal(const Settings& settings) {
  auto made = make(settings);
  return made ? "taken" : to_line(made.error());
}

/// "deny watch_deny 'note'".
std::string asked(const Watchlist& policy, const std::string& subject, WallTime wall = noon) {
  return world::attempt({.subject = subject, .wall = wall}, [&](const Attempt& attempt) {
    const auto decided = policy.decide(attempt);
    if (!decided) return "error: " + to_line(decided.error());
    const auto note = decided->facts.find("note");
    return std::string(to_word(decided->outcome)) + (decided->reason.empty() ? "" : " " + decided->reason) +
           (note == decided->facts.end() ? "" : " '" + note->second + "'");
  });
}

bool comes_to(const Watchlist& policy, const std::string& subject, const std::string& wanted) {
  return comes_true([&] { return asked(policy, subject) == wanted; });
}

class SqliteList : public testing::Test {
 protected:
  fs::path file() const { return folder_ / "wanted.db"; }
  std::string said(const std::string& script) {
    for (const char* ending : {"", "-wal", "-shm", "-journal"}) fs::remove(file().string() + ending);
    sql(file(), script);
    return refusal({.file = file()});
  }
  world::Scratch folder_;
};

TEST_F(SqliteList, DeniesHoldsAndReports) {
  sql(file(), header +
                  "INSERT INTO watchlist VALUES('A','deny','','stolen'),('B',' HOLD ',NULL,NULL),('C','alert','',''),"
                  "('D','','2026-06-01','a day'),('D','alert','02.06.2026','two days'),('E',NULL,NULL,7)");
  const auto policy = make({.file = file()});
  ASSERT_TRUE(policy);
  EXPECT_EQ(asked(**policy, "A"), "deny watch_deny 'stolen'");
  EXPECT_EQ(asked(**policy, "B"), "inform watch_hold");
  EXPECT_EQ(asked(**policy, "C"), "grant watch_alert");
  EXPECT_EQ(asked(**policy, "D"), "deny watch_deny 'a day'");
  EXPECT_EQ(asked(**policy, "D", noon + 24h), "grant watch_alert 'two days'");
  EXPECT_EQ(asked(**policy, "D", noon + 48h), "grant");
  EXPECT_EQ(asked(**policy, "E"), "deny watch_deny '7'");
  for (const char* other : {"F", "a", "A ", "", "A'--", "%", "subject"}) EXPECT_EQ(asked(**policy, other), "grant");
}

TEST_F(SqliteList, ReadsTheTableAndTheColumnThatTheSiteNames) {
  sql(file(),
      "CREATE TABLE people(Card TEXT PRIMARY KEY, ' Action ', photo BLOB) WITHOUT ROWID;"
      "INSERT INTO people VALUES('A','hold',zeroblob(100000))");
  const auto policy = make({.file = file(), .column = "card", .table = "people"});
  ASSERT_TRUE(policy) << to_line(policy.error());
  EXPECT_EQ(asked(**policy, "A"), "inform watch_hold");
  replace(folder_ / "list.csv", "card,action\nA,hold\n");
  const auto csv = make({.file = folder_ / "list.csv", .column = "Card"});
  ASSERT_TRUE(csv);
  EXPECT_EQ(asked(**csv, "A"), "inform watch_hold");
}

TEST_F(SqliteList, MatchesASubjectByteForByte) {
  sql(file(),
      "CREATE TABLE watchlist(subject TEXT COLLATE NOCASE PRIMARY KEY); INSERT INTO watchlist VALUES('a1'),('N\xE1"
      "\xBB\xAF')");
  const auto policy = make({.file = file()});
  ASSERT_TRUE(policy) << to_line(policy.error());
  EXPECT_EQ(asked(**policy, "A1"), "grant");
  EXPECT_EQ(asked(**policy, "a1"), "deny watch_deny");
  EXPECT_EQ(asked(**policy, "Nu\xCC\x9B\xCC\x83"), "deny watch_deny") << "what is scanned may be composed otherwise";
}

TEST_F(SqliteList, ShowsACommitToTheNextLookup) {
  sql(file(), "PRAGMA journal_mode = WAL;" + header + "INSERT INTO watchlist(subject) VALUES('A')");
  const auto policy = make({.file = file()});
  ASSERT_TRUE(policy);
  auto writer = Database::open(file(), Database::Access::write).value();
  writer.run("BEGIN; INSERT INTO watchlist(subject) VALUES('B'); DELETE FROM watchlist WHERE subject = 'A'").value();
  EXPECT_EQ(asked(**policy, "A"), "deny watch_deny");
  EXPECT_EQ(asked(**policy, "B"), "grant");
  writer.run("COMMIT").value();
  EXPECT_EQ(asked(**policy, "A"), "grant");
  EXPECT_EQ(asked(**policy, "B"), "deny watch_deny");
}

TEST_F(SqliteList, DeniesByARowThatIsWrongWithoutAWordFromAnybody) {
  sql(file(), "PRAGMA journal_mode = WAL;" + header + "INSERT INTO watchlist(subject) VALUES('A')");
  const auto policy = make({.file = file()});
  ASSERT_TRUE(policy);
  auto writer = Database::open(file(), Database::Access::write).value();
  writer.run("INSERT INTO watchlist VALUES('B','arrest','',''),('C','','soon','')").value();
  EXPECT_THAT(asked(**policy, "B"), AllOf(HasSubstr("error: "), HasSubstr("there is no such action")));
  EXPECT_THAT(asked(**policy, "C"), HasSubstr("that is no date"));
  EXPECT_EQ(asked(**policy, "D"), "grant");
}

TEST_F(SqliteList, AnswersSeveralLanesAtOnce) {
  sql(file(), header + "INSERT INTO watchlist(subject) VALUES('A')");
  const auto policy = make({.file = file()});
  ASSERT_TRUE(policy);
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> lanes;
    for (int lane = 0; lane < 4; ++lane)
      lanes.emplace_back([&] {
        for (int i = 0; i < 300; ++i)
          wrong += asked(**policy, "A") != "deny watch_deny" || asked(**policy, "B") != "grant";
      });
  }
  EXPECT_EQ(wrong, 0);
}

TEST_F(SqliteList, LeavesItsLastGoodCopyInUseWhereTheFileIsBrokenOrGone) {
  sql(file(), "PRAGMA journal_mode = WAL;" + header + "INSERT INTO watchlist(subject) VALUES('A')");
  const auto host = std::make_shared<world::SiteHost>(folder_ / "data");
  {
    const auto policy = make({.file = file(), .last_good_for = 2h}, host);
    ASSERT_TRUE(policy);
    replace(file(), "no database");
    for (const char* beside : {"wanted.db-wal", "wanted.db-shm"}) fs::remove(folder_ / beside);
    ASSERT_TRUE(comes_true([&] { return !host->alarm("watchlist_not_taken").empty(); }));
    EXPECT_EQ(asked(**policy, "A"), "deny watch_deny") << "while it runs";
  }
  fs::remove(file());
  const auto policy = make({.file = file(), .last_good_for = 2h}, host);
  ASSERT_TRUE(policy);
  EXPECT_EQ(asked(**policy, "A"), "deny watch_deny") << "after a restart";
  EXPECT_EQ(asked(**policy, "B"), "grant");
  host->time.pass(3h);
  EXPECT_THAT(asked(**policy, "B"), HasSubstr("older than last_good_for allows"));
  EXPECT_FALSE(make({.file = file(), .last_good_for = 2h}, host));
}

std::string people(int count) {
  return "DELETE FROM watchlist; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
         std::to_string(count) + ") INSERT INTO watchlist(subject) SELECT 'A' || i FROM n";
}

TEST_F(SqliteList, ThatShrankIsNotTaken) {
  sql(file(), header + people(10));
  const auto host = std::make_shared<world::SiteHost>(folder_ / "data");
  const auto policy = make({.file = file()}, host);
  ASSERT_TRUE(policy);
  sql(file(), people(5));
  ASSERT_TRUE(comes_true([&] { return !host->alarm("watchlist_not_taken").empty(); }));
  EXPECT_THAT(host->alarm("watchlist_not_taken"), HasSubstr("has 5 people, and had 10"));
  EXPECT_EQ(asked(**policy, "A9"), "deny watch_deny") << "by the copy";
  sql(file(), people(6));
  EXPECT_TRUE(comes_to(**policy, "A9", "grant"));
  EXPECT_TRUE(comes_true([&] { return host->alarm("watchlist_not_taken").empty(); }));
}

TEST_F(SqliteList, ThatShrankIsTakenWithAnAlarmWhereTheSiteSaysSo) {
  sql(file(), header + people(10));
  const auto host = std::make_shared<world::SiteHost>(folder_ / "data");
  const auto policy = make({.file = file(), .shrink = Shrink::alarm}, host);
  ASSERT_TRUE(policy);
  sql(file(), people(5));
  EXPECT_TRUE(comes_true([&] { return !host->alarm("watchlist_shrunk").empty(); }));
  EXPECT_EQ(asked(**policy, "A9"), "grant");
  EXPECT_EQ(host->alarm("watchlist_not_taken"), "");
  sql(file(), people(12));
  EXPECT_TRUE(comes_true([&] { return host->alarm("watchlist_shrunk").empty(); }));
  EXPECT_EQ(asked(**policy, "A12"), "deny watch_deny");
}

TEST_F(SqliteList, TellsHowManyAreLookedForAlsoAfterACommit) {
  sql(file(), header + people(3) + "; INSERT INTO watchlist(subject) VALUES('A1')");
  auto content = read_list({file(), {}}, {}).value();
  EXPECT_EQ(content.summary(noon), "3 people are looked for");
  sql(file(), people(4));
  EXPECT_EQ(content.summary(noon), "4 people are looked for");
}

TEST_F(SqliteList, SaysWhatIsWrongWithIt) {
  EXPECT_EQ(said(header), "taken") << "nobody is looked for";
  EXPECT_THAT(said("CREATE TABLE watchlist(subject)"),
              AllOf(HasSubstr("the watchlist has no index on 'subject'"),
                    HasSubstr("CREATE INDEX by_subject ON \"watchlist\"(\"subject\")")));
  EXPECT_THAT(said("CREATE TABLE x(subject PRIMARY KEY)"),
              HasSubstr("the watchlist has no table 'watchlist'; name it in the setting `table`"));
  EXPECT_THAT(said("CREATE TABLE watchlist(name PRIMARY KEY)"), HasSubstr("the column subject is missing"));
  EXPECT_THAT(said("CREATE TABLE watchlist(subject PRIMARY KEY, note, ' note')"),
              HasSubstr("two columns have one name"));
  for (const char* name : {"actions", "valid_until", "status", "from", "end"})
    EXPECT_THAT(said("CREATE TABLE watchlist(subject PRIMARY KEY, '" + std::string(name) + "')"),
                AllOf(HasSubstr("this column looks like one"), HasSubstr("wanted.db, column '" + std::string(name))));
}

TEST_F(SqliteList, LooksAtEveryRow) {
  const auto row = [&](const std::string& values) {
    return said(header + "INSERT INTO watchlist VALUES('A','','',''),(" + values + ")");
  };
  EXPECT_EQ(row("'B','deny','2026-11-23','x'"), "taken");
  EXPECT_THAT(row("'B','arrest','',''"),
              HasSubstr("wanted.db, table 'watchlist', row 2, column 'action': there is no such action; write deny"));
  EXPECT_THAT(row("'B','','soon',''"), HasSubstr("row 2, column 'until': that is no date"));
  EXPECT_THAT(row("'','','',''"), HasSubstr("row 2, column 'subject': the subject is empty"));
  EXPECT_THAT(row("NULL,'','',''"), HasSubstr("the subject is empty"));
  EXPECT_THAT(row("x'42','','',''"), HasSubstr("the subject is not text"));
  EXPECT_THAT(row("'Nu\xCC\x9B\xCC\x83','','',''"), HasSubstr("the subject's letters are not in composed form"));
  EXPECT_THAT(row("CAST(x'41ff' AS TEXT),'','',''"), HasSubstr("the subject is no UTF-8"));
  EXPECT_THAT(row("'B','','',hex(zeroblob(40000))"), HasSubstr("row 2: a row is longer than 65536 bytes"));
  EXPECT_THAT(said("CREATE TABLE watchlist(subject INTEGER PRIMARY KEY); INSERT INTO watchlist VALUES('007')"),
              HasSubstr("as a number 007 is 7; let the column be TEXT"));
  EXPECT_THAT(said("CREATE TABLE watchlist(subject TEXT PRIMARY KEY, until) WITHOUT ROWID;"
                   "INSERT INTO watchlist VALUES('A',''),('B','soon')"),
              HasSubstr("row 2, column 'until'"));
}

TEST_F(SqliteList, HasABoundedNumberOfRows) {
  EXPECT_EQ(said(header + people(500'000)), "taken");
  EXPECT_THAT(said(header + people(500'001)), HasSubstr("there are more than 500000 rows"));
}

struct Drawn {
  std::string subject, action, until, note;
};

std::string in_csv(const std::string& field) {
  std::string text = "\"";
  for (const char c : field) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

RC_GTEST_PROP(SqliteListProperty, OfTheSameRowsGivesTheSameVerdictsAsACsv, ()) {
  const std::vector<std::string> subjects{"A1", "a1", "A 1", "O'Neil", "say \"hi\"", "N\xE1\xBB\xAF", "007", "7"};
  const auto row = rc::gen::build<Drawn>(
      rc::gen::set(&Drawn::subject, rc::gen::weightedOneOf<std::string>(
                                        {{40, rc::gen::elementOf(subjects)}, {1, rc::gen::just(std::string())}})),
      rc::gen::set(&Drawn::action,
                   rc::gen::weightedOneOf<std::string>(
                       {{40, rc::gen::element<std::string>("", "deny", "hold", "alert", " Hold ", "ALERT")},
                        {1, rc::gen::element<std::string>("arrest", "den", "0")}})),
      rc::gen::set(&Drawn::until, rc::gen::weightedOneOf<std::string>(
                                      {{40, rc::gen::element<std::string>("", "2026-06-01", "02/06/2026", "3.6.2026",
                                                                          " 2026-06-04 ", "2026-05-31")},
                                       {1, rc::gen::element<std::string>("soon", "2026-02-30", "1")}})),
      rc::gen::set(&Drawn::note, rc::gen::element<std::string>("", "call, then wait", "two\nlines", "'", " ")));
  const auto rows = *rc::gen::container<std::vector<Drawn>>(row);
  const world::Scratch folder(world::memory());
  std::string csv = "subject,action,until,note\n";
  for (const auto& [subject, action, until, note] : rows)
    csv += in_csv(subject) + "," + in_csv(action) + "," + in_csv(until) + "," + in_csv(note) + "\n";
  replace(folder / "list.csv", csv);
  auto database = Database::open(folder / "list.db", Database::Access::create).value();
  database.run("PRAGMA synchronous = OFF;" + header).value();
  for (const auto& [subject, action, until, note] : rows)
    database.run("INSERT INTO watchlist VALUES(?,?,?,?)", subject, action, until, note).value();
  const auto one = make({.file = folder / "list.csv"}), other = make({.file = folder / "list.db"});
  RC_ASSERT(one.has_value() == other.has_value());
  if (!one) {
    RC_ASSERT(one.error().what == other.error().what);
    return;
  }
  for (const auto& subject : subjects)
    for (int day = -1; day < 5; ++day)
      RC_ASSERT(asked(**one, subject, noon + 24h * day) == asked(**other, subject, noon + 24h * day));
}

// Whatever its bytes are, it is refused or asked; nothing else comes of it.
RC_GTEST_PROP(SqliteListProperty, OfSpoiltBytesHarmsNobody, ()) {
  static const std::string whole = [] {
    const world::Scratch folder(world::memory());
    sql(folder / "list.db", header + people(200));
    std::ifstream in(folder / "list.db", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }();
  std::string spoilt = whole;
  const auto flips = *rc::gen::container<std::vector<std::pair<std::size_t, char>>>(
      rc::gen::pair(rc::gen::inRange<std::size_t>(0, whole.size()), rc::gen::arbitrary<char>()));
  for (const auto& [place, byte] : flips) spoilt[place] = byte;
  spoilt.resize(*rc::gen::weightedOneOf<std::size_t>(
      {{3, rc::gen::just(whole.size())}, {1, rc::gen::inRange<std::size_t>(0, whole.size())}}));
  const world::Scratch folder(world::memory());
  replace(folder / "list.db", spoilt);
  const auto policy = make({.file = folder / "list.db"});
  if (policy)
    for (const char* subject : {"A1", "A100", "B"}) RC_ASSERT(!asked(**policy, subject).empty());
}

}  // namespace
