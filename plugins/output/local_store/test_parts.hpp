// What the store's tests share: a folder, Records, and the counts as a look at every Record gives them.
#pragma once

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
using gatepost::support::Database;
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

inline std::unique_ptr<LocalStore> make(const Settings& settings) {
  auto made = LocalStore::make(settings, {"store", "/"});
  return made ? std::move(*made) : nullptr;
}

inline WallTime day(int number) { return WallTime(std::chrono::hours(24 * number)); }

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

inline std::vector<Record> attempts(std::uint64_t first, std::size_t count, WallTime wall) {
  std::vector<Record> records;
  for (std::size_t i = 0; i < count; ++i) records.push_back(attempt(first + i, wall));
  return records;
}

using Scans = std::map<std::pair<std::string, Outcome>, std::array<std::uint64_t, 4>>;

inline Scans scans(gatepost::Sink& store, WallTime now) {
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
inline Scans naive(std::span<const Record> records, WallTime now) {
  constexpr std::array<gatepost::Duration, 4> windows{1h, 24h, 7 * 24h, 30 * 24h};
  Scans scans;
  for (const Record& record : records) {
    if (record.kind != gatepost::RecordKind::attempt || record.wall > now || record.wall <= now - windows[3]) continue;
    auto& row = scans[{record.lane, record.outcome}];
    for (std::size_t i = 0; i < windows.size(); ++i) row[i] += record.wall > now - windows[i] ? 1U : 0U;
  }
  return scans;
}

inline std::uint64_t month(gatepost::Sink& store, WallTime now) {
  std::uint64_t sum = 0;
  for (const auto& [key, row] : scans(store, now)) sum += row[3];
  return sum;
}

/// What one SELECT gives, as text.
inline std::string ask(const fs::path& file, const char* sql) {
  auto database = local_store::open_file(file, Database::Access::read);
  if (!database) return to_line(database.error());
  auto statement = database->prepare(sql);
  if (!statement) return to_line(statement.error());
  const auto row = statement->step();
  return row ? std::string(statement->text(0)) : to_line(row.error());
}

/// Every Record that the file holds, as far as counting goes.
inline std::vector<Record> stored(const fs::path& file) {
  std::vector<Record> records;
  auto database = local_store::open_file(file, Database::Access::read);
  auto statement =
      database->prepare("SELECT sequence, wall, lanes.name, outcome, kind FROM records JOIN lanes ON lanes.id = lane");
  auto read = statement->each([&] {
    records.push_back(attempt(statement->integer<std::uint64_t>(0), WallTime(gatepost::Duration(statement->integer(1))),
                              std::string(statement->text(2)), statement->integer<Outcome>(3)));
    records.back().kind = statement->integer<gatepost::RecordKind>(4);
  });
  EXPECT_TRUE(read);
  return records;
}

/// Moments that are likely to be wrong: at and beside the edges of minutes, hours, days and windows, before 1970 too.

inline rc::Gen<WallTime> moment() {
  return rc::gen::apply(
      [](int days, int hours, int minutes, int nanoseconds) {
        return day(days) + std::chrono::hours(hours) + std::chrono::minutes(minutes) +
               std::chrono::nanoseconds(nanoseconds);
      },
      rc::gen::element(-1, 0, 1, 19999, 20000, 20001, 20007, 20030, 20031, 40000), rc::gen::inRange(-2, 3),
      rc::gen::inRange(-2, 3), rc::gen::inRange(-1, 2));
}

}  // namespace
