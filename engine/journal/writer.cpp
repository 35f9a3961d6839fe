// The turn to write, and what is done with it.
#include <algorithm>
#include <iterator>
#include <utility>

#include "journal/encoding.hpp"
#include "journal/journal.hpp"

namespace gatepost::journal {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t largest_batch = 512;
constexpr std::size_t most_passed_over = 64;  ///< so that busy lanes cannot keep the keeper from pruning
constexpr std::uint64_t records_between_prunes = 64;
constexpr auto cursor_patience = 1s;
constexpr auto between_attempts = 1s;  ///< of the keeper, while the disk fails
constexpr auto between_looks = 1h;     ///< at the age of Records, where nothing happens

}  // namespace

void Journal::take_turn(Lock& lock) {
  ++turn_wanted_;
  turn_is_free_.wait(lock, [&] { return !turn_is_taken_ || turn_is_handed_; });
  --turn_wanted_;
  turn_is_handed_ = false;
  turn_is_taken_ = true;
}

// To a waiting lane; else to whoever waits in take_turn; else it is free. It stays taken while it changes hands, so
// that a busy lane cannot come in between for ever.
void Journal::give_turn(Lock& lock) {
  const auto lane = std::ranges::find_if(queue_, [](const Queued& queued) { return queued.waiting != nullptr; });
  const bool others_first = turn_wanted_ > 0 && passed_over_ >= most_passed_over;
  if (lane != queue_.end() && !others_first) {
    if (turn_wanted_ > 0) ++passed_over_;
    lane->waiting->woken.release();
    return;
  }
  passed_over_ = 0;
  turn_is_handed_ = turn_wanted_ > 0;
  turn_is_taken_ = turn_is_handed_;
  const bool is_handed = turn_is_handed_;
  const bool keeper_is_due = !queue_.empty() || since_prune_ >= records_between_prunes;
  lock.unlock();
  if (is_handed) turn_is_free_.notify_one();
  if (keeper_is_due) wake_keeper_.notify_one();
}

// Writes what waits now, at most a batch of it, with the places of readers that moved. False: nothing could be written.
bool Journal::write_batch(Lock& lock) {
  under_way_.since = std::chrono::steady_clock::now();
  Result<void> written;
  const auto reported = std::exchange(reported_damage_, {});
  if (reported && reported->epoch == epoch_) damage_ = reported->what;
  if (!is_sound()) {
    lock.unlock();
    written = heal();
    lock.lock();
  }
  auto batch = next_batch();
  for (const auto& queued : batch)
    if (queued.waiting != nullptr) under_way_.waiting.push_back(queued.waiting);
  const bool clock_was_set = std::exchange(clock_was_set_, false);
  const Moved moved = take_moved();
  lock.unlock();
  if (!batch.empty() || clock_was_set) look_at_the_clock(batch);
  if (written) written = write(batch, moved);
  if (written && options_.durable)
    for (const auto& queued : batch) options_.durable(queued.record);
  lock.lock();
  told_.wait(lock, [&] { return !telling_; });
  under_way_ = {};
  if (!written && moved.any) cursors_moved_ = true;
  note_written(batch, written.has_value());
  const auto alarm = note_trouble(written);
  lock.unlock();
  answer(batch, written);  // not under the lock, which those who wake want next
  if (alarm) raise(*alarm);
  lock.lock();
  if (!written) put_back(batch);
  return written.has_value();
}

Journal::Moved Journal::take_moved() {
  if (!std::exchange(cursors_moved_, false)) return {};
  return {cursors_, arrears_, true};
}

std::vector<Journal::Queued> Journal::next_batch() {
  std::vector<Queued> batch;
  if (queue_.size() <= largest_batch) {
    batch.swap(queue_);
  } else {
    const auto end = queue_.begin() + largest_batch;
    batch.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
    queue_.erase(queue_.begin(), end);
  }
  if (dropped_ > 0) {
    Record alarm{.kind = RecordKind::alarm, .at = options_.clock->now(), .wall = options_.clock->wall()};
    alarm.reason = "records_dropped";
    alarm.details["count"] = std::to_string(std::exchange(dropped_, 0));
    batch.push_back({std::move(alarm), nullptr});
    ++posted_;
  }
  posted_ -= static_cast<std::size_t>(std::ranges::count(batch, nullptr, &Queued::waiting));
  return batch;
}

void Journal::note_written(const std::vector<Queued>& batch, bool written) {
  if (!written || batch.empty()) return;
  last_durable_ = end_.sequence;
  since_prune_ += batch.size();
  ++batches_;
  wake_readers_.notify_all();
}

// A lane gives up its Waiting as soon as it is woken: it is not touched after that.
void Journal::answer(const std::vector<Queued>& batch, const Result<void>& written) {
  for (const auto& queued : batch) {
    if (queued.waiting == nullptr) continue;
    queued.waiting->result = written ? Result<RecordId>(queued.record.id) : Result<RecordId>(written.error());
    queued.waiting->done = true;
    queued.waiting->woken.release();
  }
}

// Where there is something to say of it, that comes first.
void Journal::look_at_the_clock(std::vector<Queued>& batch) {
  if (auto note = timekeeping_.look(*options_.clock)) batch.insert(batch.begin(), {std::move(*note), nullptr});
}

// Posted ones are tried again, with the next lane that asks or by the keeper.
void Journal::put_back(std::vector<Queued>& batch) {
  std::erase_if(batch, [](const Queued& queued) { return queued.waiting != nullptr; });
  posted_ += batch.size();
  queue_.insert(queue_.begin(), std::make_move_iterator(batch.begin()), std::make_move_iterator(batch.end()));
}

Result<void> Journal::write(std::vector<Queued>& batch, const Moved& moved) {
  if (batch.empty() && !moved.any) return {};
  if (!end_is_known_)
    if (auto loaded = load_end(); !loaded) return loaded.error();
  const Link before = end_;
  const Result<void> written = in_transaction([&]() -> Result<void> {
    if (auto kept = write_records(batch); !kept) return kept.error();
    if (!batch.empty())
      if (auto kept = write_era(); !kept) return kept.error();
    if (!moved.any) return {};
    if (auto kept = write_arrears(moved.arrears); !kept) return kept.error();
    return write_cursors(moved.cursors);
  });
  if (!written) {
    end_ = before;
    end_is_known_ = false;
    kept_era_.reset();
  } else if (!batch.empty()) {
    promised_ = end_;
    head_.write({{options_.site, epoch_}, end_});
  }
  return written;
}

Result<void> Journal::in_transaction(const std::function<Result<void>()>& work) {
  if (!begin_)
    return Error{"cannot be opened again after a failure of its disk", options_.file.string(), "check the disk"};
  Result<void> done = begin_->run();
  if (done) done = work();
  if (done) done = commit_->run();
  if (!done && database_.in_transaction()) static_cast<void>(database_.run("ROLLBACK"));
  return done;
}

Result<void> Journal::write_records(std::vector<Queued>& batch) {
  for (auto& [record, waiting] : batch) {
    record.id = {options_.site, epoch_, end_.sequence + 1};
    record.boot = boot_;
    timekeeping_.put_right(record);
    record.clock = timekeeping_.state();
    record.previous = end_.hash;
    const auto body = encode(record);
    end_ = {record.id.sequence, hash_of(body)};
    insert_->bind(1, static_cast<std::int64_t>(end_.sequence)).bind(2, body).bind(3, end_.hash);
    if (auto inserted = insert_->run(); !inserted) return inserted.error();
  }
  return {};
}

// Where it changed: not with each Record.
Result<void> Journal::write_era() {
  const auto& era = timekeeping_.era();
  if (kept_era_ && kept_era_->offset == era.offset && kept_era_->state.source == era.state.source) return {};
  save_era_->bind(1, boot_).bind(2, static_cast<std::int64_t>(era.offset.count()));
  save_era_->bind(3, static_cast<std::int64_t>(era.at.time_since_epoch().count()));
  save_era_->bind(4, static_cast<std::int64_t>(era.state.source));
  save_era_->bind(5, static_cast<std::int64_t>(era.state.bound.count()));
  if (auto saved = save_era_->run(); !saved) return saved.error();
  kept_era_ = era;
  return {};
}

Result<void> Journal::write_cursors(const std::map<std::string, std::uint64_t>& cursors) {
  for (const auto& [reader, sequence] : cursors) {
    save_cursor_->bind(1, reader).bind(2, static_cast<std::int64_t>(sequence));
    if (auto saved = save_cursor_->run(); !saved) return saved.error();
  }
  return {};
}

void Journal::keep(const std::stop_token& stop) {
  Lock lock(mutex_);
  while (true) {
    const bool stopping = sleep(lock, stop);
    take_turn(lock);
    bool written = true;
    do written = write_batch(lock);
    while (written && (stopping && !queue_.empty()));
    since_prune_ = 0;
    lock.unlock();
    const bool more = written && is_sound() && prune();
    lock.lock();
    if (more) since_prune_ = records_between_prunes;
    give_turn(lock);
    if (!lock.owns_lock()) lock.lock();
    if (stopping) return;
    if (!written) wake_keeper_.wait_for(lock, stop, between_attempts, [] { return false; });
  }
}

// Until there is something to do for the keeper; true when it is the last.
bool Journal::sleep(Lock& lock, const std::stop_token& stop) {
  const auto is_urgent = [&] {
    return posted_ > 0 || dropped_ > 0 || clock_was_set_ || reported_damage_ || since_prune_ >= records_between_prunes;
  };
  wake_keeper_.wait_for(lock, stop, between_looks, [&] { return is_urgent() || cursors_moved_; });
  if (!is_urgent() && cursors_moved_) wake_keeper_.wait_for(lock, stop, cursor_patience, is_urgent);
  return stop.stop_requested();
}

}  // namespace gatepost::journal
