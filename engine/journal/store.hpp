// The journal's file while it is open: its connection, the end of its chain, its marks, and transactions that end well
// only where the files are still those that are open.
//
// Used by the commit leader alone; nothing here is locked.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/commit_queue.hpp"
#include "core/hooks.hpp"
#include "journal/cursors.hpp"
#include "journal/high_water_mark.hpp"
#include "journal/options.hpp"
#include "journal/presence.hpp"
#include "journal/schema.hpp"
#include "journal/timekeeping.hpp"
#include "journal/verify.hpp"

namespace gatepost::journal {

class Store {
 public:
  Store(const Options& options, std::unique_ptr<Disk::Lock> lock);
  /// A clean end leaves no note in the lock: the next one of this boot need not doubt what it sees.
  ~Store();

  // Opening: opening.cpp.
  /// Where damage is what keeps it from opening, damage() says so; the file is as it was.
  Result<void> open();
  void close();
  /// Every page that only the WAL has is written into the database and synced there, and the WAL begins anew.
  Result<void> write_anew();
  /// The same at a start and at an end, but where somebody reads the file: then false, and it is left as it is.
  Result<bool> empty_wal();
  bool is_open() const { return static_cast<bool>(begin_); }
  /// What stands of it elsewhere, with what this run has promised itself.
  Result<Witnesses> witnesses() const;
  /// Nothing is known of what the WAL has on the disk.
  void doubt_wal() { wal_is_on_disk_ = core::mutant(core::Mutant::wal_not_written_over); }
  /// A run of the engine begins with the file as it is now.
  void begin_run() {
    began_at_ = end_.sequence;
    run_is_noted_ = false;
  }
  /// It was set aside: nothing is promised of the next one yet.
  void forget();

  std::uint64_t epoch() const { return epoch_; }
  const Link& end() const { return end_; }
  std::uint64_t promised() const { return promised_.sequence; }
  /// What was found in the file counts as promised. Not done by `open`: until a heal has succeeded, what the file has
  /// beyond what was promised is the write that was in doubt.
  void promise_found() { promised_ = end_; }
  /// The newest Record when this run, or this file within it, began.
  std::uint64_t began_at() const { return began_at_; }
  support::Database& database() { return database_; }
  const std::optional<Error>& damage() const { return damage_; }
  void damaged(const Error& what) { damage_ = what; }
  bool is_sound() const { return begin_ && !damage_ && !database_.health().failing && !database_.health().spoilt; }
  const Timekeeping& timekeeping() const { return timekeeping_; }
  Result<void> load_era();

  /// Looks at the clock; what is to be said of it comes before anything else.
  std::optional<Record> look_at_clock() { return timekeeping_.look(*options_.clock); }
  /// The batch with what has moved, in one transaction; the Records get their numbers and hashes.
  Result<void> write(core::CommitQueue::Batch& batch, const Cursors::Moved& moved);
  /// What `work` does to the database, all or nothing. An Error where that may not be promised.
  template <class Work>
  Result<void> in_transaction(Work&& work) {
    if (auto begun = begin_transaction(); !begun) return begun;
    return end_transaction(std::forward<Work>(work)());
  }
  // Within one.
  Result<void> write_places(const std::map<std::string, std::uint64_t>& places);
  Result<void> write_backlog(const Cursors::Backlog& backlog);

  /// Whether the files are as they were left, where nothing is written.
  Result<void> look_at_files();
  /// The WAL into the database, where there is enough of it.
  Result<void> checkpoint();

 private:
  // opening.cpp
  Result<void> open_database(const Witnesses& known);
  Result<void> prepare_files();
  Result<void> prepare_statements();
  Result<void> open_marks(bool is_known);
  Result<void> examine_end(const Identity& identity, const Witnesses& known);
  void note_damage(bool is_marked, const Error& what);
  bool was_ours() const;
  Error emptied(const Mark& mark) const;

  Result<void> load_end();
  Result<void> begin_transaction();
  Result<void> end_transaction(Result<void> done);
  Result<void> judge_files(const Result<std::string>& changed);
  Result<void> write_records(core::CommitQueue::Batch& batch);
  Result<void> erase_by(const Record& record);
  void stamp(Record& record) const;
  Result<void> note_run();
  Result<void> write_era();
  void write_marks();

  const Options& options_;
  const Disk& disk_;
  std::unique_ptr<Disk::Lock> lock_;
  Presence presence_;
  std::uint64_t epoch_ = 0;
  support::Database database_;
  support::Statement begin_, commit_, insert_, save_place_, save_era_;
  Link end_{};
  bool end_is_known_ = false;  ///< false after a failed transaction: then the end is read again
  Link promised_{};  ///< the newest Record that somebody was told of, or that was found and is no more in doubt
  std::uint64_t began_at_ = 0;
  bool run_is_noted_ = false;    ///< the file knows that a run began there
  bool wal_is_on_disk_ = false;  ///< false: a sync of it may have failed since
  HighWaterMark mark_beside_{}, mark_apart_{};
  std::optional<Error> damage_;  ///< why the file cannot be trusted
  bool backlog_in_file_ = true;
  Timekeeping timekeeping_;
  std::optional<Timekeeping::Era> kept_era_;  ///< as it stands in the file
};

}  // namespace gatepost::journal
