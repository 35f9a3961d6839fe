// The site's Records on disk: durable before anything moves, numbered without gaps, chained by hash.
//
// One thread at a time has the turn to write. A lane that finds it free takes it and writes what waits, its own Record
// first of all; lanes that come meanwhile wait together, and one of them writes for all, with one sync. So a lane alone
// pays no change of threads. What nobody waits for is left to the keeper, a thread of the journal's own.
// FORMAT.md describes the file.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "journal/file_lock.hpp"
#include "journal/head_note.hpp"
#include "journal/letters.hpp"
#include "journal/schema.hpp"
#include "journal/sqlite.hpp"
#include "journal/timekeeping.hpp"

namespace gatepost::journal {

struct Options {
  std::filesystem::path file;
  std::uint64_t site = 0;  ///< the checkpoint's code
  Duration keep = std::chrono::hours(24 * 90);
  std::uint64_t max_size = 1ULL << 30;  ///< bytes
  /// Names of the cursors that hold Records back. Others hold nothing; one that comes back goes on from where it was,
  /// or from the oldest Record kept.
  std::vector<std::string> readers{};
  const Clock* clock = nullptr;
  /// Told each Record once it is durable, in order, before commit returns. Calls come from any thread, one at a time:
  /// must be quick, and must not ask for a commit.
  std::function<void(const Record&)> durable{};
  /// Told at once, from any thread, what keeps Records from being kept now, or that they can be again: an alarm that is
  /// not on disk yet. Must be quick, and must not ask the journal for anything.
  std::function<void(const Record&)> alarm{};
};

/// Bytes of a Record as kept; a larger one is refused.
constexpr std::size_t largest_record = 64 * 1024;

/// What a reader has not taken yet of a journal that was set aside.
struct Arrear {
  std::filesystem::path file{};
  std::uint64_t epoch = 0;     ///< in the file's name
  std::uint64_t sequence = 0;  ///< taken, or found lost, up to here
  std::uint64_t last = 0;
  std::uint64_t lost = 0;  ///< what could not be read, since this run began
};

/// Up to where a reader has got: a sequence is no place in another epoch's file.
struct Cursor {
  std::uint64_t epoch = 0;
  std::uint64_t sequence = 0;  ///< 0: nowhere
};

/// Options::alarm was told of it before it was durable.
bool is_told_at_once(const Record& record);

// Its members stand by who may touch them, not by size.
class Journal {  // NOLINT(clang-analyzer-optin.performance.Padding)
 public:
  /// Opens or begins the file; refuses a file that another process writes, and one of another site.
  static Result<std::unique_ptr<Journal>> open(Options options);

  /// Commits and syncs what is waiting, then stops.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Returns when the Record is on disk and synced. Safe from any thread. The journal fills in id, boot,
  /// clock and previous.
  /// Where that takes longer than `patience`, `over` is called once, from another thread, while commit goes on waiting;
  /// commit does not return before `over` has.
  Result<RecordId> commit(Record record, Duration patience = Duration::max(), const std::function<void()>& over = {});

  /// The same without waiting; while the disk fails they are kept and tried again. At most 4096 wait; further ones, and
  /// those that are too large, are dropped, and how many is recorded as an alarm.
  void post(Record record);

  std::uint64_t epoch() const;
  /// Of the newest durable Record; 0: there is none yet.
  std::uint64_t last() const;
  /// Transactions with Records in them since the start: fewer than Records when lanes shared a sync.
  std::uint64_t batches() const;
  /// Somebody has the turn to write, however long the disk keeps him.
  bool is_writing() const;

  /// Sleeps until a Record after `sequence` is durable; false when `stop` was asked for first.
  bool wait_beyond(std::uint64_t sequence, const std::stop_token& stop);

  Cursor cursor(const std::string& reader) const;
  /// Kept on disk soon: with the next Record, or within a second. A crash before that gives the reader the same Records
  /// again.
  /// Nothing happens where `epoch` is given and is no longer this journal's.
  void move_cursor(const std::string& reader, std::uint64_t sequence, std::uint64_t epoch = 0);

  /// The oldest of what a reader has still to take from journals that were set aside.
  std::optional<Arrear> arrear(const std::string& reader) const;
  /// It has been taken, or found lost, up to `sequence`.
  void move_arrear(const std::string& reader, std::uint64_t epoch, std::uint64_t sequence, std::uint64_t lost);

  /// A reader found that the file of that epoch is not what was written: it is set aside, and a new one begins. Nothing
  /// happens where that has been done.
  void report_damage(const Error& what, std::uint64_t epoch);

  /// From now on these readers hold Records back, and no others; where each goes on is as at opening. Fails only where
  /// some of them are new and the file cannot be read.
  Result<void> read_by(std::vector<std::string> readers);

  /// Sleeps until a Record after the reader's cursor is durable or one of its letters is to be sent again; false when
  /// `stop` was asked for first.
  bool wait_for_work(const std::string& reader, const std::stop_token& stop);

  /// Keeps a Record that a reader refused for good, with the reason, and moves its cursor past it, in one transaction.
  /// For a letter that is refused once more: keeps the new reason, and it is no longer to be sent.
  Result<void> bury(const std::string& reader, const Record& record, const std::string& why);
  /// A letter has been taken after all.
  Result<void> settle(const std::string& reader, std::uint64_t sequence);
  /// Has letters sent again, or drops them; how many.
  Result<std::uint64_t> letters(LetterDeed deed, const Choice& choice);
  /// How many a reader has.
  std::uint64_t letters(const std::string& reader) const;
  /// Whether some of them are to be sent again.
  bool letters_asked(const std::string& reader) const;

  /// Somebody has set the machine's clock: a Record says so soon, also where nothing else happens.
  void clock_was_set();

  const std::filesystem::path& file() const { return options_.file; }

 private:
  using Lock = std::unique_lock<std::mutex>;
  struct Waiting {
    Result<RecordId> result = RecordId{};
    bool done = false;  ///< false when woken: to take the turn
    std::chrono::steady_clock::time_point due = std::chrono::steady_clock::time_point::max();
    const std::function<void()>* over = nullptr;  ///< until it was told
    std::binary_semaphore woken{0};
  };
  struct Queued {
    Record record;
    Waiting* waiting = nullptr;  ///< whom to tell; null: posted
  };
  /// A reader's dead letters, and how many of them are to be sent again.
  struct Mail {
    std::uint64_t letters = 0, asked = 0;
  };

  /// Those who wait, and since when.
  struct UnderWay {
    std::vector<Waiting*> waiting{};
    std::optional<std::chrono::steady_clock::time_point> since{};
  };
  using Arrears = std::map<std::string, std::map<std::uint64_t, Arrear>>;

  Journal(Options options, FileLock lock);
  Result<void> begin();
  Result<void> load_all();
  Result<void> prepare_statements();
  Result<void> load_end();
  Result<void> load_cursors();
  Result<void> load_era();
  Result<void> join(const std::vector<std::string>& readers);

  // Opening, also again: recovery.cpp.
  Result<void> open_file();
  void close_file();
  Error emptied(const Head& noted) const;
  Result<void> examine_end();
  Result<std::optional<Hash>> hash_kept(std::uint64_t sequence);
  void tell_of_survivors(std::uint64_t first, std::uint64_t last);
  bool was_ours() const;
  bool is_sound() const;
  Result<void> heal();
  Result<void> write_anew();
  Result<void> start_anew(const Error& damage);
  Result<void> begin_file();
  Result<void> adopt_arrears();
  Result<void> adopt(std::uint64_t epoch);
  Result<void> load_arrears();
  Result<void> write_arrears(const Arrears& arrears);

  // Trouble with the disk: watch.cpp.
  void watch(const std::stop_token& stop);
  std::chrono::steady_clock::time_point next_due() const;
  void tell_overdue(Lock& lock);
  Record trouble_record(std::string reason, const Error& error) const;
  Record salvaged(const std::string& reader, const Arrear& arrear) const;
  std::optional<Record> note_trouble(const Result<void>& written);
  void raise(const Record& alarm);

  // The turn: whoever has it may use the connection. Lock is of mutex_.
  void take_turn(Lock& lock);
  void give_turn(Lock& lock);
  bool write_batch(Lock& lock);
  std::vector<Queued> next_batch();
  void look_at_the_clock(std::vector<Queued>& batch);
  void note_written(const std::vector<Queued>& batch, bool written);
  static void answer(const std::vector<Queued>& batch, const Result<void>& written);
  void put_back(std::vector<Queued>& batch);

  // With the turn, without the lock.
  /// Places of readers that moved, to be kept.
  struct Moved {
    std::map<std::string, std::uint64_t> cursors{};
    Arrears arrears{};
    bool any = false;
  };
  Moved take_moved();
  Result<void> write(std::vector<Queued>& batch, const Moved& moved);
  Result<void> write_records(std::vector<Queued>& batch);
  Result<void> write_era();
  Result<void> write_cursors(const std::map<std::string, std::uint64_t>& cursors);
  Result<void> write_burial(const std::string& reader, const Record& record, const std::string& why,
                            std::uint64_t past);
  Result<void> in_transaction(const std::function<Result<void>()>& work);
  bool prune();
  Result<std::uint64_t> prunable(const Link& anchor);
  Result<void> prune_step(std::uint64_t up_to);
  Result<std::map<std::string, Duration>> boot_offsets();
  Duration age_of(const Record& record, const std::map<std::string, Duration>& offsets) const;
  bool is_too_large();
  void say_held_back(const std::string& reader);
  Result<void> count_mail();

  Result<void> with_turn(const std::function<Result<void>()>& work, const std::function<void()>& then = {});
  bool has_asked(const std::string& reader) const;

  // The keeper's thread.
  void keep(const std::stop_token& stop);
  bool sleep(Lock& lock, const std::stop_token& stop);

  Options options_;  ///< only its readers change, under the mutex
  const FileLock lock_;
  const std::string boot_;

  // Of whoever has the turn.
  std::uint64_t epoch_ = 0;
  Database database_;
  std::optional<Statement> begin_, commit_, insert_, save_cursor_, save_era_;
  Link end_{};
  bool end_is_known_ = false;  ///< false after a failed commit: then the end is read again
  Link promised_{};            ///< the newest Record that somebody was told of, or that was found at the start
  HeadNote head_{};
  std::optional<Error> damage_;             ///< why the file cannot be trusted
  std::optional<std::uint64_t> set_aside_;  ///< a file whose readers are not led to the new one yet, by its epoch
  bool held_back_said_ = false;
  bool arrears_in_file_ = true;
  Timekeeping timekeeping_;
  std::optional<Timekeeping::Era> kept_era_;  ///< as it stands in the file

  mutable std::mutex mutex_;
  bool turn_is_taken_ = false;
  bool turn_is_handed_ = false;  ///< taken, for one of those who wait in take_turn
  std::size_t turn_wanted_ = 0;  ///< how many wait in take_turn
  std::size_t passed_over_ = 0;  ///< how often lanes went before them
  std::condition_variable turn_is_free_;
  std::condition_variable_any wake_keeper_;
  std::condition_variable_any wake_readers_;
  std::vector<Queued> queue_;
  std::size_t posted_ = 0, dropped_ = 0;
  std::uint64_t cursors_epoch_ = 0;  ///< of the file that cursors_ are places in: while one begins, not yet epoch_
  std::map<std::string, std::uint64_t> cursors_;
  bool cursors_moved_ = false;  ///< or arrears
  Arrears arrears_;
  struct Reported {
    Error what;
    std::uint64_t epoch;
  };
  std::optional<Reported> reported_damage_;
  std::optional<Error> trouble_;
  UnderWay under_way_;
  bool telling_ = false;  ///< an `over` is being called
  std::condition_variable told_;
  bool watching_ = false;
  std::uint64_t asked_ = 0;  ///< commits, so that the watch sees whether there were any
  Duration shortest_patience_ = std::chrono::seconds(1);
  std::condition_variable_any wake_watch_;
  std::map<std::string, Mail> mail_;
  bool clock_was_set_ = false;
  std::uint64_t since_prune_ = 0;
  std::uint64_t last_durable_ = 0;
  std::uint64_t batches_ = 0;
  std::jthread watch_;
  std::jthread keeper_;  // last: it uses all of the above
};

}  // namespace gatepost::journal
