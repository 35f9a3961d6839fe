#include "eras.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace local_store {

namespace {

using gatepost::ClockSource;
using gatepost::Record;
using gatepost::RecordKind;
using gatepost::WallTime;

constexpr const char* table = R"(
  CREATE TABLE IF NOT EXISTS eras(site INTEGER, epoch INTEGER, sequence INTEGER, boot TEXT NOT NULL,
    clock INTEGER NOT NULL, slept INTEGER NOT NULL, PRIMARY KEY(site, epoch, sequence)) WITHOUT ROWID;
)";

/// Less is no error worth a row's rewriting.
constexpr gatepost::Duration smallest_error = std::chrono::milliseconds(1);

bool is_sleep(const Record& record) { return record.kind == RecordKind::change && record.reason == "slept"; }

}  // namespace

bool Eras::tells(const Record& record) {
  return record.kind == RecordKind::change && (record.reason == "clock_set" || record.reason == "clock_source") &&
         record.clock.source > ClockSource::unset;
}

Result<void> Eras::open(Database& database) {
  if (auto made = database.run(table); !made) return made.error();
  return database.prepare(
      {{&begin_, "INSERT OR IGNORE INTO eras VALUES(?,?,?,?,?,?)"},
       {&back_,
        "SELECT epoch, sequence, boot, clock, slept FROM eras WHERE site = ? AND (epoch, sequence) < (?, ?) "
        "ORDER BY epoch DESC, sequence DESC"},
       {&rows_,
        "SELECT epoch, sequence, kind, lane, outcome, wall, at FROM records "
        "WHERE site = ? AND (epoch, sequence) >= (?, ?) AND (epoch, sequence) < (?, ?) AND boot = ?"},
       {&move_, "UPDATE records SET wall = ? WHERE site = ? AND epoch = ? AND sequence = ?"},
       {&better_,
        "UPDATE eras SET clock = ? WHERE site = ? AND (epoch, sequence) >= (?, ?) AND (epoch, sequence) < (?, ?)"}});
}

// Until this object has seen a Record it does not know the last era: then one begins, which is the same twice at worst.
Result<void> Eras::follow(const Record& record) {
  if (source_ == record.clock.source && boot_ == record.boot && !is_sleep(record)) return {};
  begin_.bind(record.id.site, record.id.epoch, record.id.sequence, record.boot, record.clock.source, is_sleep(record));
  if (auto begun = begin_.run(); !begun) return begun;
  boot_ = record.boot;
  source_ = record.clock.source;
  return {};
}

// Where the rows begin that this Record's word is good for.
Result<std::optional<Eras::Place>> Eras::reach(const Record& record) {
  std::optional<Place> from;
  auto read = back_.bind(record.id.site, record.id.epoch, record.id.sequence).each([&] {
    const auto source = back_.integer<ClockSource>(3);
    if (back_.text(2) != record.boot || source > record.clock.source || source == ClockSource::network) return false;
    from = Place{back_.integer(0), back_.integer(1)};
    return back_.integer(4) == 0;  // else it slept before: the monotonic clock stood still
  });
  if (!read) return read.error();
  return from;
}

Result<std::vector<Eras::Row>> Eras::rows_since(const Place& place, const Record& record) {
  const auto site = static_cast<std::int64_t>(record.id.site);
  const gatepost::Duration offset = record.wall.time_since_epoch() - record.at.time_since_epoch();
  std::vector<Row> rows;
  rows_.bind(site, place.first, place.second, record.id.epoch, record.id.sequence, record.boot);
  auto read = rows_.each([&] {
    const WallTime before{gatepost::Duration(rows_.integer(5))};
    const WallTime after{gatepost::Duration(rows_.integer(6)) + offset};
    if (std::chrono::abs(after - before) >= smallest_error)
      rows.push_back({site, rows_.integer(0), rows_.integer(1), rows_.integer(2), rows_.integer(3), rows_.integer(4),
                      before, after});
  });
  if (!read) return read.error();
  return rows;
}

Result<void> Eras::put_right(const Record& record, const std::function<void(const Row&)>& moved) {
  auto from = reach(record);
  if (!from) return from.error();
  if (!*from) return {};
  auto rows = rows_since(**from, record);
  if (!rows) return rows.error();
  for (const Row& row : *rows) {
    auto put = move_.bind(row.after.time_since_epoch().count(), row.site, row.epoch, row.sequence).run();
    if (!put) return put;
    moved(row);
  }
  const auto& [epoch, sequence] = **from;
  return better_.bind(record.clock.source, record.id.site, epoch, sequence, record.id.epoch, record.id.sequence).run();
}

}  // namespace local_store
