#include "journal/store.hpp"

#include <unistd.h>

#include <algorithm>

#include "core/hooks.hpp"
#include "journal/encoding.hpp"
#include "journal/erasure.hpp"

namespace gatepost::journal {

Store::Store(const Options& options, std::unique_ptr<Disk::Lock> lock)
    : options_(options), disk_(*options.disk), lock_(std::move(lock)), presence_(disk_, options.file) {
  // Whoever had it in this boot and did not end well may have had a sync that failed.
  wal_is_on_disk_ = !lock_->left().ends_with(" " + options_.boot) || core::mutant(core::Mutant::wal_not_written_over);
  lock_->note(std::to_string(::getpid()) + " " + options_.boot);
}

// SQLite would sync as it closes, and say nothing of a sync that fails: here it has nothing left to sync.
Store::~Store() {
  if (!is_sound()) return;
  const auto emptied = empty_wal();
  if (emptied && *emptied) lock_->note({});
}

void Store::close() {
  for (auto* statement : {&begin_, &commit_, &insert_, &save_place_, &save_era_}) *statement = {};
  database_ = support::Database();
  mark_beside_ = HighWaterMark();
  mark_apart_ = HighWaterMark();
  end_is_known_ = false;
  kept_era_.reset();
}

void Store::forget() {
  promised_ = end_ = {};
  damage_.reset();
  begin_run();
}

Result<void> Store::load_end() {
  auto end = end_of(database_);
  if (!end) return end.error();
  end_ = *end;
  end_is_known_ = true;
  return {};
}

// What an earlier run of this boot knew of the clock.
Result<void> Store::load_era() {
  auto row = database_.prepare("SELECT offset, at, source, bound FROM clocks WHERE boot = ?");
  if (!row) return row.error();
  auto found = row->bind(options_.boot).step();
  if (!found) return found.error();
  if (!*found) return {};
  timekeeping_.resume({Duration(row->integer(0)),
                       MonotonicTime(Duration(row->integer(1))),
                       {row->integer<ClockSource>(2), Duration(row->integer(3))}},
                      options_.clock->now());
  return {};
}

Result<void> Store::write(core::CommitQueue::Batch& batch, const Cursors::Moved& moved) {
  if (batch.empty() && !moved.any()) return {};
  if (!end_is_known_)
    if (auto loaded = load_end(); !loaded) return loaded.error();
  const Link before = end_;
  const Result<void> written = in_transaction([&]() -> Result<void> {
    if (auto kept = write_records(batch); !kept) return kept;
    if (!batch.empty())
      if (auto kept = write_era(); !kept) return kept;
    if (!batch.empty())
      if (auto noted = note_run(); !noted) return noted;
    if (moved.backlog)
      if (auto kept = write_backlog(*moved.backlog); !kept) return kept;
    return write_places(moved.places);
  });
  if (!written) {
    end_ = before;
    end_is_known_ = false;
    kept_era_.reset();
  } else if (!batch.empty()) {
    promised_ = end_;
    run_is_noted_ = true;
    write_marks();
    if (core::mutant(core::Mutant::erased_apart))
      for (const auto& item : batch) static_cast<void>(in_transaction([&] { return erase_by(item.record); }));
  }
  return written;
}

Result<void> Store::begin_transaction() {
  if (!begin_)
    return Error{"cannot be opened again after a failure of its disk", options_.file.string(), "check the disk"};
  if (auto whole = judge_files(presence_.look_before()); !whole) return whole;
  return begin_.run();
}

// A Record that went to a file that is gone must not be promised. The files are looked at also where it failed: it may
// have written all the same.
Result<void> Store::end_transaction(Result<void> done) {
  if (done) done = commit_.run();
  const Result<void> whole = judge_files(presence_.look_after());
  if (done && !whole) done = whole;
  if (!done && database_.in_transaction()) static_cast<void>(database_.run("ROLLBACK"));
  return done;
}

Result<void> Store::judge_files(const Result<std::string>& changed) {
  if (!changed) return changed.error();
  if (changed->empty()) return {};
  if (!lock_->is_in_place()) {  // whoever has the lock now may be writing the file, and rightly so
    auto again = disk_.lock(options_.file);
    if (!again) return again.error();
    lock_ = std::move(*again);
  }
  damage_ =
      Error{*changed, options_.file.string(), "see who did it; what outputs have not taken of it may be in a copy"};
  return *damage_;
}

Result<void> Store::look_at_files() {
  if (auto whole = judge_files(presence_.look_before()); !whole) return whole;
  return judge_files(presence_.look_after());
}

// The database is written at no other time, so that each other write of it is somebody else's.
Result<void> Store::checkpoint() {
  if (database_.wal_pages() < options_.wal_pages) return {};
  if (auto whole = look_at_files(); !whole) return whole;
  const auto done = database_.run("PRAGMA wal_checkpoint(PASSIVE)");
  const auto remembered = presence_.remember();  // also where it failed: it may have written something
  return done ? remembered : done;
}

Result<void> Store::write_records(core::CommitQueue::Batch& batch) {
  for (auto& item : batch) {
    Record& record = item.record;
    record.id = {options_.site, epoch_, end_.sequence + 1};
    if (record.boot.empty()) stamp(record);  // else it was written before
    record.previous = end_.hash;
    commit_to_personal_fields(record, options_.draw_salt);
    const auto body = encode(record), personal = encode_personal(record);
    end_ = {record.id.sequence, hash_of(body)};
    record.hash = end_.hash;
    if (auto inserted = insert_.bind(end_.sequence, body, record.hash, personal).run(); !inserted) return inserted;
    if (!core::mutant(core::Mutant::erased_apart))
      if (auto erased = erase_by(record); !erased) return erased;
  }
  return {};
}

// One of another epoch is a copy, of what was done in a journal that was set aside.
Result<void> Store::erase_by(const Record& record) {
  const auto erasure = support::erasure_of(record);
  return erasure && erasure->epoch == epoch_ ? apply(database_, *erasure) : Result<void>();
}

void Store::stamp(Record& record) const {
  record.boot = options_.boot;
  timekeeping_.put_right(record);
  record.clock = timekeeping_.state();
}

// With its first Records: a run that wrote none is none. It may be there already, where a write that failed was kept.
Result<void> Store::note_run() {
  if (run_is_noted_) return {};
  return database_.run("INSERT OR IGNORE INTO runs(first) VALUES(?)", began_at_ + 1);
}

// Where it changed: not with each Record.
Result<void> Store::write_era() {
  const auto& era = timekeeping_.era();
  if (kept_era_ && kept_era_->offset == era.offset && kept_era_->state.source == era.state.source) return {};
  save_era_.bind(options_.boot, era.offset.count(), era.at.time_since_epoch().count(), era.state.source,
                 era.state.bound.count());
  if (auto saved = save_era_.run(); !saved) return saved;
  kept_era_ = era;
  return {};
}

Result<void> Store::write_places(const std::map<std::string, std::uint64_t>& places) {
  for (const auto& [reader, sequence] : places)
    if (auto saved = save_place_.bind(reader, std::min(sequence, end_.sequence)).run(); !saved) return saved;
  return {};
}

Result<void> Store::write_backlog(const Cursors::Backlog& backlog) {
  const bool any = std::ranges::any_of(backlog, [](const auto& of) { return !of.second.empty(); });
  if (!any && !backlog_in_file_) return {};
  backlog_in_file_ = any;
  if (auto cleared = database_.run("DELETE FROM arrears"); !cleared) return cleared.error();
  auto insert = database_.prepare("INSERT INTO arrears(reader, epoch, sequence, last) VALUES(?, ?, ?, ?)");
  if (!insert) return insert.error();
  for (const auto& [reader, all] : backlog)
    for (const auto& [epoch, one] : all)
      if (auto written = insert->bind(reader, epoch, one.sequence, one.last).run(); !written) return written;
  return {};
}

void Store::write_marks() {
  if (core::mutant(core::Mutant::mark_not_written)) return;
  const Slot slot = slot_of({{options_.site, epoch_}, end_});
  mark_beside_.write(slot);
  mark_apart_.write(slot);
}

}  // namespace gatepost::journal
