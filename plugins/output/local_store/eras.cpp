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
using Step = Statement::Step;

constexpr const char* table = R"(
  CREATE TABLE IF NOT EXISTS eras(site INTEGER, epoch INTEGER, sequence INTEGER, boot TEXT NOT NULL,
    clock INTEGER NOT NULL, slept INTEGER NOT NULL, PRIMARY KEY(site, epoch, sequence)) WITHOUT ROWID;
)";

/// Less is no error worth a row's rewriting.
constexpr gatepost::Duration smallest_error = std::chrono::milliseconds(1);

bool is_sleep(const Record& record) { return record.kind == RecordKind::change && record.reason == "slept"; }

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }
std::int64_t number(ClockSource source) { return static_cast<std::int64_t>(source); }

}  // namespace

bool Eras::tells(const Record& record) {
  return record.kind == RecordKind::change && (record.reason == "clock_set" || record.reason == "clock_source") &&
         record.clock.source > ClockSource::unset;
}

Result<void> Eras::open(Database& database) {
  if (auto made = database.run(table); !made) return made.error();
  const std::pair<Statement*, std::string_view> statements[] = {
      {&begin_, "INSERT OR IGNORE INTO eras VALUES(?,?,?,?,?,?)"},
      {&back_,
       "SELECT epoch, sequence, boot, clock, slept FROM eras WHERE site = ? AND (epoch, sequence) < (?, ?) "
       "ORDER BY epoch DESC, sequence DESC"},
      {&rows_,
       "SELECT epoch, sequence, kind, lane, outcome, wall, at FROM records "
       "WHERE site = ? AND (epoch, sequence) >= (?, ?) AND (epoch, sequence) < (?, ?) AND boot = ?"},
      {&move_, "UPDATE records SET wall = ? WHERE site = ? AND epoch = ? AND sequence = ?"},
      {&better_,
       "UPDATE eras SET clock = ? WHERE site = ? AND (epoch, sequence) >= (?, ?) AND (epoch, sequence) < (?, ?)"}};
  for (const auto& [statement, sql] : statements) {
    auto prepared = Statement::prepare(database, sql);
    if (!prepared) return prepared.error();
    *statement = std::move(*prepared);
  }
  return {};
}

// Until this object has seen a Record it does not know the last era: then one begins, which is the same twice at worst.
Result<void> Eras::follow(const Database& database, const Record& record) {
  if (source_ == record.clock.source && boot_ == record.boot && !is_sleep(record)) return {};
  begin_.bind(number(record.id.site), number(record.id.epoch), number(record.id.sequence), record.boot,
              number(record.clock.source), std::int64_t{is_sleep(record)});
  if (!begin_.run()) return database.error("write the store");
  boot_ = record.boot;
  source_ = record.clock.source;
  return {};
}

// Where the rows begin that this Record's word is good for.
Result<std::optional<Eras::Place>> Eras::reach(const Database& database, const Record& record) {
  std::optional<Place> from;
  back_.bind(number(record.id.site), number(record.id.epoch), number(record.id.sequence));
  Step step{};
  while ((step = back_.step()) == Step::row) {
    const auto source = static_cast<ClockSource>(back_.integer(3));
    if (back_.text(2) != record.boot || source > record.clock.source || source == ClockSource::network) break;
    from = Place{back_.integer(0), back_.integer(1)};
    if (back_.integer(4) != 0) break;  // it slept before: the monotonic clock stood still
  }
  back_.reset();
  if (step == Step::failed) return database.error("read the store");
  return from;
}

Result<std::vector<Eras::Row>> Eras::rows_since(const Database& database, const Place& place, const Record& record) {
  const auto site = number(record.id.site);
  const gatepost::Duration offset = record.wall.time_since_epoch() - record.at.time_since_epoch();
  std::vector<Row> rows;
  rows_.bind(site, place.first, place.second, number(record.id.epoch), number(record.id.sequence), record.boot);
  Step step{};
  while ((step = rows_.step()) == Step::row) {
    const WallTime before{gatepost::Duration(rows_.integer(5))};
    const WallTime after{gatepost::Duration(rows_.integer(6)) + offset};
    if (std::chrono::abs(after - before) >= smallest_error)
      rows.push_back({site, rows_.integer(0), rows_.integer(1), rows_.integer(2), rows_.integer(3), rows_.integer(4),
                      before, after});
  }
  rows_.reset();
  if (step == Step::failed) return database.error("read the store");
  return rows;
}

Result<void> Eras::put_right(const Database& database, const Record& record,
                             const std::function<void(const Row&)>& moved) {
  auto from = reach(database, record);
  if (!from) return from.error();
  if (!*from) return {};
  auto rows = rows_since(database, **from, record);
  if (!rows) return rows.error();
  for (const Row& row : *rows) {
    if (!move_.bind(row.after.time_since_epoch().count(), row.site, row.epoch, row.sequence).run())
      return database.error("write the store");
    moved(row);
  }
  better_.bind(number(record.clock.source), number(record.id.site), (*from)->first, (*from)->second,
               number(record.id.epoch), number(record.id.sequence));
  if (!better_.run()) return database.error("write the store");
  return {};
}

}  // namespace local_store
