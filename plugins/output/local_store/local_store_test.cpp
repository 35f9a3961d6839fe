#include "test_parts.hpp"
#include "world/locks.hpp"

namespace {

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

TEST(LocalStore, TheBytesOfADamagedScanAreKeptAsTheSubjectIs) {
  const Folder folder;
  std::ofstream(folder / "key") << std::string(20, '\x0b');
  auto record = attempt(1, day(20000));
  record.details = {{"damage", "gap"}, {gatepost::damaged_bytes, "E0001"}};
  const auto kept = [&](const char* name, Subject subject) {
    auto store = make({.file = folder / name, .subject = subject, .hash_key = folder / "key"});
    EXPECT_FALSE(store->deliver(std::span(&record, 1), {}).error);
    return ask(folder / name, "SELECT details FROM records");
  };
  EXPECT_EQ(kept("clear.db", Subject::clear), R"({"bytes":"E0001","damage":"gap"})");
  EXPECT_EQ(kept("hash.db", Subject::hash), R"({"damage":"gap"})");
  EXPECT_EQ(kept("none.db", Subject::none), R"({"damage":"gap"})");
}

TEST(LocalStore, AttributesAreKeptWhereSubjectsAreAsTheyAre) {
  const Folder folder;
  std::ofstream(folder / "key") << std::string(20, '\x0b');
  auto record = attempt(1, day(20000));
  record.attributes = {{"name", "Lan"}};
  const auto kept = [&](const char* name, Subject subject) {
    auto store = make({.file = folder / name, .subject = subject, .hash_key = folder / "key"});
    EXPECT_FALSE(store->deliver(std::span(&record, 1), {}).error);
    return ask(folder / name, "SELECT attributes FROM records");
  };
  EXPECT_EQ(kept("clear.db", Subject::clear), R"({"name":"Lan"})");
  EXPECT_EQ(kept("hash.db", Subject::hash), "");
  EXPECT_EQ(kept("none.db", Subject::none), "");
}

TEST(LocalStore, AKeyFileIsPlainBytes) {
  const Folder folder;
  const auto made = [&](const std::string& key) {
    std::ofstream(folder / "key", std::ios::binary) << key;
    return bool(make({.file = folder / "x.db", .subject = Subject::hash, .hash_key = folder / "key"}));
  };
  EXPECT_TRUE(made("0123456789abcdef0123\n"));
  EXPECT_FALSE(
      made("\xEF\xBB\xBF"
           "0123456789abcdef0123\n"));
  std::string wide = "\xFF\xFE";
  for (const char c : std::string("0123456789abcdef")) (wide += c) += '\0';
  EXPECT_FALSE(made(wide));
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
    auto other = local_store::open_file(folder / "store.db", Database::Access::write);
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
    auto other = local_store::open_file(file, Database::Access::write);
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

// As a reload makes one beside the one at work.
TEST(LocalStore, AnotherOneOfTheSameFileLeavesTheFirstItsLock) {
  const Folder folder;
  const auto file = folder / "store.db";
  const auto first = local_store::Store::open(file, veil_of(Subject::clear, {}), 400 * 24h, {});
  ASSERT_TRUE(first);
  ASSERT_TRUE(gatepost::world::holds_lock(file));
  const auto second = local_store::Store::open(file, veil_of(Subject::clear, {}), 400 * 24h, {});
  ASSERT_TRUE(second) << to_line(second.error());
  EXPECT_TRUE(gatepost::world::holds_lock(file));
}

TEST(LocalStore, TakenIsSynced) {
  const Folder folder;
  auto opened = local_store::Store::open(folder / "store.db", veil_of(Subject::clear, {}), 400 * 24h, {});
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->synchronous(), 2);  // FULL, of https://www.sqlite.org/pragma.html#pragma_synchronous
}

std::vector<Record> hashed(std::uint64_t epoch, std::uint64_t first, std::size_t count) {
  auto records = attempts(first, count, day(20000));
  for (Record& record : records) {
    record.id.epoch = epoch;
    record.hash.fill(std::byte(epoch * 16 + record.id.sequence));
  }
  return records;
}

std::optional<gatepost::Held> newest(LocalStore& store, std::uint64_t site = 4017) {
  auto held = store.newest(site, {});
  EXPECT_TRUE(held) << to_line(held.error());
  return held ? *held : std::nullopt;
}

TEST(LocalStore, SaysWhichRecordIsTheNewestThatItHolds) {
  const Folder folder;
  const auto file = folder / "store.db";
  auto store = make({.file = file});
  EXPECT_FALSE(newest(*store));
  EXPECT_FALSE(fs::exists(file)) << "no file is made to say so";
  const auto first = hashed(1, 1, 3), second = hashed(2, 1, 2), late = hashed(1, 4, 1);
  for (const auto* batch : {&first, &second, &late}) ASSERT_FALSE(store->deliver(*batch, {}).error);
  for (int round = 0; round < 2; ++round) {
    const auto held = newest(*store);
    ASSERT_TRUE(held);
    EXPECT_EQ(held->id, second.back().id) << "an earlier epoch that comes late is not the newest";
    EXPECT_EQ(held->hash, second.back().hash);
    EXPECT_FALSE(newest(*store, 4018)) << "of another site it has none";
    store = make({.file = file});
  }
  auto other = hashed(2, 2, 1);
  other[0].hash.fill(std::byte{99});
  ASSERT_FALSE(store->deliver(other, {}).error);
  EXPECT_EQ(newest(*store)->hash, second.back().hash) << "what it did not keep it does not hold";
}

TEST(LocalStore, OfAFileOfAnOlderProgramTheNumberAlone) {
  const Folder folder;
  auto store = make({.file = folder / "store.db"});
  ASSERT_FALSE(store->deliver(hashed(1, 1, 3), {}).error);
  auto database = local_store::open_file(folder / "store.db", Database::Access::write);
  ASSERT_TRUE(database->run("UPDATE newest SET sequence = 2"));  // it went on without telling
  const auto held = newest(*store);
  ASSERT_TRUE(held);
  EXPECT_EQ(held->id.sequence, 3U);
  EXPECT_EQ(held->hash, gatepost::Held().hash);
}

}  // namespace
