// SQLite on the disk that forgets: it keeps what it promises on an honest one, and cannot on another.
#include "simulation/disk/vfs.hpp"

#include <gtest/gtest.h>

#include <gatepost/support/sqlite.hpp>
#include <optional>

#include "simulation/disk/simulated_disk.hpp"

namespace gatepost::simulation {
namespace {

using support::Database;

constexpr const char* file = "/data/test.db";

Result<Database> open(Machine& machine, const char* synchronous = "FULL") {
  auto database = Database::open(file, Database::Access::create, machine.vfs.name());
  if (!database) return database;
  for (const std::string& sql :
       {std::string("PRAGMA journal_mode = WAL"), std::string("PRAGMA synchronous = ") + synchronous,
        std::string("PRAGMA wal_autocheckpoint = 4"), std::string("PRAGMA temp_store = MEMORY"),
        std::string("CREATE TABLE IF NOT EXISTS t(n INTEGER PRIMARY KEY, b BLOB)")})
    if (auto ran = database->run(sql); !ran) return ran.error();
  return database;
}

// Transactions of two rows each until the disk goes down; how many were promised.
std::uint64_t work(Machine& machine, std::uint64_t most, const char* synchronous = "FULL") {
  auto database = open(machine, synchronous);
  if (!database) return 0;
  std::uint64_t promised = 0;
  for (std::uint64_t i = 0; i < most; ++i) {
    const bool done = database->run("BEGIN IMMEDIATE") && database->run("INSERT INTO t(b) VALUES(randomblob(700))") &&
                      database->run("INSERT INTO t(b) VALUES(randomblob(700))") && database->run("COMMIT");
    if (!done) break;
    promised = i + 1;
  }
  return promised;
}

// Rows there now; nothing where the file is not whole, or a transaction is there by half.
std::optional<std::uint64_t> rows(Machine& machine) {
  auto database = open(machine);
  if (!database) return {};
  auto check = database->prepare("PRAGMA integrity_check");
  if (!check || !check->step() || check->text(0) != "ok") return {};
  check->reset();
  const auto count = database->integer("SELECT count(*) FROM t");
  const auto last = database->integer("SELECT ifnull(max(n), 0) FROM t");
  if (!count || !last || *count != *last || *count % 2 != 0) return {};
  return static_cast<std::uint64_t>(*count);
}

// The power goes at each call in turn, with several draws of what is left.
void cut_everywhere(const DiskSettings& settings) {
  std::uint64_t calls = 0;
  {
    Machine whole(Seed(1), settings);
    ASSERT_EQ(work(whole, 8), 8U);
    calls = whole.disk.calls();
  }
  for (std::uint64_t at = 1; at <= calls; ++at)
    for (std::uint64_t draw = 0; draw < 3; ++draw) {
      Machine machine(Seed(1), settings);
      machine.disk.hook = [&](const Call& call) {
        return call.number != at ? Answer::done : draw == 0 ? Answer::power_cut : Answer::cut_within;
      };
      const auto promised = work(machine, 8);
      machine.disk.hook = {};
      machine.cut(Seed(at).stream("cut", draw));
      const auto left = rows(machine);
      ASSERT_TRUE(left) << "cut at call " << at << ", draw " << draw << ": not whole";
      ASSERT_GE(*left, promised * 2) << "cut at call " << at << ", draw " << draw;
      ASSERT_LE(*left, promised * 2 + 2) << "cut at call " << at << ", draw " << draw;
    }
}

TEST(SimulatedVfs, SqliteKeepsWhatItPromisedWhereverThePowerIsCut) { cut_everywhere({}); }

TEST(SimulatedVfs, AlsoOnADiskThatSpoilsWholeSectors) {
  cut_everywhere({.sector = 4096, .powersafe_overwrite = false});
}

TEST(SimulatedVfs, AlsoWhereTheMachineWritesBackByItself) { cut_everywhere({.write_back = 100}); }

TEST(SimulatedVfs, WithoutSyncsRecordsAreLost) {
  bool lost = false;
  for (std::uint64_t seed = 0; seed < 20 && !lost; ++seed) {
    Machine machine(Seed(seed), {});
    machine.disk.hook = [&](const Call& call) { return call.number == 100 + seed ? Answer::power_cut : Answer::done; };
    const auto promised = work(machine, 30, "NORMAL");
    machine.disk.hook = {};
    machine.cut(Random(seed));
    const auto left = rows(machine);
    lost = left && *left < promised * 2;
  }
  EXPECT_TRUE(lost) << "this disk forgets nothing, so it proves nothing";
}

TEST(SimulatedVfs, ADiskThatLiesLosesWhatWasPromised) {
  bool lost = false;
  for (std::uint64_t seed = 0; seed < 20 && !lost; ++seed) {
    Machine machine(Seed(seed), {});
    machine.disk.hook = [](const Call& call) { return call.kind == CallKind::sync ? Answer::sync_lies : Answer::done; };
    const auto promised = work(machine, 10);
    machine.cut(Random(seed));
    const auto left = rows(machine);
    lost = !left || *left < promised * 2;
  }
  EXPECT_TRUE(lost);
}

TEST(SimulatedVfs, AKillLosesNothingThatWasWritten) {
  Machine machine(Seed(1), {});
  machine.disk.hook = [&](const Call& call) { return call.number == 60 ? Answer::kill : Answer::done; };
  const auto promised = work(machine, 100);
  ASSERT_GT(promised, 0U);
  machine.disk.hook = {};
  machine.kill();
  EXPECT_GE(rows(machine).value_or(0), promised * 2);
}

TEST(SimulatedVfs, AReadPastTheEndIsShortAndTheRestIsZeros) {
  Machine machine(Seed(1), {});
  machine.disk.put(file, Bytes(10, std::byte{7}));
  auto* vfs = sqlite3_vfs_find(machine.vfs.name());
  std::vector<std::max_align_t> place(static_cast<std::size_t>(vfs->szOsFile) / sizeof(std::max_align_t) + 1);
  auto* opened = reinterpret_cast<sqlite3_file*>(place.data());
  ASSERT_EQ(vfs->xOpen(vfs, file, opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB, nullptr), SQLITE_OK);
  Bytes read(16, std::byte{9});
  EXPECT_EQ(opened->pMethods->xRead(opened, read.data(), 16, 4), SQLITE_IOERR_SHORT_READ);
  for (std::size_t i = 0; i < 16; ++i) EXPECT_EQ(read[i], i < 6 ? std::byte{7} : std::byte{0}) << i;
  opened->pMethods->xClose(opened);
}

TEST(SimulatedVfs, ASecondConnectionReadsOneStateWhileTheFirstWritesAndASecondWriterIsBusy) {
  Machine machine(Seed(1), {});
  auto writer = open(machine).value();
  auto reader = Database::open(file, Database::Access::read, machine.vfs.name()).value();
  ASSERT_TRUE(reader.run("BEGIN"));
  EXPECT_EQ(reader.integer("SELECT count(*) FROM t").value(), 0);
  ASSERT_TRUE(writer.run("BEGIN IMMEDIATE"));
  ASSERT_TRUE(writer.run("INSERT INTO t(b) VALUES(x'00')"));
  auto second = Database::open(file, Database::Access::write, machine.vfs.name()).value();
  EXPECT_FALSE(second.run("BEGIN IMMEDIATE"));
  EXPECT_GT(machine.vfs.surroundings().slept_us, 0U) << "it waits in simulated time";
  ASSERT_TRUE(writer.run("COMMIT"));
  EXPECT_EQ(reader.integer("SELECT count(*) FROM t").value(), 0) << "its state moved under it";
  ASSERT_TRUE(reader.run("COMMIT"));
  EXPECT_EQ(reader.integer("SELECT count(*) FROM t").value(), 1);
  EXPECT_TRUE(second.run("BEGIN IMMEDIATE"));
}

TEST(SimulatedVfs, AFullDiskFailsAndPasses) {
  Machine machine(Seed(1), {});
  auto database = open(machine).value();
  machine.disk.hook = [](const Call& call) { return call.kind == CallKind::write ? Answer::full : Answer::done; };
  EXPECT_FALSE(database.run("INSERT INTO t(b) VALUES(x'00')"));
  machine.disk.hook = {};
  EXPECT_TRUE(database.run("INSERT INTO t(b) VALUES(x'00')"));
}

TEST(SimulatedVfs, OneSeedIsOneRun) {
  const auto run = [](std::uint64_t seed) {
    Machine machine(Seed(seed), {});
    work(machine, 20);
    return machine.disk.hash();
  };
  EXPECT_EQ(run(5), run(5));
  EXPECT_NE(run(5), run(6)) << "SQLite's chance is not the seed's";
}

}  // namespace
}  // namespace gatepost::simulation
