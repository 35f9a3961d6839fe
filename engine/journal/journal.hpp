// The site's Records on disk: durable before anything moves, numbered without gaps, chained by hash.
//
// Safe from any thread. Nothing is done here: each call goes to the part that owns what it is about (README.md).
// FORMAT.md describes the file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "journal/dead_letter_queue.hpp"
#include "journal/options.hpp"

namespace gatepost::journal {

class Journal {
 public:
  /// Opens or begins the file; refuses a file that another process writes, and one of another site.
  static Result<std::unique_ptr<Journal>> open(Options options);

  /// Commits and syncs what is waiting, then stops.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Returns when the Record is on disk and synced. The journal fills in id, boot, clock and previous.
  /// Where its writing has not begun by `not_after`, it is not written, and an Error says so: what came late must not
  /// be kept as if it had acted. Where it is not kept by then, an alarm tells of a slow disk.
  Result<RecordId> commit(Record record, BootTime not_after = BootTime::max());

  /// The same without waiting; while the disk fails they are kept and tried again. At most 4096 wait; further ones, and
  /// those that are too large, are dropped, and how many is recorded as an alarm.
  void post(Record record);

  std::uint64_t epoch() const;
  /// Of the newest durable Record; 0: there is none yet.
  std::uint64_t last() const;
  /// The same when the journal was opened: what an earlier run wrote last.
  std::uint64_t found_up_to() const;
  /// Transactions with Records in them since the start: fewer than Records when lanes shared a sync.
  std::uint64_t batches() const;
  /// Somebody has the turn to write, however long the disk keeps him.
  bool is_writing() const;

  /// Sleeps until a Record after `sequence` is durable; false when `stop` was asked for first.
  bool wait_beyond(std::uint64_t sequence, const std::stop_token& stop);

  Standing standing(const std::string& reader) const;
  /// Kept on disk soon: with the next Record, or within a second. A crash before that gives the reader the same Records
  /// again.
  /// Nothing happens where `epoch` is given and is no longer this journal's.
  void move_cursor(const std::string& reader, std::uint64_t sequence, std::uint64_t epoch = 0);

  /// What is in its backlog has been taken, or found lost, up to `sequence`.
  void move_arrear(const std::string& reader, std::uint64_t epoch, std::uint64_t sequence, std::uint64_t lost);

  /// A reader found that the file of that epoch is not what was written: it is set aside, and a new one begins. Nothing
  /// happens where that has been done. With a holder it was put back from a copy. Then the new epoch is above the one
  /// that is held, and what may have been written since, under numbers that were given before, is written again under
  /// new ones, with `copy_of` in its details.
  void report_damage(const Error& what, std::uint64_t epoch, const std::optional<Holder>& holder = {});

  /// From now on these readers hold Records back, and no others; where each goes on is as at opening. Fails only where
  /// some of them are new and the file cannot be read.
  Result<void> read_by(std::vector<std::string> readers);

  /// Sleeps until a Record after the reader's cursor, and after what it says that it has `sent`, is durable or one of
  /// its letters is to be sent again; false when `stop` was asked for first.
  bool wait_for_work(const std::string& reader, const Sent& sent, const std::stop_token& stop);

  /// Keeps a Record that a reader refused for good, with the reason, and moves its cursor past it, in one transaction.
  /// For a letter that is refused once more: keeps the new reason, and it is no longer to be sent.
  Result<void> park(const std::string& reader, const Record& record, const std::string& why);
  /// A letter has been taken after all.
  Result<void> settle(const std::string& reader, std::uint64_t sequence);
  /// Has letters sent again, or drops them; how many.
  Result<std::uint64_t> letters(DeadLetterAction action, const Choice& choice);

  /// What came of an erasure.
  struct Erased {
    std::uint64_t records = 0;   ///< from which personal fields were erased
    std::uint64_t in_chain = 0;  ///< of the person, but of an older version: they stay until they are too old
    WallTime newest_in_chain{};
    bool is_in_wal = false;  ///< somebody reads the journal, so that its WAL has old pages until that one is done
  };
  /// Erases the personal fields of all durable Records, and dead letters, with one of these subjects; Records of kind
  /// change tell of it.
  Result<Erased> erase(const std::vector<std::string>& subjects);

  /// Somebody has set the machine's clock: a Record says so soon, also where nothing else happens.
  void clock_was_set();

  const std::filesystem::path& file() const;

  /// What the flusher would do now: writes what waits and removes what is too old. Nothing when it has threads.
  void work();

 private:
  struct Parts;
  explicit Journal(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace gatepost::journal
