#include <gmock/gmock.h>

#include <fstream>
#include <gatepost/support/sqlite.hpp>
#include <vector>

#include "world/scratch.hpp"

namespace gatepost::support {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Access = Database::Access;

class Sqlite : public testing::Test {
 protected:
  Sqlite() { database_.run("CREATE TABLE t(n INTEGER PRIMARY KEY, word TEXT, bytes BLOB)").value(); }

  std::vector<std::int64_t> numbers() {
    std::vector<std::int64_t> all;
    auto rows = database_.prepare("SELECT n FROM t ORDER BY n").value();
    rows.each([&] { all.push_back(rows.integer(0)); }).value();
    return all;
  }

  world::Scratch scratch_;
  std::filesystem::path file_ = scratch_ / "a?b#c%d.db";
  Database database_ = Database::open(file_, Access::create).value();
};

enum class Colour : std::uint8_t { red = 1, green = 2 };

TEST_F(Sqlite, GivesBackWhatWasBound) {
  const std::vector<std::byte> bytes{std::byte{0}, std::byte{255}};
  auto insert = database_.prepare("INSERT INTO t VALUES(?, ?, ?)").value();
  insert.bind(Colour::green, std::string("a'b\0c", 5), bytes).run().value();
  insert.bind(std::uint64_t{7}, std::string_view(), std::span<const std::byte>()).run().value();
  auto rows = database_.prepare("SELECT n, word, bytes, word IS NULL, bytes IS NULL FROM t ORDER BY n").value();
  ASSERT_TRUE(rows.step().value());
  EXPECT_EQ(rows.integer<Colour>(0), Colour::green);
  EXPECT_EQ(rows.text(1), std::string_view("a'b\0c", 5));
  EXPECT_THAT(rows.bytes(2), ElementsAre(std::byte{0}, std::byte{255}));
  ASSERT_TRUE(rows.step().value());
  EXPECT_EQ(rows.integer(0), 7);
  EXPECT_EQ(rows.text(1), "");
  EXPECT_EQ(rows.integer(3) + rows.integer(4), 0) << "an empty text is none that is missing";
  EXPECT_FALSE(rows.step().value());
}

TEST_F(Sqlite, EachEndsWhereItIsToldAndCanBeRunAgain) {
  for (int n = 1; n <= 3; ++n) database_.run("INSERT INTO t(n) VALUES(?)", n).value();
  auto rows = database_.prepare("SELECT n FROM t WHERE n >= ? ORDER BY n").value();
  for (int again = 0; again < 2; ++again) {
    std::vector<std::int64_t> seen;
    const auto until_two = [&] {
      seen.push_back(rows.integer(0));
      return seen.back() < 2;
    };
    rows.bind(1).each(until_two).value();
    EXPECT_THAT(seen, ElementsAre(1, 2));
  }
  EXPECT_TRUE(database_.run("DROP TABLE t")) << "a statement that is read to no end would lock the table";
}

TEST_F(Sqlite, AnIntegerOfNoRowIsZero) {
  EXPECT_EQ(database_.integer("SELECT n FROM t WHERE n = ?", 5).value(), 0);
  database_.run("INSERT INTO t(n) VALUES(?)", 5).value();
  EXPECT_EQ(database_.integer<unsigned>("SELECT n FROM t WHERE n = ?", 5).value(), 5U);
}

TEST_F(Sqlite, ATransactionIsKeptWholeOrNotAtAll) {
  const auto insert = [&](int n) { return database_.run("INSERT INTO t(n) VALUES(?)", n); };
  EXPECT_TRUE(database_.transaction([&] { return insert(1); }));
  const auto failed = database_.transaction([&]() -> Result<int> {
    insert(2).value();
    EXPECT_TRUE(database_.in_transaction());
    if (auto twice = insert(1); !twice) return twice.error();
    return 0;
  });
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().what, HasSubstr("UNIQUE"));
  EXPECT_FALSE(database_.in_transaction());
  EXPECT_THAT(numbers(), ElementsAre(1));
}

TEST_F(Sqlite, AnErrorSaysWhereAndWhatToDo) {
  auto other = Database::open(file_, Access::write).value();
  other.run("PRAGMA busy_timeout = 1").value();
  database_.run("BEGIN IMMEDIATE").value();
  const auto busy = other.run("BEGIN IMMEDIATE");
  ASSERT_FALSE(busy);
  EXPECT_EQ(busy.error().where, file_.string());
  EXPECT_THAT(busy.error().what, HasSubstr("(SQLite 5)"));
  EXPECT_THAT(busy.error().remedy, HasSubstr("other program"));
  EXPECT_EQ(other.health().blocked, 1U);
  EXPECT_FALSE(other.health().spoilt);
  EXPECT_FALSE(Database::open(scratch_ / "none.db", Access::write)) << "only `create` makes a file";
}

TEST_F(Sqlite, AFileThatIsSpoiltIsTold) {
  std::ofstream(scratch_ / "spoilt.db") << std::string(8192, 'x');
  auto spoilt = Database::open(scratch_ / "spoilt.db", Access::read).value();
  EXPECT_FALSE(spoilt.run("SELECT * FROM t"));
  EXPECT_TRUE(spoilt.health().spoilt);
  EXPECT_FALSE(is_database(scratch_ / "spoilt.db"));
  EXPECT_FALSE(is_database(scratch_ / "none.db"));
  EXPECT_TRUE(is_database(file_));
}

// A write-ahead log needs an index beside it; on a disk that nobody may write there is none.
TEST_F(Sqlite, AnImmutableFileIsReadWithoutAnythingBesideIt) {
  database_.run("PRAGMA journal_mode = WAL; INSERT INTO t(n) VALUES(4)").value();
  database_ = {};
  auto alone = Database::open(file_, Access::immutable).value();
  EXPECT_EQ(alone.integer("SELECT max(n) FROM t").value(), 4);
  EXPECT_FALSE(std::filesystem::exists(file_.string() + "-shm"));
  EXPECT_FALSE(alone.run("INSERT INTO t(n) VALUES(5)"));
}

TEST_F(Sqlite, WhatRunsEndsWhenItIsToldToStop) {
  constexpr const char* endless =
      "WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count) SELECT max(n) FROM count";
  std::stop_source stop;
  database_.stop_by(stop.get_token());
  EXPECT_EQ(database_.integer("SELECT 1").value(), 1);
  stop.request_stop();
  EXPECT_FALSE(database_.run(endless));
  database_.stop_by({});
  EXPECT_TRUE(
      database_.run("WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < 100000) "
                    "SELECT max(n) FROM count"));
}

TEST_F(Sqlite, AnIdentifierIsQuoted) {
  EXPECT_EQ(quoted_identifier("a\"b c"), "\"a\"\"b c\"");
  database_.run("CREATE TABLE " + quoted_identifier("; DROP TABLE t") + "(n)").value();
  EXPECT_TRUE(numbers().empty());
}

TEST_F(Sqlite, AStatementMayOutliveItsDatabase) {
  auto select = database_.prepare("SELECT 3").value();
  database_ = {};
  ASSERT_TRUE(select.step().value());
  EXPECT_EQ(select.integer(0), 3);
}

}  // namespace
}  // namespace gatepost::support
