#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "entries.hpp"
#include "roster.cpp"
#include "world/locks.hpp"
#include "world/scratch.hpp"
#include "world/site_host.hpp"

namespace {

using gatepost::support::Csv;
using testing::HasSubstr;
namespace fs = std::filesystem;

using Folder = gatepost::world::Scratch;
namespace world = gatepost::world;
using world::replace;

void sql(const fs::path& file, const char* statements) {
  auto database = Database::open(file, Database::Access::create);
  ASSERT_TRUE(database) << to_line(database.error());
  const auto ran = database->run(statements);
  ASSERT_TRUE(ran) << to_line(ran.error());
}

std::unique_ptr<Roster> make(const Settings& settings) {
  auto made = Roster::make(settings, {"staff", "/"});
  return made ? std::move(*made) : nullptr;
}

/// Of a site that runs.
std::unique_ptr<Roster> make(const Settings& settings, const std::shared_ptr<world::SiteHost>& host) {
  auto made = Roster::make(settings, {"staff", "/", host});
  return made ? std::move(*made) : nullptr;
}

std::string refusal(const Settings& settings) {
  auto made = Roster::make(settings, {"staff", "/"});
  return made ? "taken" : to_line(made.error());
}

Result<Decision> decide(const Roster& policy, std::string subject,
                        WallTime wall = roster::parse_date("2026-06-15")->first) {
  const gatepost::Credential credential{.scheme = "staff_card", .subject = std::move(subject)};
  const gatepost::Reading reading{.payload = "x"};
  return policy.decide({credential, reading, "in", gatepost::Direction::in, {}, wall});
}

TEST(Roster, LetsNobodyInByADateWhileTheMachineDoesNotKnowTheTime) {
  const Folder folder;
  replace(folder / "people.csv", "subject,valid_until\nA1,2020-01-31\nA2,2031-01-31\nA3,\n");
  Settings settings;
  settings.file = folder / "people.csv";
  const auto policy = make(settings);
  ASSERT_TRUE(policy);
  const auto asked = [&](const std::string& subject) {
    const gatepost::Credential credential{.scheme = "staff_card", .subject = subject};
    const gatepost::Reading reading{.payload = "x"};
    const auto decision = policy->decide({credential, reading, "in", gatepost::Direction::in, {}, WallTime{}, false});
    return decision ? decision->reason : gatepost::to_line(decision.error());
  };
  EXPECT_EQ(asked("A1"), "clock_unset") << "in 1970 everything is still valid";
  EXPECT_EQ(asked("A2"), "clock_unset");
  EXPECT_EQ(asked("A3"), "") << "who has no date needs none";
}

std::string answer(const Roster& policy, const std::string& subject, const char* day = "2026-06-15") {
  const auto decision = decide(policy, subject, roster::parse_date(day)->first);
  if (!decision) return "error: " + to_line(decision.error());
  return decision->outcome == Outcome::grant ? "grant" : decision->reason;
}

std::string stale(const Roster& policy, const std::string& subject) {
  const auto decision = decide(policy, subject);
  return decision && decision->facts.contains("roster_stale") ? decision->facts.at("roster_stale") : "";
}

/// Whether that is what it comes to answer.
bool comes_to(const Roster& policy, const std::string& subject, const std::string& wanted) {
  return world::comes_true([&] { return answer(policy, subject) == wanted; });
}

const std::string people =
    "subject,name,status,valid_from,valid_until\r\n"
    "A1,\"Ví Dụ, Thị\",active,,\r\n"
    "A2,B,blocked,,\n"
    "\n"
    "A3,C,,2026-07-01,\n"
    "A4,D,,,2026-06-14\n"
    "A5,\"say \"\"hi\"\"\nthere\",,2026-06-15,2026-06-15\n";

/// The same answers from each of the three kinds of roster.
class EveryKind : public testing::TestWithParam<const char*> {
 protected:
  Settings settings() {
    Settings settings{.file = folder_ / "people", .show = {"name"}};
    if (GetParam() == std::string("sqlite")) {
      sql(settings.file,
          "CREATE TABLE roster(subject TEXT PRIMARY KEY, name, status, valid_from, valid_until);"
          "INSERT INTO roster VALUES('A1','Ví Dụ, Thị','active',NULL,NULL),('A2','B','blocked','',''),"
          "('A3','C','','2026-07-01',''),('A4','D','','','2026-06-14'),"
          "('A5','say \"hi\"\nthere','','2026-06-15','2026-06-15')");
    } else {
      replace(settings.file, people);
    }
    if (GetParam() == std::string("index")) settings.in_memory = {0};
    return settings;
  }
  Folder folder_;
};

TEST_P(EveryKind, GivesTheSameAnswers) {
  const auto policy = make(settings());
  ASSERT_TRUE(policy);
  EXPECT_EQ(answer(*policy, "A1"), "grant");
  EXPECT_EQ(answer(*policy, "A2"), "blocked");
  EXPECT_EQ(answer(*policy, "A3"), "not_yet_valid");
  EXPECT_EQ(answer(*policy, "A3", "2026-07-01"), "grant");
  EXPECT_EQ(answer(*policy, "A4"), "expired");
  EXPECT_EQ(answer(*policy, "A4", "2026-06-14"), "grant");
  EXPECT_EQ(answer(*policy, "A5"), "grant");
  for (const char* stranger : {"A6", "a1", "A", "A1 ", "", "A1'--", "%", "subject"})
    EXPECT_EQ(answer(*policy, stranger), "not_listed") << stranger;
  EXPECT_EQ(decide(*policy, "A1")->facts, (std::map<std::string, std::string>{{"name", "Ví Dụ, Thị"}}));
  EXPECT_EQ(decide(*policy, "A5")->facts.at("name"), "say \"hi\"\nthere");
}

TEST_P(EveryKind, AnswersSeveralLanesAtOnce) {
  const auto policy = make(settings());
  ASSERT_EQ(answer(*policy, "A1"), "grant");
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> lanes;
    for (int lane = 0; lane < 4; ++lane)
      lanes.emplace_back([&] {
        for (int i = 0; i < 500; ++i) wrong += answer(*policy, "A1") != "grant" || answer(*policy, "A2") != "blocked";
      });
  }
  EXPECT_EQ(wrong, 0);
}

// A header that was typed by a person revokes as one that was not.
TEST_P(EveryKind, RevokesWhateverCaseItsHeaderHas) {
  Settings settings{.file = folder_ / "people"};
  if (GetParam() == std::string("sqlite"))
    sql(settings.file,
        "CREATE TABLE roster(Subject TEXT PRIMARY KEY, 'Status ', VALID_UNTIL);"
        "INSERT INTO roster VALUES('A1','active',''),('A2','blocked',''),('A3','','2026-06-14')");
  else
    replace(settings.file, "Subject,Status ,VALID_UNTIL\nA1,active,\nA2,blocked,\nA3,,2026-06-14\n");
  if (GetParam() == std::string("index")) settings.in_memory = {0};
  const auto policy = make(settings);
  ASSERT_TRUE(policy) << refusal(settings);
  EXPECT_EQ(answer(*policy, "A1"), "grant");
  EXPECT_EQ(answer(*policy, "A2"), "blocked");
  EXPECT_EQ(answer(*policy, "A3"), "expired");
}

INSTANTIATE_TEST_SUITE_P(Roster, EveryKind, testing::Values("csv", "index", "sqlite"));

class EveryCsv : public testing::TestWithParam<std::uint64_t> {};

TEST_P(EveryCsv, TakesANewStateWholeAndKeepsTheOldOneWhenItIsBroken) {
  const Folder folder;
  const auto file = folder / "people.csv";
  replace(file, "subject\nA1\n");
  const auto policy =
      make({.file = file, .in_memory = {GetParam()}}, std::make_shared<world::SiteHost>(folder / "data"));
  ASSERT_EQ(answer(*policy, "A1"), "grant");
  replace(file, "subject\nA2\n");
  EXPECT_TRUE(comes_to(*policy, "A2", "grant"));
  EXPECT_EQ(answer(*policy, "A1"), "not_listed");
  const auto is_stale = [&] { return world::comes_true([&] { return !stale(*policy, "A2").empty(); }); };
  for (const char* broken :
       {"subject\nA1\nA3\nA1\n", "subject\nA1\nA", "subject\nA1,x\n", "who\nA1\n", "subject\n\"A1\n", ""}) {
    replace(file, broken);
    ASSERT_TRUE(is_stale()) << broken;
    EXPECT_EQ(answer(*policy, "A2"), "grant") << broken;
    EXPECT_THAT(stale(*policy, "A2"), HasSubstr("people.csv:")) << broken;
    replace(file, "subject\nA2\n");
    EXPECT_TRUE(world::comes_true([&] { return stale(*policy, "A2").empty(); }));
  }
}

INSTANTIATE_TEST_SUITE_P(Roster, EveryCsv, testing::Values(4 << 20, 0));

TEST(Roster, AnIndexIsBuiltBeforeAnybodyAsksAndFoundAgain) {
  const Folder folder;
  const Settings settings{.file = folder / "people.csv", .in_memory = {0}};
  replace(settings.file, "subject\nA1\n");
  const auto host = std::make_shared<world::SiteHost>(folder / "data");
  EXPECT_EQ(answer(*make(settings, host), "A1"), "grant");
  const auto index = folder / "data/list_not_taken.1/index";
  ASSERT_TRUE(fs::exists(index));
  const auto made = fs::last_write_time(index);
  EXPECT_EQ(answer(*make(settings, host), "A1"), "grant");
  EXPECT_EQ(fs::last_write_time(index), made);
  auto other = settings;
  other.show = {"subject"};
  EXPECT_EQ(decide(*make(other, host), "A1")->facts.at("subject"), "A1") << "another index was needed";
}

// A list of a million rows answers at once after a restart, broken edit or not.
TEST(Roster, ALargeListsLastGoodIndexIsUsedWhereTheFileIsBrokenOrGone) {
  const Folder folder;
  const Settings settings{.file = folder / "people.csv", .in_memory = {0}};
  replace(settings.file, "subject,status\nA1,\nA2,blocked\n");
  const auto host = std::make_shared<world::SiteHost>(folder / "data");
  EXPECT_EQ(answer(*make(settings, host), "A1"), "grant");
  for (const bool is_gone : {false, true}) {
    replace(settings.file, "subject,status\nA1\n");
    if (is_gone) fs::remove(settings.file);
    const auto policy = make(settings, host);
    ASSERT_TRUE(policy);
    EXPECT_EQ(answer(*policy, "A1"), "grant");
    EXPECT_EQ(answer(*policy, "A2"), "blocked");
    EXPECT_NE(stale(*policy, "A1"), "");
    EXPECT_THAT(host->alarm("list_not_taken"), HasSubstr("the last good copy is used"));
  }
}

TEST(Roster, ASqliteListsLastGoodCopyIsUsedWhereTheFileIsBrokenOrGone) {
  const Folder folder;
  const Settings settings{.file = folder / "people.db"};
  sql(settings.file,
      "PRAGMA journal_mode = WAL; CREATE TABLE roster(subject TEXT PRIMARY KEY, status);"
      "INSERT INTO roster VALUES('A1',''),('A2','blocked')");
  const auto host = std::make_shared<world::SiteHost>(folder / "data");
  const auto policy = make(settings, host);
  ASSERT_TRUE(policy);
  EXPECT_EQ(answer(*policy, "A1"), "grant");
  replace(settings.file, "no database");
  for (const char* beside : {"people.db-wal", "people.db-shm"}) fs::remove(folder / beside);
  ASSERT_TRUE(world::comes_true([&] { return !stale(*policy, "A1").empty(); }));
  EXPECT_EQ(answer(*policy, "A1"), "grant") << "while it runs";
  fs::remove(settings.file);
  const auto after_a_restart = make(settings, host);
  ASSERT_TRUE(after_a_restart);
  EXPECT_EQ(answer(*after_a_restart, "A1"), "grant");
  EXPECT_EQ(answer(*after_a_restart, "A2"), "blocked");
  EXPECT_NE(stale(*after_a_restart, "A1"), "");
}

TEST(Roster, AnIndexThatCannotBeMadeIsNoList) {
  const Folder folder;
  replace(folder / "people.csv", "subject\nA1\n");
  const auto columns = roster::Columns{};
  const auto built = roster::build_index(folder / "people.csv", folder / "absent/index", columns, {});
  ASSERT_FALSE(built);
  EXPECT_THAT(built.error().what, HasSubstr("cannot"));
}

TEST(Roster, ACommitToASqliteRosterIsSeenByTheNextLookup) {
  const Folder folder;
  const auto file = folder / "people.db";
  sql(file,
      "PRAGMA journal_mode = WAL; CREATE TABLE roster(subject TEXT PRIMARY KEY); INSERT INTO roster VALUES('A1')");
  const auto policy = make({.file = file});
  ASSERT_EQ(answer(*policy, "A2"), "not_listed");
  auto writer = Database::open(file, Database::Access::write).value();
  writer.run("BEGIN; INSERT INTO roster VALUES('A2'); DELETE FROM roster WHERE subject = 'A1'").value();
  EXPECT_EQ(answer(*policy, "A2"), "not_listed");
  EXPECT_EQ(answer(*policy, "A1"), "grant");
  writer.run("COMMIT").value();
  EXPECT_EQ(answer(*policy, "A2"), "grant");
  EXPECT_EQ(answer(*policy, "A1"), "not_listed");
}

// As a reload makes one beside the one at work. Without its lock another program that closes the file last takes the
// WAL away, and the lookups go on in what is no longer written.
TEST(Roster, AnotherOneOfTheSameFileLeavesTheFirstItsLock) {
  const Folder folder;
  const auto file = folder / "staff.db";
  sql(file, "PRAGMA journal_mode = WAL; CREATE TABLE roster(subject PRIMARY KEY); INSERT INTO roster VALUES('E1')");
  const auto first = make({.file = file, .table = "roster"});
  ASSERT_TRUE(first);
  EXPECT_EQ(decide(*first, "E1")->outcome, Outcome::grant);
  ASSERT_TRUE(gatepost::world::holds_lock(file));
  const auto second = make({.file = file, .table = "roster"});
  ASSERT_TRUE(second);
  EXPECT_TRUE(gatepost::world::holds_lock(file));
}

TEST(Roster, ASqliteRosterMustHaveAnIndexAndMatchExactly) {
  const Folder folder;
  sql(folder / "slow.db", "CREATE TABLE roster(subject)");
  EXPECT_THAT(refusal({.file = folder / "slow.db"}), HasSubstr("CREATE UNIQUE INDEX"));
  EXPECT_THAT(refusal({.file = folder / "slow.db", .table = "x"}), HasSubstr("no table 'x'"));
  EXPECT_THAT(refusal({.file = folder / "slow.db", .column = "x"}), HasSubstr("no column 'x'"));
  sql(folder / "numbers.db", "CREATE TABLE roster(subject INTEGER PRIMARY KEY); INSERT INTO roster VALUES(7)");
  EXPECT_EQ(answer(*make({.file = folder / "numbers.db"}), "7"), "grant");
  EXPECT_EQ(answer(*make({.file = folder / "numbers.db"}), "007"), "not_listed");
  sql(folder / "case.db",
      "CREATE TABLE roster(subject TEXT COLLATE NOCASE PRIMARY KEY); INSERT INTO roster VALUES('a1')");
  EXPECT_EQ(answer(*make({.file = folder / "case.db"}), "A1"), "not_listed");
  sql(folder / "twice.db",
      "CREATE TABLE roster(subject); CREATE INDEX i ON roster(subject);"
      "INSERT INTO roster VALUES('A1'),('A1')");
  EXPECT_THAT(answer(*make({.file = folder / "twice.db"}), "A1"), HasSubstr("twice"));
}

TEST(Roster, WhatIsWrongWithACsvIsSaidWithItsLine) {
  const Folder folder;
  const auto said = [&](const std::string& text) {
    replace(folder / "x.csv", text);
    return refusal({.file = folder / "x.csv"});
  };
  EXPECT_THAT(said("subject\nA1\nA2\nA1\n"), HasSubstr("x.csv:4:1: the subject 'A1' stands in line 2 too"));
  EXPECT_THAT(said("subject,valid_until\nA1,2026-02-30\n"), HasSubstr("valid_until is no date"));
  EXPECT_THAT(said("subject\nA1\n\xFF\n"), HasSubstr("x.csv:3:1: a field is no UTF-8"));
  EXPECT_THAT(said("subject\nA1"), HasSubstr("cut off"));
  EXPECT_THAT(said("subject\n\"A1"), HasSubstr("not closed"));
  EXPECT_THAT(said("subject\n\"A1\"x\n"), HasSubstr("closing quote"));
  EXPECT_THAT(said("subject\nA\"1\n"), HasSubstr("inside a field"));
  EXPECT_THAT(said("subject\nA\r1\n"), HasSubstr("carriage return"));
  EXPECT_THAT(said("subject,a\n,b\n"), HasSubstr("subject is empty"));
  EXPECT_THAT(said("subject,subject\n"), HasSubstr("two columns"));
  EXPECT_THAT(said("subject\nA1,b\n"), HasSubstr("x.csv:2: the record has 2 fields and the header 1"));
  EXPECT_THAT(said(std::string("subject\nA\0\n", 11)), HasSubstr("x.csv:2:2: the file holds a NUL"));
  EXPECT_THAT(said("subject\n" + std::string(10'000, ',') + "\n"),
              HasSubstr("x.csv:2:256: a record has more than 256 fields"));
  EXPECT_THAT(said("subject\n" + std::string(100'000, 'x') + "\n"),
              HasSubstr("x.csv:2:65537: a record is longer than"));
  EXPECT_THAT(said(""), HasSubstr("empty"));
  EXPECT_THAT(said("subject,valid-until\nA1,\n"), HasSubstr("x.csv:1: the column 'valid-until'"));
  EXPECT_THAT(said("subject,name\n\"A1\",\"two\nlines\"\n,x\n"), HasSubstr("x.csv:4:1: the subject is empty"));
}

std::string utf16(std::string_view text, bool big_endian, bool with_mark = true) {
  std::u16string units = with_mark ? u"\uFEFF" : u"";
  for (const char letter : text)
    if (letter == '@')
      units += u"\U0001F600";  // beyond the first 65,536: a pair
    else if (letter == '~')
      units += u'\u00ED';
    else
      units += static_cast<char16_t>(letter);
  std::string bytes;
  for (const char16_t unit : units) {
    const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xFF);
    bytes += big_endian ? std::string{high, low} : std::string{low, high};
  }
  return bytes;
}

/// What spreadsheets make of one list.
class EveryExport : public testing::TestWithParam<std::string> {};

TEST_P(EveryExport, IsTheSameList) {
  const Folder folder;
  replace(folder / "people.csv", GetParam());
  for (const std::uint64_t in_memory : {4U << 20U, 0U}) {
    const Settings settings{.file = folder / "people.csv", .show = {"name"}, .in_memory = {in_memory}};
    const auto policy = make(settings);
    ASSERT_TRUE(policy) << refusal(settings);
    EXPECT_EQ(answer(*policy, "A1"), "grant");
    EXPECT_EQ(answer(*policy, "A2"), "blocked");
    EXPECT_EQ(answer(*policy, "A3"), "not_listed");
    EXPECT_THAT(decide(*policy, "A1")->facts.at("name"), testing::StartsWith("V"));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Roster, EveryExport,
    testing::Values("subject,name,status\nA1,V,\nA2,B,blocked\n", "subject;name;status\r\nA1;V, W;\r\nA2;B;blocked\r\n",
                    "subject\tname\tstatus\nA1\tV;W\t\nA2\tB\tblocked\n",
                    "sep=;\r\nsubject;name;status\r\nA1;V;\r\nA2;B;blocked\r\n",
                    "\"sep=|\"\nsubject|name|status\nA1|V|\nA2|B|blocked\n",
                    "\xEF\xBB\xBFsubject,name,status\r\nA1,V,\r\nA2,B,blocked\r\n",
                    "\xEF\xBB\xBFsep=,\r\nsubject,name,status\r\nA1,V,\r\nA2,B,blocked\r\n",
                    "subject,name,status\rA1,V,\rA2,B,blocked\r",
                    "\"subject\",\"name\",\"status\"\r\"A1\",\"V\",\"\"\r\"A2\",\"B\",\"blocked\"\r",
                    "\"name;a;b;c\",name,subject,status\nx,\"V\r\nW\",A1,\nx,B,A2,blocked\n",
                    utf16("subject\tname\tstatus\r\nA1\tV~ @\t\r\nA2\tB\tblocked\r\n", false),
                    utf16("subject;name;status\nA1;V~ @;\nA2;B;blocked\n", true)));

TEST(Roster, WhatCannotBeReadAsTextIsRefused) {
  const Folder folder;
  const auto said = [&](const std::string& text) {
    replace(folder / "x.csv", text);
    return refusal({.file = folder / "x.csv"});
  };
  EXPECT_THAT(said("subject,a\rA1,b\nA2,c\r"), HasSubstr("fields")) << "ends of two kinds";
  EXPECT_THAT(said("subject,a\nA1,b\rA2,c\n"), HasSubstr("carriage return stands alone"));
  EXPECT_THAT(said(utf16("subject\nA1\n", false) + "\n"), HasSubstr("cut off")) << "half a unit";
  EXPECT_THAT(said(utf16("subject\nA1", false) + std::string("\0\xD8", 2) + utf16("\n", false, false)),
              HasSubstr("UTF-8"));
  EXPECT_THAT(said(utf16("subject\nA1\n", false, false)), HasSubstr("NUL")) << "without its mark";
}

TEST(Csv, AnEndlessLineCostsBoundedMemory) {
  std::size_t given = 0;
  Csv csv([&](char* buffer, std::size_t size) { return std::fill_n(buffer, size, 'x'), given += size, size; },
          "endless");
  std::vector<std::string> fields;
  EXPECT_FALSE(csv.next(fields));
  EXPECT_LE(given, 4 * gatepost::support::max_record);
}

TEST(Csv, ReadsBackWhatIsWritten) {
  EXPECT_TRUE(rc::check("any fields, in any pieces", [] {
    const auto field =
        rc::gen::container<std::string>(rc::gen::element('a', 'b', ',', ';', '\t', '"', '\n', '\r', ' '));
    auto rows = *rc::gen::container<std::vector<std::vector<std::string>>>(
        rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(field)));
    const bool ends_with_cr = *rc::gen::arbitrary<bool>();
    const char separator =
        rows.empty() || rows[0].size() < 2 ? ',' : *rc::gen::element(',', ';', '\t');  // the first line tells it
    std::string text;
    for (const auto& row : rows) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (i > 0) text += separator;
        text += '"';
        for (const char c : row[i]) text += c == '"' ? std::string("\"\"") : std::string(1, c);
        text += '"';
      }
      text += ends_with_cr ? *rc::gen::element<std::string>("\r", "\r\r")
                           : *rc::gen::element<std::string>("\n", "\r\n", "\n\n");
    }
    const auto piece = *rc::gen::inRange<std::size_t>(1, 9);
    std::size_t at = 0;
    Csv csv(
        [&](char* buffer, std::size_t size) {
          const auto copied = text.copy(buffer, std::min(piece, size), at);
          at += copied;
          return copied;
        },
        "x");
    std::vector<std::string> fields;
    for (const auto& row : rows) {
      const auto more = csv.next(fields);
      RC_ASSERT((more.has_value() && *more));
      RC_ASSERT(fields == row);
    }
    const auto end = csv.next(fields);
    RC_ASSERT((end.has_value() && !*end));
  }));
}

}  // namespace
