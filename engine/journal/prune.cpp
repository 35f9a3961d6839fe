// Keeping the journal within its bounds without overtaking a reader.
#include <algorithm>

#include "journal/encoding.hpp"
#include "journal/journal.hpp"

namespace gatepost::journal {
namespace {

// Small, so that a lane that asks meanwhile waits for little more than one sync.
constexpr std::uint64_t step_rows = 64;

}  // namespace

// One step, where there is something to remove; true when it was a whole one, so that there may be more.
bool Journal::prune() {
  auto anchor = anchor_of(database_);
  if (!anchor) return false;
  auto wanted = prunable(*anchor);
  if (!wanted || *wanted == anchor->sequence) return false;
  std::string slowest;
  std::uint64_t allowed = *wanted;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& reader : options_.readers)
      if (cursors_.at(reader) < allowed) {
        allowed = cursors_.at(reader);
        slowest = reader;
      }
  }
  if (allowed <= anchor->sequence) {
    if (!std::exchange(held_back_said_, true)) say_held_back(slowest);
    return false;
  }
  held_back_said_ = false;
  const bool is_whole = allowed - anchor->sequence == step_rows;
  return in_transaction([&] { return prune_step(allowed); }).has_value() && is_whole;
}

void Journal::say_held_back(const std::string& reader) {
  post({.kind = RecordKind::alarm,
        .at = options_.clock->now(),
        .wall = options_.clock->wall(),
        .reason = "journal_held_back",
        .details = {{"error", "the journal is over its bounds: this output has not taken its oldest Records"},
                    {"output", reader}}});
}

// The last of the oldest Records, a step of them at most, that are too old or too many. The anchor's: none are.
Result<std::uint64_t> Journal::prunable(const Link& anchor) {
  const std::uint64_t newest = end_.sequence;
  if (is_too_large()) return std::min(anchor.sequence + step_rows, std::max(newest, std::uint64_t{1}) - 1);
  auto rows = database_.prepare("SELECT sequence, body FROM records ORDER BY sequence LIMIT ?");
  if (!rows) return rows.error();
  rows->bind(1, static_cast<std::int64_t>(step_rows));
  std::uint64_t up_to = anchor.sequence;
  auto offsets = boot_offsets();
  if (!offsets) return offsets.error();
  while (true) {
    auto row = rows->step();
    if (!row) return row.error();
    if (!*row) return up_to;
    auto record = decode(rows->bytes(1));
    if (!record || age_of(*record, *offsets) <= options_.keep) break;
    up_to = record->id.sequence;
  }
  rows->reset();
  return up_to;
}

// What is known of the clocks of this boot and of earlier ones.
Result<std::map<std::string, Duration>> Journal::boot_offsets() {
  auto rows = database_.prepare("SELECT boot, offset FROM clocks WHERE source > ?");
  if (!rows) return rows.error();
  rows->bind(1, static_cast<std::int64_t>(ClockSource::unset));
  std::map<std::string, Duration> offsets;
  while (true) {
    auto row = rows->step();
    if (!row) return row.error();
    if (!*row) return offsets;
    offsets.emplace(rows->text(0), Duration(rows->integer(1)));
  }
}

// Never more than it is, whatever the clocks have been through: within a boot by the monotonic clock; else by the wall
// clock where both ends of the time can be trusted; else it is at least as old as this boot.
Duration Journal::age_of(const Record& record, const std::map<std::string, Duration>& offsets) const {
  const MonotonicTime now = options_.clock->now();
  const Duration up = now.time_since_epoch();
  if (record.boot == boot_ && record.at != MonotonicTime{}) return now - record.at;
  const auto offset = offsets.find(record.boot);
  WallTime wall = record.wall;
  if (record.clock.source < ClockSource::held && record.at != MonotonicTime{}) {
    if (offset != offsets.end())
      wall = WallTime(record.at.time_since_epoch() + offset->second);
    else if (record.clock.source == ClockSource::unset)
      return up;
  }
  return timekeeping_.tells_age(now) ? options_.clock->wall() - wall : up;
}

bool Journal::is_too_large() {
  const auto pages = database_.integer("PRAGMA page_count");
  const auto spare = database_.integer("PRAGMA freelist_count");
  const auto page_size = database_.integer("PRAGMA page_size");
  return pages && spare && page_size && static_cast<std::uint64_t>((*pages - *spare) * *page_size) > options_.max_size;
}

Result<void> Journal::prune_step(std::uint64_t up_to) {
  Link anchor{up_to, {}};
  auto row = database_.prepare("SELECT hash FROM records WHERE sequence = ?");
  if (!row) return row.error();
  row->bind(1, static_cast<std::int64_t>(up_to));
  auto found = row->step();
  if (!found) return found.error();
  if (!*found || row->bytes(0).size() != anchor.hash.size())
    return Error{"the Record to prune up to is not there", options_.file.string(), "run gatepost verify"};
  std::ranges::copy(row->bytes(0), anchor.hash.begin());
  row->reset();
  auto remove = database_.prepare("DELETE FROM records WHERE sequence <= ?");
  if (!remove) return remove.error();
  if (auto removed = remove->bind(1, static_cast<std::int64_t>(up_to)).run(); !removed) return removed.error();
  return set_anchor(database_, anchor);
}

}  // namespace gatepost::journal
