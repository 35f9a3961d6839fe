// The site's Records on disk: durable before anything moves, numbered without gaps, chained by hash.
//
// One writer thread gathers what is waiting and commits it together, so lanes that ask at the same moment share one
// sync. FORMAT.md describes the file.
#pragma once

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
#include "journal/sqlite.hpp"

namespace gatepost::journal {

struct Options {
  std::filesystem::path file;
  std::uint64_t site = 0;  ///< the checkpoint's code
  Duration keep = std::chrono::hours(24 * 90);
  std::uint64_t max_size = 1ULL << 30;  ///< bytes
  std::vector<std::string> readers{};   ///< names of the cursors that hold Records back; others are forgotten
  const Clock* clock = nullptr;
  /// Told each Record once it is durable, in order, before commit returns. On the writer's thread: must be quick.
  std::function<void(const Record&)> durable{};
};

class Journal {
 public:
  /// Opens or begins the file; refuses a file that another process writes, and one of another site.
  static Result<std::unique_ptr<Journal>> open(Options options);

  /// Commits and syncs what is waiting, then stops.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Returns when the Record is on disk and synced. Safe from any thread. The journal fills in id, boot and previous.
  Result<RecordId> commit(Record record);

  /// The same without waiting. At most 4096 wait; beyond that the oldest posted ones are dropped and an alarm is
  /// recorded.
  void post(Record record);

  std::uint64_t epoch() const { return epoch_; }
  /// Of the newest durable Record; 0: there is none yet.
  std::uint64_t last() const;

  /// Sleeps until a Record after `sequence` is durable; false when `stop` was asked for first.
  bool wait_beyond(std::uint64_t sequence, const std::stop_token& stop);

  /// Up to where a reader has got. 0: nowhere.
  std::uint64_t cursor(const std::string& reader) const;
  /// Kept on disk soon: with the next Record, or within a second. A crash before that gives the reader the same Records
  /// again.
  void move_cursor(const std::string& reader, std::uint64_t sequence);

  /// Keeps a Record that a reader refused for good, with the reason, and moves its cursor past it, in one transaction.
  Result<void> bury(const std::string& reader, const Record& record, const std::string& why);

  const std::filesystem::path& file() const { return options_.file; }

 private:
  struct Waiting {
    Record record;
    Result<RecordId> result = RecordId{};
    std::binary_semaphore done{0};
  };
  struct Queued {
    Record record;
    Waiting* waiting = nullptr;  ///< whom to tell; null: posted
  };

  Journal(Options options, FileLock lock, Database database);
  Result<void> begin();
  Result<void> load_end();
  Result<void> load_cursors();

  void work(const std::stop_token& stop);
  std::vector<Queued> next_batch(const std::stop_token& stop);
  void write(std::vector<Queued>& batch);
  Result<void> write_all(std::vector<Queued>& batch);
  Result<void> save_cursors();
  void settle(std::vector<Queued>& batch, const Result<void>& written);
  void prune();
  Result<void> prune_step(std::uint64_t up_to);
  bool has_old_or_too_many(std::uint64_t up_to);
  std::uint64_t slowest_cursor() const;

  const Options options_;
  const FileLock lock_;
  const std::string boot_;
  std::uint64_t epoch_ = 0;

  // Of the writer's thread, and of open() before it starts.
  std::mutex database_mutex_;  ///< bury() uses the connection too
  Database database_;
  std::optional<Statement> insert_, save_cursor_;
  std::uint64_t last_written_ = 0;
  std::array<std::byte, 32> last_hash_{};
  bool end_is_known_ = false;  ///< false after a failed commit: then the end is read again
  std::uint64_t since_prune_ = 0;
  bool over_size_said_ = false;

  mutable std::mutex mutex_;
  std::condition_variable_any wake_writer_;
  std::condition_variable_any wake_readers_;
  std::vector<Queued> queue_;
  std::size_t posted_ = 0, dropped_ = 0;
  std::map<std::string, std::uint64_t> cursors_;
  bool cursors_moved_ = false;
  std::uint64_t last_durable_ = 0;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::journal
