#include <fmt/core.h>
#include <gmock/gmock.h>
#include <rapidcheck.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "local_store.cpp"

namespace {

using gatepost::Count;
using gatepost::Outcome;
using gatepost::Record;
using gatepost::WallTime;
using testing::HasSubstr;
namespace fs = std::filesystem;

/// A folder that is gone after the test; in memory where there is such a place, since hundreds of syncs are waited for.
class Folder {
 public:
  Folder() {
    const fs::path memory = "/dev/shm";
    const bool writable = ::access(memory.c_str(), W_OK) == 0;
    std::string pattern = ((writable ? memory : fs::temp_directory_path()) / "local_store_XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

std::unique_ptr<LocalStore> make(const Settings& settings) {
  auto made = LocalStore::make(settings, {"store", "/"});
  return made ? std::move(*made) : nullptr;
}

WallTime day(int number) { return WallTime(std::chrono::hours(24 * number)); }

Record attempt(std::uint64_t sequence, WallTime wall, std::string lane = "in", Outcome outcome = Outcome::grant) {
  Record record;
  record.id = {4017, 1, sequence};
  record.wall = wall;
  record.lane = std::move(lane);
  record.outcome = outcome;
  record.subject = "001099000000";
  record.reason = "granted";
  return record;
}

std::vector<Record> attempts(std::uint64_t first, std::size_t count, WallTime wall) {
  std::vector<Record> records;
  for (std::size_t i = 0; i < count; ++i) records.push_back(attempt(first + i, wall));
  return records;
}

using Scans = std::map<std::pair<std::string, Outcome>, std::array<std::uint64_t, 4>>;

Scans scans(gatepost::Sink& store, WallTime now) {
  auto counts = store.counts(now);
  Scans scans;
  if (!counts) {
    ADD_FAILURE() << to_line(counts.error());
    return scans;
  }
  for (const Count& count : *counts)
    if (count.scans[3] != 0) scans[{count.lane, count.outcome}] = count.scans;
  return scans;
}

/// The same by looking at every Record.
Scans naive(std::span<const Record> records, WallTime now) {
  constexpr std::array<gatepost::Duration, 4> windows{1h, 24h, 7 * 24h, 30 * 24h};
  Scans scans;
  for (const Record& record : records) {
    if (record.kind != gatepost::RecordKind::attempt || record.wall > now || record.wall <= now - windows[3]) continue;
    auto& row = scans[{record.lane, record.outcome}];
    for (std::size_t i = 0; i < windows.size(); ++i) row[i] += record.wall > now - windows[i] ? 1U : 0U;
  }
  return scans;
}

std::uint64_t month(gatepost::Sink& store, WallTime now) {
  std::uint64_t sum = 0;
  for (const auto& [key, row] : scans(store, now)) sum += row[3];
  return sum;
}

/// What one SELECT gives, as text.
std::string ask(const fs::path& file, const char* sql) {
  auto database = local_store::Database::open(file, local_store::Access::read);
  if (!database) return to_line(database.error());
  auto statement = local_store::Statement::prepare(*database, sql);
  if (!statement || statement->step() != local_store::Statement::Step::row) return database->error("ask").what;
  return statement->text(0);
}

/// Every Record that the file holds, as far as counting goes.
std::vector<Record> stored(const fs::path& file) {
  std::vector<Record> records;
  auto database = local_store::Database::open(file, local_store::Access::read);
  auto statement = local_store::Statement::prepare(
      *database, "SELECT sequence, wall, lanes.name, outcome, kind FROM records JOIN lanes ON lanes.id = lane");
  while (statement->step() == local_store::Statement::Step::row) {
    records.push_back(attempt(static_cast<std::uint64_t>(statement->integer(0)),
                              WallTime(gatepost::Duration(statement->integer(1))), statement->text(2),
                              static_cast<Outcome>(statement->integer(3))));
    records.back().kind = static_cast<gatepost::RecordKind>(statement->integer(4));
  }
  return records;
}

/// Moments that are likely to be wrong: at and beside the edges of minutes, hours, days and windows, before 1970 too.
rc::Gen<WallTime> moment() {
  return rc::gen::apply(
      [](int days, int hours, int minutes, int nanoseconds) {
        return day(days) + std::chrono::hours(hours) + std::chrono::minutes(minutes) +
               std::chrono::nanoseconds(nanoseconds);
      },
      rc::gen::element(-1, 0, 1, 19999, 20000, 20001, 20007, 20030, 20031, 40000), rc::gen::inRange(-2, 3),
      rc::gen::inRange(-2, 3), rc::gen::inRange(-1, 2));
}

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
  auto database = local_store::Database::open(file, local_store::Access::write);
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
    RC_ASSERT(ask(file, "PRAGMA user_version") == "2");
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
  EXPECT_EQ(ask(file, "SELECT (SELECT user_version FROM pragma_user_version)||' '||max(span) FROM rollups"), "2 5");
}

TEST(LocalStore, AFileOfALaterFormatIsRefusedByBothSides) {
  const Folder folder;
  const auto file = folder / "store.db";
  ASSERT_FALSE(make({.file = file})->deliver(attempts(1, 1, day(20000)), {}).error);
  ASSERT_TRUE(local_store::Database::open(file, local_store::Access::write)->run("PRAGMA user_version = 3"));
  auto store = make({.file = file});
  const auto delivery = store->deliver(attempts(2, 1, day(20000)), {});
  ASSERT_TRUE(delivery.error);
  EXPECT_THAT(to_line(*delivery.error), HasSubstr("format 3"));
  const auto counts = store->counts(day(20000));
  ASSERT_FALSE(counts);
  EXPECT_THAT(to_line(counts.error()), HasSubstr("format 3"));
}

TEST(LocalStore, RowsLeaveAndCountsStayThoseOfTheRowsLeft) {
  EXPECT_TRUE(rc::check("whatever the clock did", [] {
    const Folder folder;
    const auto file = folder / "store.db";
    auto store = make({.file = file, .keep = 31 * 24h});
    std::vector<Record> records;
    for (int block = 0; block < 8; ++block) {
      const auto wall = *moment();
      for (int i = 0; i < 50; ++i)
        records.push_back(attempt(records.size() + 1, i % 7 == 0 ? day(i * 500) : wall + std::chrono::seconds(i)));
    }
    for (std::size_t next = 0; next < records.size(); next += 40)
      RC_ASSERT(!store->deliver(std::span(records).subspan(next, 40), {}).error);
    RC_ASSERT(!store->deliver(records, {}).error);  // those that have left do not come back
    const auto left = stored(file);
    RC_ASSERT(std::stoul(ask(file, "SELECT count(*) FROM records")) == left.size());
    for (int i = 0; i < 4; ++i) {
      const auto now = *moment();
      RC_ASSERT(scans(*store, now) == naive(left, now));
    }
    RC_ASSERT(ask(file, "SELECT count(*) FROM rollups WHERE n <= 0") == "0");
  }));
}

TEST(LocalStore, OldRowsLeaveWhenNewOnesCome) {
  const Folder folder;
  const auto file = folder / "store.db";
  auto store = make({.file = file, .keep = 31 * 24h});
  ASSERT_FALSE(store->deliver(attempts(1, 1000, day(20000)), {}).error);
  ASSERT_FALSE(store->deliver(attempts(1001, 200, day(20030)), {}).error);
  EXPECT_EQ(ask(file, "SELECT count(*) FROM records"), "1200");
  ASSERT_FALSE(store->deliver(attempts(1201, 100, day(20032)), {}).error);
  EXPECT_EQ(ask(file, "SELECT min(sequence) FROM records"), "321");  // in small steps
  for (std::uint64_t i = 0; i < 10; ++i)
    ASSERT_FALSE(store->deliver(attempts(1301 + i * 100, 100, day(20032)), {}).error);
  EXPECT_EQ(ask(file, "SELECT min(sequence) FROM records"), "1001");
  EXPECT_EQ(month(*store, day(20032)), 1300U);
}

TEST(LocalStore, OneWrongClockErasesNothing) {
  const Folder folder;
  auto store = make({.file = folder / "store.db", .keep = 31 * 24h});
  ASSERT_FALSE(store->deliver(attempts(1, 500, day(20000)), {}).error);
  ASSERT_FALSE(store->deliver(attempts(501, 20, day(40000)), {}).error);
  ASSERT_FALSE(store->deliver(attempts(521, 20, day(0)), {}).error);
  ASSERT_FALSE(store->deliver(attempts(541, 100, day(20000)), {}).error);
  EXPECT_EQ(ask(folder / "store.db", "SELECT count(*) FROM records"), "640");
}

TEST(LocalStore, KeepsEveryField) {
  const Folder folder;
  auto store = make({.file = folder / "store.db"});
  Record record = attempt(7, day(20000), "in", Outcome::deny);
  record.details = {{"why", "a \"quoted\" word"}};
  record.device = "gun";
  record.verified = true;
  record.about = 3;
  ASSERT_EQ(store->deliver(std::span(&record, 1), {}).taken, 1U);
  EXPECT_EQ(
      ask(folder / "store.db",
          "SELECT site||' '||epoch||' '||sequence||' '||kind||' '||outcome||' '||subject||' '||reason||' '||device"
          "||' '||verified||' '||about||' '||details FROM records"),
      R"(4017 1 7 0 2 001099000000 granted gun 1 3 {"why":"a \"quoted\" word"})");
}

TEST(LocalStore, AnotherEpochCountsAndAnotherSiteDoesNot) {
  const Folder folder;
  auto store = make({.file = folder / "store.db"});
  auto records = attempts(1, 3, day(20000));
  records[1].id = {4017, 2, 1};
  records[2].id = {4017, 2, 1};  // once more
  ASSERT_FALSE(store->deliver(records, {}).error);
  EXPECT_EQ(month(*store, day(20000)), 2U);
  auto other = attempts(1, 1, day(20000));
  other[0].id.site = 1U + (std::uint64_t{1} << 63U);
  ASSERT_FALSE(store->deliver(other, {}).error);
  EXPECT_EQ(month(*store, day(20000)), 1U);
}

TEST(LocalStore, TheSubjectIsKeptAsSet) {
  const Folder folder;
  // RFC 4231, test case 1.
  std::ofstream(folder / "key") << std::string(20, '\x0b') << "\n";
  auto hash = make({.file = folder / "hash.db", .subject = Subject::hash, .hash_key = folder / "key"});
  auto record = attempt(1, day(20000));
  record.subject = "Hi There";
  ASSERT_FALSE(hash->deliver(std::span(&record, 1), {}).error);
  EXPECT_EQ(ask(folder / "hash.db", "SELECT subject FROM records"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  auto none = make({.file = folder / "none.db", .subject = Subject::none});
  ASSERT_FALSE(none->deliver(std::span(&record, 1), {}).error);
  EXPECT_EQ(ask(folder / "none.db", "SELECT subject FROM records"), "");

  std::ofstream(folder / "short") << "secret\n";
  EXPECT_FALSE(make({.file = folder / "x.db", .subject = Subject::hash, .hash_key = folder / "short"}));
  EXPECT_FALSE(make({.file = folder / "x.db", .subject = Subject::hash, .hash_key = folder / "absent"}));
  EXPECT_FALSE(LocalStore::check({.subject = Subject::hash}));
}

TEST(LocalStore, TheFileIsMadeByTheFirstRecord) {
  const Folder folder;
  const auto file = folder / "new/deep/store?#%.db";
  auto store = make({.file = file});
  EXPECT_FALSE(fs::exists(folder / "new"));
  const auto counts = store->counts(day(20000));
  ASSERT_FALSE(counts);
  EXPECT_THAT(to_line(counts.error()), HasSubstr("gatepost run"));
  EXPECT_FALSE(fs::exists(folder / "new"));
  ASSERT_FALSE(store->deliver(attempts(1, 1, day(20000)), {}).error);
  struct stat status {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  ASSERT_EQ(::stat(file.parent_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0750U);
  EXPECT_EQ(month(*store, day(20000)), 1U);
}

TEST(LocalStore, AnotherProcessCountsWhileThisOneWrites) {
  const Folder folder;
  auto store = make({.file = folder / "store.db"});
  ASSERT_FALSE(store->deliver(attempts(1, 1, day(20000)), {}).error);
  const pid_t child = ::fork();
  if (child == 0) {  // a new object: SQLite must not cross a fork
    auto reader = make({.file = folder / "store.db"});
    std::uint64_t last = 0;
    while (last < 2001) {
      const auto counts = reader->counts(day(20000));
      if (!counts || counts->size() != 1 || counts->front().scans[0] < last) ::_exit(1);
      last = counts->front().scans[0];
      if ((last - 1) % 50 != 0) ::_exit(2);  // half a batch was seen
    }
    ::_exit(0);
  }
  for (std::uint64_t i = 0; i < 40; ++i) ASSERT_FALSE(store->deliver(attempts(2 + i * 50, 50, day(20000)), {}).error);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(LocalStore, AFullDiskLosesAndDoublesNothing) {
  const Folder folder;
  auto store = make({.file = folder / "store.db"});
  ASSERT_FALSE(store->deliver(attempts(1, 10, day(20000)), {}).error);
  const auto batch = attempts(11, 5000, day(20000));
  struct rlimit old {};
  ::getrlimit(RLIMIT_FSIZE, &old);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit tight { 64 * 1024, old.rlim_max };
  ::setrlimit(RLIMIT_FSIZE, &tight);
  const auto first = store->deliver(batch, {});
  const auto second = store->deliver(batch, {});
  ::setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, handler);
  for (const auto& delivery : {first, second}) {
    ASSERT_TRUE(delivery.error);
    EXPECT_EQ(delivery.taken, 0U);
    EXPECT_FALSE(delivery.refused);
    EXPECT_FALSE(delivery.error->remedy.empty());
  }
  EXPECT_EQ(month(*store, day(20000)), 10U);
  ASSERT_FALSE(store->deliver(batch, {}).error);
  EXPECT_EQ(month(*store, day(20000)), 5010U);
}

TEST(LocalStore, ALockedFileIsSaidSoAndTriedAgain) {
  const Folder folder;
  auto store = make({.file = folder / "store.db"});
  ASSERT_FALSE(store->deliver(attempts(1, 1, day(20000)), {}).error);
  {
    auto other = local_store::Database::open(folder / "store.db", local_store::Access::write);
    ASSERT_TRUE(other && other->run("BEGIN IMMEDIATE"));
    const auto delivery = store->deliver(attempts(2, 1, day(20000)), {});
    ASSERT_TRUE(delivery.error);
    EXPECT_THAT(to_line(*delivery.error), HasSubstr("close the other program"));
  }
  ASSERT_FALSE(store->deliver(attempts(2, 1, day(20000)), {}).error);
  EXPECT_EQ(month(*store, day(20000)), 2U);
}

TEST(LocalStore, AForeignOrSpoiltFileIsLeftAlone) {
  const Folder folder;
  const auto file = folder / "store.db";
  std::ofstream(file) << std::string(8192, 'x');
  auto store = make({.file = file});
  auto delivery = store->deliver(attempts(1, 1, day(20000)), {});
  ASSERT_TRUE(delivery.error);
  EXPECT_THAT(to_line(*delivery.error), HasSubstr("move the file away"));
  EXPECT_EQ(fs::file_size(file), 8192U);
  EXPECT_FALSE(store->counts(day(20000)));

  fs::remove(file);
  {
    std::ofstream{file};
    auto other = local_store::Database::open(file, local_store::Access::write);
    ASSERT_TRUE(other && other->run("CREATE TABLE lanes(x)"));
  }
  delivery = store->deliver(attempts(1, 1, day(20000)), {});
  ASSERT_TRUE(delivery.error);
  EXPECT_THAT(to_line(*delivery.error), HasSubstr("another program"));
  EXPECT_EQ(ask(file, "PRAGMA journal_mode"), "delete");

  fs::remove(file);  // and once it is gone, all is well
  EXPECT_FALSE(store->deliver(attempts(1, 1, day(20000)), {}).error);
}

TEST(LocalStore, StopsBetweenTwoRecords) {
  const Folder folder;
  auto store = make({.file = folder / "store.db"});
  std::stop_source stop;
  stop.request_stop();
  const auto delivery = store->deliver(attempts(1, 10, day(20000)), stop.get_token());
  EXPECT_EQ(delivery.taken, 0U);
  EXPECT_FALSE(delivery.error);
}

TEST(LocalStore, TakenIsSynced) {
  const Folder folder;
  auto opened = local_store::Store::open(folder / "store.db", veil_of(Subject::clear, {}), 400 * 24h, {});
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->synchronous(), 2);  // FULL, of https://www.sqlite.org/pragma.html#pragma_synchronous
}

}  // namespace
