#include "journal/journal.hpp"

#include <algorithm>
#include <gatepost/boot.hpp>
#include <utility>

#include "journal/encoding.hpp"

namespace gatepost::journal {
namespace {

constexpr std::size_t most_posted = 4096;

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(Options options) {
  std::error_code ignored;
  std::filesystem::create_directories(options.file.parent_path(), ignored);  // if it fails, the lock says why
  auto lock = FileLock::take(options.file);
  if (!lock) return lock.error();
  std::unique_ptr<Journal> journal(new Journal(std::move(options), std::move(*lock)));
  if (auto begun = journal->begin(); !begun) return begun.error();
  journal->watch_ = std::jthread([j = journal.get()](const std::stop_token& stop) { j->watch(stop); });
  journal->keeper_ = std::jthread([j = journal.get()](const std::stop_token& stop) { j->keep(stop); });
  return journal;
}

Journal::Journal(Options options, FileLock lock)
    : options_(std::move(options)), lock_(std::move(lock)), boot_(boot_id()) {}

Journal::~Journal() = default;

Result<void> Journal::prepare_statements() {
  const std::pair<std::optional<Statement>*, const char*> wanted[] = {
      {&begin_, "BEGIN IMMEDIATE"},
      {&commit_, "COMMIT"},
      {&insert_, "INSERT INTO records(sequence, body, hash) VALUES(?, ?, ?)"},
      {&save_era_, "INSERT OR REPLACE INTO clocks(boot, offset, at, source, bound) VALUES(?, ?, ?, ?, ?)"},
      {&save_cursor_, "INSERT OR REPLACE INTO cursors(reader, sequence) VALUES(?, ?)"}};
  for (const auto& [statement, sql] : wanted) {
    auto prepared = database_.prepare(sql);
    if (!prepared) return prepared.error();
    *statement = std::move(*prepared);
  }
  return {};
}

Result<void> Journal::load_end() {
  auto end = end_of(database_);
  if (!end) return end.error();
  end_ = *end;
  end_is_known_ = true;
  return {};
}

Result<void> Journal::load_cursors() {
  auto anchor = anchor_of(database_);
  if (!anchor) return anchor.error();
  const std::scoped_lock lock(mutex_);
  cursors_epoch_ = epoch_;
  for (const auto& reader : options_.readers) cursors_[reader] = anchor->sequence;
  auto rows = database_.prepare("SELECT reader, sequence FROM cursors");
  if (!rows) return rows.error();
  while (true) {
    auto row = rows->step();
    if (!row) return row.error();
    if (!*row) return {};
    if (auto known = cursors_.find(std::string(rows->text(0))); known != cursors_.end())
      known->second = std::clamp(static_cast<std::uint64_t>(rows->integer(1)), anchor->sequence, end_.sequence);
  }
}

// What an earlier run of this boot knew of the clock.
Result<void> Journal::load_era() {
  auto row = database_.prepare("SELECT offset, at, source, bound FROM clocks WHERE boot = ?");
  if (!row) return row.error();
  auto found = row->bind(1, boot_).step();
  if (!found) return found.error();
  if (!*found) return {};
  timekeeping_.resume({Duration(row->integer(0)),
                       MonotonicTime(Duration(row->integer(1))),
                       {static_cast<ClockSource>(row->integer(2)), Duration(row->integer(3))}});
  return {};
}

void Journal::clock_was_set() {
  {
    const std::scoped_lock lock(mutex_);
    clock_was_set_ = true;
  }
  wake_keeper_.notify_one();
}

Result<RecordId> Journal::commit(Record record, Duration patience, const std::function<void()>& over) {
  if (const std::size_t size = encoded_size(record); size > largest_record)
    return Error{
        "the Record is too large: " + std::to_string(size) + " bytes of at most " + std::to_string(largest_record),
        options_.file.string(), "shorten what the lane's plugins say of a scan"};
  Waiting waiting;
  if (over) {
    waiting.due = std::chrono::steady_clock::now() + patience;
    waiting.over = &over;
  }
  Lock lock(mutex_);
  ++asked_;
  if (over) shortest_patience_ = std::min(shortest_patience_, patience);
  if (!std::exchange(watching_, true)) wake_watch_.notify_one();
  queue_.push_back({std::move(record), &waiting});
  if (std::exchange(turn_is_taken_, true)) {
    lock.unlock();
    waiting.woken.acquire();
    if (waiting.done) return std::move(waiting.result);
    lock.lock();
  }
  while (!waiting.done) write_batch(lock);
  give_turn(lock);
  return std::move(waiting.result);
}

void Journal::post(Record record) {
  {
    const std::scoped_lock lock(mutex_);
    if (posted_ == most_posted || encoded_size(record) > largest_record) {
      ++dropped_;
    } else {
      ++posted_;
      queue_.push_back({std::move(record), nullptr});
    }
  }
  wake_keeper_.notify_one();
}

std::uint64_t Journal::last() const {
  const std::scoped_lock lock(mutex_);
  return last_durable_;
}

std::uint64_t Journal::batches() const {
  const std::scoped_lock lock(mutex_);
  return batches_;
}

bool Journal::is_writing() const {
  const std::scoped_lock lock(mutex_);
  return turn_is_taken_;
}

bool Journal::wait_beyond(std::uint64_t sequence, const std::stop_token& stop) {
  Lock lock(mutex_);
  return wake_readers_.wait(lock, stop, [&] { return last_durable_ > sequence; });
}

std::uint64_t Journal::epoch() const {
  const std::scoped_lock lock(mutex_);
  return cursors_epoch_;
}

Cursor Journal::cursor(const std::string& reader) const {
  const std::scoped_lock lock(mutex_);
  auto found = cursors_.find(reader);
  return {cursors_epoch_, found == cursors_.end() ? 0 : found->second};
}

void Journal::move_cursor(const std::string& reader, std::uint64_t sequence, std::uint64_t epoch) {
  const std::scoped_lock lock(mutex_);
  if (epoch != 0 && epoch != cursors_epoch_) return;
  cursors_[reader] = sequence;
  if (!std::exchange(cursors_moved_, true)) wake_keeper_.notify_one();
}

}  // namespace gatepost::journal
