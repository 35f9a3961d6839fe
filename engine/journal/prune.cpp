// Keeping the journal within its bounds without overtaking a reader.
#include <algorithm>
#include <limits>

#include "journal/encoding.hpp"
#include "journal/journal.hpp"
#include "journal/schema.hpp"

namespace gatepost::journal {
namespace {

// Small, so that a lane that asks meanwhile waits for little more than one sync.
constexpr std::uint64_t step_rows = 256;
constexpr std::uint64_t records_between_looks = 64;

}  // namespace

std::uint64_t Journal::slowest_cursor() const {
  const std::scoped_lock lock(mutex_);
  std::uint64_t slowest = std::numeric_limits<std::uint64_t>::max();
  for (const auto& reader : options_.readers) slowest = std::min(slowest, cursors_.at(reader));
  return std::min(slowest, last_written_);
}

// Called when nothing waits.
void Journal::prune() {
  if (since_prune_ < records_between_looks) return;
  since_prune_ = 0;
  const std::scoped_lock lock(database_mutex_);
  auto anchor = anchor_of(database_);
  if (!anchor) return;
  const std::uint64_t readers_at = slowest_cursor();
  const std::uint64_t up_to =
      std::min(anchor->sequence + step_rows, last_written_ - std::min(last_written_, step_rows));
  if (up_to <= anchor->sequence || !has_old_or_too_many(up_to)) return;
  if (readers_at <= anchor->sequence) {
    if (!std::exchange(over_size_said_, true))
      post({.kind = RecordKind::alarm,
            .at = options_.clock->now(),
            .wall = options_.clock->wall(),
            .reason = "journal_held_back",
            .details = {{"error", "the journal is over its bounds and an output has not taken its oldest Records"}}});
    return;
  }
  over_size_said_ = false;
  if (prune_step(std::min(up_to, readers_at)))
    since_prune_ = records_between_looks;  // there may be more: look again when idle
  else if (database_.in_transaction())
    static_cast<void>(database_.run("ROLLBACK"));
}

// Whether the row `up_to` is too old to keep, or the file too large.
bool Journal::has_old_or_too_many(std::uint64_t up_to) {
  const auto pages = database_.integer("PRAGMA page_count");
  const auto spare = database_.integer("PRAGMA freelist_count");
  const auto page_size = database_.integer("PRAGMA page_size");
  if (pages && spare && page_size && static_cast<std::uint64_t>((*pages - *spare) * *page_size) > options_.max_size)
    return true;
  auto row = database_.prepare("SELECT body FROM records WHERE sequence = ?");
  if (!row) return false;
  row->bind(1, static_cast<std::int64_t>(up_to));
  auto found = row->step();
  if (!found || !*found) return false;
  auto record = decode(row->bytes(0));
  return record && options_.clock->wall() - record->wall > options_.keep;
}

Result<void> Journal::prune_step(std::uint64_t up_to) {
  Link anchor{up_to, {}};
  {
    auto row = database_.prepare("SELECT hash FROM records WHERE sequence = ?");
    if (!row) return row.error();
    row->bind(1, static_cast<std::int64_t>(up_to));
    auto found = row->step();
    if (!found) return found.error();
    if (!*found || row->bytes(0).size() != anchor.hash.size())
      return Error{"the Record to prune up to is not there", options_.file.string(), "run gatepost verify"};
    std::ranges::copy(row->bytes(0), anchor.hash.begin());
  }
  if (auto begun = database_.run("BEGIN IMMEDIATE"); !begun) return begun.error();
  auto remove = database_.prepare("DELETE FROM records WHERE sequence <= ?");
  if (!remove) return remove.error();
  if (auto removed = remove->bind(1, static_cast<std::int64_t>(up_to)).run(); !removed) return removed.error();
  if (auto set = set_anchor(database_, anchor); !set) return set.error();
  return database_.run("COMMIT");
}

}  // namespace gatepost::journal
