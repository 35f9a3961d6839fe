#include "journal/prune.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "journal/encoding.hpp"
#include "journal/erasure.hpp"

namespace gatepost::journal {
namespace {

// Small, so that a lane that asks meanwhile waits for little more than one sync.
constexpr std::uint64_t step_rows = 64;

}  // namespace

bool Retention::step() {
  const bool more = prune();
  return forget() || more;
}

// One step, where there is something to remove; true when it was a whole one, so that there may be more.
bool Retention::prune() {
  auto anchor = anchor_of(store_.database());
  if (!anchor) return false;
  auto wanted = removable(*anchor);
  if (!wanted || *wanted == anchor->sequence) return false;
  const auto [slowest, allowed] = cursors_.slowest(*wanted);
  if (allowed <= anchor->sequence) {
    if (!std::exchange(held_back_said_, true)) say_held_back(slowest);
    return false;
  }
  held_back_said_ = false;
  const bool is_whole = allowed - anchor->sequence == step_rows;
  return store_.in_transaction([&, up_to = allowed] { return remove(up_to); }).has_value() && is_whole;
}

bool Retention::forget() {
  bool more = false;
  for (const auto& [field, after] : options_.forget) more = forget(field, after) || more;
  return more;
}

// Of the Records after those that were looked at, a step of them. What is too young is looked at again after a while,
// so that the field does not leave Record by Record, each with a Record that tells of it.
bool Retention::forget(const std::string& field, Duration after) {
  Forgotten& done = forgotten_[field];
  if (done.epoch != store_.epoch()) done = {store_.epoch(), 0, {}};
  const MonotonicTime now = options_.clock->now();
  if (done.again && now < *done.again) return false;
  auto rows = store_.database().prepare(
      "SELECT sequence, body, personal FROM records WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?");
  auto offsets = boot_offsets();
  if (!rows || !offsets) return false;
  std::vector<std::uint64_t> old;
  std::uint64_t looked_at = done.up_to;
  bool is_whole = false;
  auto read = rows->bind(done.up_to, store_.promised(), erased_at_once).each([&] {
    const auto record = decode(rows->bytes(1), rows->bytes(2));
    if (record && age_of(*record, *offsets) <= after) return false;
    looked_at = rows->integer<std::uint64_t>(0);
    is_whole = looked_at - done.up_to >= erased_at_once;
    const bool has_it = record && record->commitments.contains(field) && !personal_field(*record, field).empty();
    if (has_it) old.push_back(looked_at);
    return true;
  });
  if (!read || (!old.empty() && !erase(old, field))) return false;
  done.up_to = looked_at;
  if (!is_whole) done.again = now + std::min<Duration>(std::chrono::hours(1), after / 10);
  return is_whole;
}

bool Retention::erase(const std::vector<std::uint64_t>& sequences, const std::string& field) {
  Record told = record_of(support::Erasure::of(store_.epoch(), sequences, field), support::WhyErased::age);
  told.at = options_.clock->now();
  told.wall = options_.clock->wall();
  BatchWriter::Batch batch;
  batch.push_back({std::move(told)});
  return batches_.write(batch, {}).has_value();
}

void Retention::say_held_back(const std::string& reader) {
  post_({.kind = RecordKind::alarm,
         .at = options_.clock->now(),
         .wall = options_.clock->wall(),
         .reason = "journal_held_back",
         .details = {{"error", "the journal is over its bounds: this output has not taken its oldest Records"},
                     {"output", reader}}});
}

// The last of the oldest Records, a step of them at most, that are too old or too many. The anchor's: none are.
Result<std::uint64_t> Retention::removable(const Link& anchor) {
  const std::uint64_t newest = store_.end().sequence;
  if (is_too_large()) return std::min(anchor.sequence + step_rows, std::max(newest, std::uint64_t{1}) - 1);
  auto rows = store_.database().prepare("SELECT sequence, body, personal FROM records ORDER BY sequence LIMIT ?");
  if (!rows) return rows.error();
  std::uint64_t up_to = anchor.sequence;
  auto offsets = boot_offsets();
  if (!offsets) return offsets.error();
  auto read = rows->bind(step_rows).each([&] {
    auto record = decode(rows->bytes(1), rows->bytes(2));
    const bool is_old = record && age_of(*record, *offsets) > options_.keep;
    if (is_old) up_to = record->id.sequence;
    return is_old;
  });
  if (!read) return read.error();
  return up_to;
}

// What is known of the clocks of this boot and of earlier ones.
Result<std::map<std::string, Duration>> Retention::boot_offsets() {
  auto rows = store_.database().prepare("SELECT boot, offset FROM clocks WHERE source > ?");
  if (!rows) return rows.error();
  std::map<std::string, Duration> offsets;
  auto read = rows->bind(ClockSource::unset).each([&] { offsets.emplace(rows->text(0), Duration(rows->integer(1))); });
  if (!read) return read.error();
  return offsets;
}

// Never more than it is, whatever the clocks have been through: within a boot by the monotonic clock; else by the wall
// clock where both ends of the time can be trusted; else it is at least as old as this boot.
Duration Retention::age_of(const Record& record, const std::map<std::string, Duration>& offsets) const {
  const MonotonicTime now = options_.clock->now();
  const Duration up = now.time_since_epoch();
  if (record.boot == options_.boot && record.at != MonotonicTime{}) return now - record.at;
  const auto offset = offsets.find(record.boot);
  WallTime wall = record.wall;
  if (record.clock.source < ClockSource::held && record.at != MonotonicTime{}) {
    if (offset != offsets.end())
      wall = WallTime(record.at.time_since_epoch() + offset->second);
    else if (record.clock.source == ClockSource::unset)
      return up;
  }
  return store_.timekeeping().tells_age(now) ? options_.clock->wall() - wall : up;
}

bool Retention::is_too_large() {
  const auto pages = store_.database().integer("PRAGMA page_count");
  const auto spare = store_.database().integer("PRAGMA freelist_count");
  const auto page_size = store_.database().integer("PRAGMA page_size");
  return pages && spare && page_size && static_cast<std::uint64_t>((*pages - *spare) * *page_size) > options_.max_size;
}

Result<void> Retention::remove(std::uint64_t up_to) {
  Link anchor{up_to, {}};
  auto row = store_.database().prepare("SELECT hash FROM records WHERE sequence = ?");
  if (!row) return row.error();
  auto found = row->bind(up_to).step();
  if (!found) return found.error();
  if (!*found || row->bytes(0).size() != anchor.hash.size())
    return Error{"the Record to prune up to is not there", options_.file.string(), "run gatepost verify"};
  std::ranges::copy(row->bytes(0), anchor.hash.begin());
  row->reset();
  for (const char* sql : {"DELETE FROM records WHERE sequence <= ?", "DELETE FROM runs WHERE first <= ?"})
    if (auto removed = store_.database().run(sql, up_to); !removed) return removed;
  return set_anchor(store_.database(), anchor);
}

}  // namespace gatepost::journal
