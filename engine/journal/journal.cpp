#include "journal/journal.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

#include "journal/encoding.hpp"
#include "journal/schema.hpp"

namespace gatepost::journal {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_posted = 4096;
constexpr std::size_t largest_batch = 512;
constexpr auto cursor_patience = 1s;

std::string boot_id() {
  std::string text;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> text;
  std::erase(text, '-');
  return text;
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(Options options) {
  std::error_code ignored;
  std::filesystem::create_directories(options.file.parent_path(), ignored);  // if it fails, the lock says why
  auto lock = FileLock::take(options.file);
  if (!lock) return lock.error();
  auto database = Database::open(options.file, Database::Access::create);
  if (!database) return database.error();
  std::unique_ptr<Journal> journal(new Journal(std::move(options), std::move(*lock), std::move(*database)));
  if (auto begun = journal->begin(); !begun) return begun.error();
  journal->thread_ = std::jthread([j = journal.get()](const std::stop_token& stop) { j->work(stop); });
  return journal;
}

Journal::Journal(Options options, FileLock lock, Database database)
    : options_(std::move(options)), lock_(std::move(lock)), boot_(boot_id()), database_(std::move(database)) {}

Journal::~Journal() = default;

Result<void> Journal::begin() {
  auto identity = prepare_file(database_, options_.file, options_.site, options_.clock->wall());
  if (!identity) return identity.error();
  epoch_ = identity->epoch;
  auto insert = database_.prepare("INSERT INTO records(sequence, body, hash) VALUES(?, ?, ?)");
  if (!insert) return insert.error();
  insert_ = std::move(*insert);
  auto save = database_.prepare("INSERT OR REPLACE INTO cursors(reader, sequence) VALUES(?, ?)");
  if (!save) return save.error();
  save_cursor_ = std::move(*save);
  if (auto loaded = load_end(); !loaded) return loaded.error();
  last_durable_ = last_written_;
  return load_cursors();
}

Result<void> Journal::load_end() {
  auto end = end_of(database_);
  if (!end) return end.error();
  last_written_ = end->sequence;
  last_hash_ = end->hash;
  end_is_known_ = true;
  return {};
}

Result<void> Journal::load_cursors() {
  for (const auto& reader : options_.readers) cursors_[reader] = 0;
  auto rows = database_.prepare("SELECT reader, sequence FROM cursors");
  if (!rows) return rows.error();
  while (true) {
    auto row = rows->step();
    if (!row) return row.error();
    if (!*row) return {};
    if (auto known = cursors_.find(std::string(rows->text(0))); known != cursors_.end())
      known->second = std::min(static_cast<std::uint64_t>(rows->integer(1)), last_written_);
  }
}

Result<RecordId> Journal::commit(Record record) {
  Waiting waiting;
  {
    const std::scoped_lock lock(mutex_);
    queue_.push_back({std::move(record), &waiting});
  }
  wake_writer_.notify_one();
  waiting.done.acquire();
  return std::move(waiting.result);
}

void Journal::post(Record record) {
  {
    const std::scoped_lock lock(mutex_);
    if (posted_ == most_posted) {
      ++dropped_;
      return;
    }
    ++posted_;
    queue_.push_back({std::move(record), nullptr});
  }
  wake_writer_.notify_one();
}

std::uint64_t Journal::last() const {
  const std::scoped_lock lock(mutex_);
  return last_durable_;
}

bool Journal::wait_beyond(std::uint64_t sequence, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  return wake_readers_.wait(lock, stop, [&] { return last_durable_ > sequence; });
}

std::uint64_t Journal::cursor(const std::string& reader) const {
  const std::scoped_lock lock(mutex_);
  auto found = cursors_.find(reader);
  return found == cursors_.end() ? 0 : found->second;
}

void Journal::move_cursor(const std::string& reader, std::uint64_t sequence) {
  const std::scoped_lock lock(mutex_);
  cursors_[reader] = sequence;
  // The writer is not woken for it unless it sleeps without a limit.
  if (!std::exchange(cursors_moved_, true)) wake_writer_.notify_one();
}

void Journal::work(const std::stop_token& stop) {
  while (true) {
    auto batch = next_batch(stop);
    write(batch);
    if (!batch.empty()) continue;
    prune();
    const std::scoped_lock lock(mutex_);
    if (stop.stop_requested() && queue_.empty() && !cursors_moved_) return;
  }
}

// What waits now, at most a batch of it. Empty: nothing came, but cursors may want to be saved, or the end has come.
std::vector<Journal::Queued> Journal::next_batch(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const auto has_work = [&] { return !queue_.empty(); };
  if (cursors_moved_)
    wake_writer_.wait_for(lock, stop, cursor_patience, has_work);
  else
    wake_writer_.wait(lock, stop, [&] { return has_work() || cursors_moved_; });
  std::vector<Queued> batch;
  if (queue_.size() <= largest_batch) {
    batch.swap(queue_);
  } else {
    const auto end = queue_.begin() + largest_batch;
    batch.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
    queue_.erase(queue_.begin(), end);
  }
  posted_ -= static_cast<std::size_t>(std::ranges::count(batch, nullptr, &Queued::waiting));
  if (!batch.empty() && dropped_ > 0) {
    Record alarm{.kind = RecordKind::alarm, .at = options_.clock->now(), .wall = options_.clock->wall()};
    alarm.reason = "records_dropped";
    alarm.details["count"] = std::to_string(std::exchange(dropped_, 0));
    batch.push_back({std::move(alarm), nullptr});
  }
  return batch;
}

void Journal::write(std::vector<Queued>& batch) {
  const std::scoped_lock lock(database_mutex_);
  const Result<void> written = write_all(batch);
  if (!written) {
    end_is_known_ = false;
    if (database_.in_transaction()) static_cast<void>(database_.run("ROLLBACK"));
  }
  settle(batch, written);
}

Result<void> Journal::write_all(std::vector<Queued>& batch) {
  if (!end_is_known_)
    if (auto loaded = load_end(); !loaded) return loaded.error();
  if (auto begun = database_.run("BEGIN IMMEDIATE"); !begun) return begun.error();
  std::uint64_t sequence = last_written_;
  Hash hash = last_hash_;
  for (auto& queued : batch) {
    queued.record.id = {options_.site, epoch_, ++sequence};
    queued.record.boot = boot_;
    queued.record.previous = hash;
    const auto body = encode(queued.record);
    hash = hash_of(body);
    insert_->bind(1, static_cast<std::int64_t>(sequence)).bind(2, body).bind(3, hash);
    if (auto inserted = insert_->run(); !inserted) return inserted.error();
  }
  if (auto saved = save_cursors(); !saved) return saved.error();
  if (auto committed = database_.run("COMMIT"); !committed) return committed.error();
  last_written_ = sequence;
  last_hash_ = hash;
  since_prune_ += batch.size();
  return {};
}

Result<void> Journal::save_cursors() {
  std::map<std::string, std::uint64_t> moved;
  {
    const std::scoped_lock lock(mutex_);
    if (!std::exchange(cursors_moved_, false)) return {};
    moved = cursors_;
  }
  for (const auto& [reader, sequence] : moved) {
    save_cursor_->bind(1, reader).bind(2, static_cast<std::int64_t>(sequence));
    if (auto saved = save_cursor_->run(); !saved) return saved.error();
  }
  return {};
}

void Journal::settle(std::vector<Queued>& batch, const Result<void>& written) {
  if (written && options_.durable)
    for (const auto& queued : batch) options_.durable(queued.record);
  if (written) {
    {
      const std::scoped_lock lock(mutex_);
      last_durable_ = last_written_;
    }
    wake_readers_.notify_all();
  }
  for (auto& queued : batch) {
    if (queued.waiting == nullptr) continue;
    queued.waiting->result = written ? Result<RecordId>(queued.record.id) : Result<RecordId>(written.error());
    queued.waiting->done.release();
  }
}

Result<void> Journal::bury(const std::string& reader, const Record& record, const std::string& why) {
  const std::scoped_lock lock(database_mutex_);
  auto insert =
      database_.prepare("INSERT OR REPLACE INTO dead_letters(reader, sequence, body, why, wall) VALUES(?, ?, ?, ?, ?)");
  if (!insert) return insert.error();
  insert->bind(1, reader).bind(2, static_cast<std::int64_t>(record.id.sequence)).bind(3, encode(record)).bind(4, why);
  insert->bind(5, static_cast<std::int64_t>(options_.clock->wall().time_since_epoch().count()));
  if (auto kept = insert->run(); !kept) return kept.error();
  move_cursor(reader, record.id.sequence);
  return {};
}

}  // namespace gatepost::journal
