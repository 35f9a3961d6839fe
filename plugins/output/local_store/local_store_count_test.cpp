// Counts, through leaps of the clock and from files of earlier formats.
#include "test_parts.hpp"

namespace {

rc::Gen<std::vector<Record>> history() {
  return rc::gen::map(
      rc::gen::container<std::vector<std::tuple<WallTime, int, int, int>>>(rc::gen::tuple(
          moment(), rc::gen::inRange(0, 3), rc::gen::inRange(0, 3), rc::gen::weightedElement<int>({{6, 0}, {1, 1}}))),
      [](const auto& rows) {
        std::vector<Record> records;
        for (const auto& [wall, lane, outcome, kind] : rows) {
          records.push_back(attempt(records.size() + 1, wall, "lane " + std::to_string(lane), Outcome{}));
          records.back().outcome = static_cast<Outcome>(outcome);
          records.back().kind = static_cast<gatepost::RecordKind>(kind);
        }
        return records;
      });
}

TEST(LocalStore, CountsAreThoseOfALookAtEveryRecord) {
  EXPECT_TRUE(rc::check("any times, lanes, outcomes, batches with repeats, and window ends", [] {
    const Folder folder;
    auto store = make({.file = folder / "store.db"});
    const auto records = *history();
    RC_PRE(!records.empty());
    for (std::size_t next = 0; next < records.size();) {
      const auto back = *rc::gen::inRange<std::size_t>(0, next + 1);  // some come again
      const auto end = *rc::gen::inRange(next + 1, records.size() + 1);
      const auto delivery = store->deliver(std::span(records).subspan(back, end - back), {});
      RC_ASSERT(!delivery.error);
      RC_ASSERT(delivery.taken == end - back);
      if (*rc::gen::weightedElement<bool>({{1, true}, {4, false}})) store = make({.file = folder / "store.db"});
      next = end;
    }
    for (int i = 0; i < 4; ++i) {
      const auto now = *moment();
      RC_ASSERT(scans(*store, now) == naive(records, now));
    }
  }));
}

/// Steps of a clock: to both sides of where the nearest minute, hour or day becomes the next one, and of the windows'
/// lengths.
rc::Gen<gatepost::Duration> leap() {
  return rc::gen::apply(
      [](gatepost::Duration step, int sign, int nanoseconds) { return sign * step + gatepost::Duration(nanoseconds); },
      rc::gen::element<gatepost::Duration>(0s, 1s, 29s, 30s, 31s, 1min, 29min, 30min, 31min, 1h, 11h, 12h, 13h, 24h,
                                           6 * 24h, 7 * 24h, 15 * 24h, 30 * 24h, 31 * 24h, 20000 * 24h),
      rc::gen::weightedElement<int>({{3, 1}, {1, -1}}), rc::gen::inRange(-1, 2));
}

TEST(LocalStore, CountsHoldWhereverTheClockLeaps) {
  EXPECT_TRUE(rc::check("a gate begins in 1970, and its clock leaps forward and back", [] {
    const Folder folder;
    auto store = make({.file = folder / "store.db"});
    std::vector<Record> records;
    WallTime wall{};
    for (const auto step : *rc::gen::container<std::vector<gatepost::Duration>>(60, leap())) {
      if (records.size() % 3 == 0) wall = std::clamp(wall + step, day(-40000), day(60000));
      records.push_back(attempt(records.size() + 1, wall, records.size() % 2 == 0 ? "in" : "out"));
      wall += *rc::gen::element<gatepost::Duration>(0s, 1ns, 500ms, 20s);
    }
    RC_ASSERT(!store->deliver(std::span(records).first(40), {}).error);
    RC_ASSERT(!store->deliver(std::span(records).subspan(20), {}).error);  // some come again
    for (int i = 0; i < 20; ++i) {
      const auto now = records[*rc::gen::inRange<std::size_t>(0, 60)].wall + *leap();
      RC_ASSERT(scans(*store, now) == naive(records, now));
    }
  }));
}

/// What the program of format 1 made of these Records, by its own tables and sums.
void write_format_1(const fs::path& file, std::span<const Record> records) {
  std::ofstream{file};
  auto database = local_store::open_file(file, Database::Access::write);
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->run(R"(PRAGMA journal_mode = WAL; BEGIN;
    PRAGMA application_id = 1196454772; PRAGMA user_version = 1;
    CREATE TABLE lanes(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE marks(site INTEGER, epoch INTEGER, sequence INTEGER NOT NULL, PRIMARY KEY(site, epoch)) WITHOUT ROWID;
    CREATE TABLE latest(one INTEGER PRIMARY KEY CHECK(one = 1), site INTEGER NOT NULL);
    CREATE TABLE records(site INTEGER, epoch INTEGER, sequence INTEGER, kind INTEGER NOT NULL, wall INTEGER NOT NULL,
      at INTEGER NOT NULL, boot TEXT NOT NULL, lane INTEGER NOT NULL, direction INTEGER NOT NULL, device TEXT NOT NULL,
      symbology TEXT NOT NULL, scheme TEXT NOT NULL, subject TEXT NOT NULL, verified INTEGER NOT NULL,
      outcome INTEGER NOT NULL, reason TEXT NOT NULL, about INTEGER NOT NULL, details TEXT NOT NULL,
      PRIMARY KEY(site, epoch, sequence)) WITHOUT ROWID;
    CREATE INDEX attempts ON records(site, wall, lane, outcome) WHERE kind = 0;
    CREATE TABLE rollups(site INTEGER, span INTEGER, start INTEGER, lane INTEGER, outcome INTEGER, n INTEGER NOT NULL,
      PRIMARY KEY(site, span, start, lane, outcome)) WITHOUT ROWID;
    INSERT INTO latest VALUES(1, 4017))"));
  for (const Record& record : records) {
    const auto wall = record.wall;
    const std::string values = fmt::format(
        "INSERT OR IGNORE INTO lanes(name) VALUES('{1}'); INSERT INTO records SELECT 4017, 1, {0}, {2}, {3}, 0, '', id,"
        " 0, '', '', '', '', 0, {4}, '', 0, '' FROM lanes WHERE name = '{1}';"
        "INSERT OR REPLACE INTO marks VALUES(4017, 1, {0});",
        record.id.sequence, record.lane, static_cast<int>(record.kind), wall.time_since_epoch().count(),
        static_cast<int>(record.outcome));
    ASSERT_TRUE(database->run(values.c_str()));
    if (record.kind != gatepost::RecordKind::attempt) continue;
    const std::array starts{std::chrono::floor<std::chrono::minutes>(wall).time_since_epoch().count(),
                            std::chrono::floor<std::chrono::hours>(wall).time_since_epoch().count(),
                            std::chrono::floor<std::chrono::days>(wall).time_since_epoch().count()};
    for (std::size_t i = 0; i < starts.size(); ++i)
      ASSERT_TRUE(
          database->run(fmt::format("INSERT INTO rollups SELECT 4017, {}, {}, id, {}, 1 FROM lanes WHERE name = "
                                    "'{}' ON CONFLICT DO UPDATE SET n = n + 1",
                                    i + 1, starts.at(i), static_cast<int>(record.outcome), record.lane)
                            .c_str()));
  }
  ASSERT_TRUE(database->run("COMMIT"));
}

TEST(LocalStore, AFileOfTheFirstFormatIsCountedAndBroughtToThisOne) {
  EXPECT_TRUE(rc::check("any times, lanes and outcomes", [] {
    const Folder folder;
    const auto file = folder / "store.db";
    const auto records = *history();
    RC_PRE(!records.empty());
    const auto old = std::span(records).first((records.size() + 1) / 2);
    write_format_1(file, old);
    RC_ASSERT(!testing::Test::HasFatalFailure());
    auto store = make({.file = file});
    auto now = *moment();
    RC_ASSERT(scans(*store, now) == naive(old, now));
    RC_ASSERT(ask(file, "PRAGMA user_version") == "1");
    RC_ASSERT(!store->deliver(records, {}).error);  // what it held comes again
    RC_ASSERT(ask(file, "PRAGMA user_version") == "3");
    for (int i = 0; i < 4; ++i) {
      now = *moment();
      RC_ASSERT(scans(*store, now) == naive(records, now));
    }
    RC_ASSERT(ask(file, "SELECT count(DISTINCT t) FROM (SELECT sum(n) AS t FROM rollups GROUP BY span)") <= "1");
  }));
}

TEST(LocalStore, AFileIsBroughtToThisFormatWholeOrNotAtAll) {
  const Folder folder;
  const auto file = folder / "store.db";
  std::vector<Record> records;
  for (int i = 0; i < 3000; ++i) records.push_back(attempt(records.size() + 1, day(20000) + std::chrono::minutes(i)));
  write_format_1(file, records);
  std::stop_source stop;
  stop.request_stop();
  auto store = make({.file = file});
  const auto stopped = store->deliver(attempts(3001, 1, day(20001)), stop.get_token());
  ASSERT_TRUE(stopped.error);
  EXPECT_THAT(to_line(*stopped.error), HasSubstr("interrupted"));
  EXPECT_EQ(ask(file, "SELECT (SELECT user_version FROM pragma_user_version)||' '||max(span) FROM rollups"), "1 3");
  ASSERT_FALSE(store->deliver(attempts(3001, 1, day(20001)), {}).error);
  EXPECT_EQ(ask(file, "SELECT (SELECT user_version FROM pragma_user_version)||' '||max(span) FROM rollups"), "3 5");
}

TEST(LocalStore, AFileOfALaterFormatIsRefusedByBothSides) {
  const Folder folder;
  const auto file = folder / "store.db";
  ASSERT_FALSE(make({.file = file})->deliver(attempts(1, 1, day(20000)), {}).error);
  ASSERT_TRUE(local_store::open_file(file, Database::Access::write)->run("PRAGMA user_version = 4"));
  auto store = make({.file = file});
  const auto delivery = store->deliver(attempts(2, 1, day(20000)), {});
  ASSERT_TRUE(delivery.error);
  EXPECT_THAT(to_line(*delivery.error), HasSubstr("format 4"));
  const auto counts = store->counts(day(20000));
  ASSERT_FALSE(counts);
  EXPECT_THAT(to_line(counts.error()), HasSubstr("format 4"));
}

}  // namespace
