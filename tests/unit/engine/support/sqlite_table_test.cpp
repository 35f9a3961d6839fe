#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <gatepost/support/sqlite_table.hpp>

#include <algorithm>
#include <atomic>
#include <thread>

#include "world/scratch.hpp"

namespace gatepost::support {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Places = std::vector<std::size_t>;

class SqliteTables : public testing::Test {
 protected:
  std::filesystem::path file() const { return disk_ / "list.db"; }
  void run(const std::string& script) const {
    Database::open(file(), Database::Access::create).value().run(script).value();
  }
  SqliteSource source(std::size_t most_rows = 100, std::size_t longest_row = 100) const {
    return {.file = file(), .table = "list", .noun = "list", .most_rows = most_rows, .longest_row = longest_row};
  }
  world::Scratch disk_{world::memory()};
};

TEST_F(SqliteTables, ReadTheColumnsThatAreAskedFor) {
  run("CREATE TABLE list(' Subject ' TEXT, picture BLOB, until); INSERT INTO list VALUES('A',x'00',5),('B',NULL,NULL)");
  auto table = SqliteTable::open(source());
  ASSERT_TRUE(table) << to_line(table.error());
  EXPECT_THAT(table->written_names(), ElementsAre(" Subject ", "picture", "until"));
  ASSERT_EQ(table->column("subject"), 0U);
  EXPECT_EQ(table->column("Subject"), std::nullopt) << "asked for by its plain name";
  ASSERT_TRUE(table->read_all({0, 2}));
  ASSERT_TRUE(*table->next());
  EXPECT_EQ(table->field(0) + table->field(1) + table->field(2), "A5");
  EXPECT_TRUE(table->is_text(0));
  EXPECT_FALSE(table->is_text(2));
  ASSERT_TRUE(*table->next());
  EXPECT_EQ(table->field(0) + table->field(1) + table->field(2), "B");
  EXPECT_EQ(table->error(2, "bad", "").where, file().string() + ", table 'list', row 2, column 'until'");
  EXPECT_FALSE(*table->next());
}

TEST_F(SqliteTables, AreBounded) {
  run("CREATE TABLE list(subject TEXT PRIMARY KEY, note); INSERT INTO list VALUES('A','x'),('B','yy'),('C','z')");
  auto few = SqliteTable::open(source(2));
  ASSERT_TRUE(few->read_all({0}));
  EXPECT_THAT(to_line(few->each_row([] { return Result<void>(); }).error()),
              HasSubstr("row 3: there are more than 2 rows"));
  auto narrow = SqliteTable::open(source(100, 2));
  ASSERT_TRUE(narrow->read_all({0, 1}));
  EXPECT_THAT(to_line(narrow->each_row([] { return Result<void>(); }).error()),
              HasSubstr("row 2: a row is longer than 2 bytes"));
  ASSERT_TRUE(narrow->read_all({0}));
  EXPECT_TRUE(narrow->each_row([] { return Result<void>(); })) << "what is not read may be as long as it likes";
}

TEST_F(SqliteTables, SayWhatTheyLack) {
  EXPECT_THAT(to_line(SqliteTable::open(source()).error()), HasSubstr("cannot read the list: "));
  run("CREATE TABLE list(subject)");
  auto wrong = source();
  wrong.table = "it's";
  EXPECT_THAT(to_line(SqliteTable::open(wrong).error()), HasSubstr("the list has no table 'it's'"));
  auto unique = source();
  unique.has_unique_keys = true;
  for (const auto& [one, remedy] :
       {std::pair(source(), "CREATE INDEX by_subject ON \"list\"(\"subject\")"), {unique, "CREATE UNIQUE INDEX"}})
    EXPECT_THAT(to_line(SqliteTable::open(one)->read_by(0, {0}).error()), HasSubstr(remedy));
}

// As plain as can be: each row with that key, in the order of their making.
RC_GTEST_PROP(SqliteLookupProperty, FindsEachRowOfAKeyAndNoOther, ()) {
  const world::Scratch disk(world::memory());
  const auto keys = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("a", "A", "7", "07", " a", "a'", "\xC3\xA4"));
  auto database = Database::open(disk / "list.db", Database::Access::create).value();
  database
      .run("PRAGMA synchronous = OFF; CREATE TABLE list(subject COLLATE NOCASE, n); CREATE INDEX i ON list(subject)")
      .value();
  for (std::size_t i = 0; i < keys.size(); ++i) database.run("INSERT INTO list VALUES(?,?)", keys[i], i).value();
  SqliteLookup<Places> lookup({.file = disk / "list.db", .table = "list", .noun = "list"},
                              [](SqliteTable& table) -> Result<Places> {
                                if (auto prepared = table.read_by(0, {1}); !prepared) return prepared.error();
                                return Places{1};
                              });
  RC_ASSERT(lookup.begin().has_value());
  for (const std::string key : {"a", "A", "7", "07", " a", "a'", "\xC3\xA4", ""}) {
    std::vector<std::string> found, wanted;
    const auto read = lookup.each(key, [&](const auto& line) -> Result<bool> {
      found.push_back(line.table.field(line.columns[0]));
      return true;
    });
    RC_ASSERT(read.has_value());
    for (std::size_t i = 0; i < keys.size(); ++i)
      if (keys[i] == key) wanted.push_back(std::to_string(i));
    RC_ASSERT(found == wanted);
  }
}

TEST_F(SqliteTables, AreLookedIntoByManyAtOnceAndLetGoOfWhatTheyRead) {
  run("PRAGMA journal_mode = WAL; CREATE TABLE list(subject PRIMARY KEY, n); INSERT INTO list VALUES('A',0)");
  SqliteLookup<Places> lookup(source(), [](SqliteTable& table) -> Result<Places> {
    if (auto prepared = table.read_by(0, {1}); !prepared) return prepared.error();
    return Places{};
  });
  ASSERT_TRUE(lookup.begin());
  std::atomic<int> wrong = 0;
  const auto ask = [&](const char* wanted) {
    std::string found;
    const auto read = lookup.each("A", [&](const auto& line) -> Result<bool> {
      found = line.table.field(1);
      return false;  // before the end of the reading
    });
    wrong += !read || found != wanted;
  };
  for (const char* round : {"0", "1", "2"}) {
    run("UPDATE list SET n = " + std::string(round));
    std::vector<std::jthread> lanes;
    for (int lane = 0; lane < 4; ++lane)
      lanes.emplace_back([&] {
        for (int i = 0; i < 200; ++i) ask(round);
      });
  }
  EXPECT_EQ(wrong, 0) << "each reading sees the last commit";
}

TEST_F(SqliteTables, HoldNobodyUpWhoWritesOnceAReadingIsOver) {
  run("CREATE TABLE list(subject, n); CREATE INDEX i ON list(subject); INSERT INTO list VALUES('A',0),('A',1)");
  SqliteLookup<Places> lookup(source(), [](SqliteTable& table) -> Result<Places> {
    if (auto prepared = table.read_by(0, {1}); !prepared) return prepared.error();
    return Places{};
  });
  ASSERT_TRUE(lookup.begin());
  ASSERT_TRUE(lookup.each("A", [](const auto&) -> Result<bool> { return false; }));
  auto writer = Database::open(file(), Database::Access::write).value();
  EXPECT_TRUE(writer.run("PRAGMA busy_timeout = 0; UPDATE list SET n = 2"));
}

TEST_F(SqliteTables, AnErrorOfWhoReadsEndsTheReading) {
  run("CREATE TABLE list(subject PRIMARY KEY); INSERT INTO list VALUES('A')");
  SqliteLookup<Places> lookup(source(), [](SqliteTable& table) -> Result<Places> {
    if (auto prepared = table.read_by(0, {0}); !prepared) return prepared.error();
    return Places{};
  });
  const auto read =
      lookup.each("A", [](const auto& line) -> Result<bool> { return line.table.row_error("bad", "mend it"); });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().what, "bad");
  EXPECT_TRUE(lookup.each("A", [](const auto&) -> Result<bool> { return true; }));
}

}  // namespace
}  // namespace gatepost::support
