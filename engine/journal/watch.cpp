// What is said and done while the disk does not do its work in time, or at all.
#include <algorithm>
#include <utility>

#include "journal/journal.hpp"

namespace gatepost::journal {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto between_looks = 1s;  ///< at most, while somebody writes
constexpr auto slow = 2s;           ///< one write that takes longer is an alarm, whoever waits for it

}  // namespace

bool is_told_at_once(const Record& record) {
  return record.kind == RecordKind::alarm &&
         (record.reason == "journal_slow" || record.reason == "journal_failed" ||
          record.reason == "journal_recovered" || record.reason == "journal_set_aside");
}

// A thread of its own: those who write may hang in the disk. It sleeps until somebody asks for a Record, and then looks
// on until nobody has for a while, so that a lane wakes it once and not with each Record.
void Journal::watch(const std::stop_token& stop) {
  Lock lock(mutex_);
  while (wake_watch_.wait(lock, stop, [&] { return watching_; }) && !stop.stop_requested()) {
    const std::uint64_t asked = asked_;
    const auto look = std::min<Duration>(between_looks, shortest_patience_);
    wake_watch_.wait_until(lock, stop, std::min(next_due(), steady_clock::now() + look), [] { return false; });
    tell_overdue(lock);
    watching_ = under_way_.since || !queue_.empty() || asked_ != asked;
  }
}

steady_clock::time_point Journal::next_due() const {
  auto due = steady_clock::time_point::max();
  const auto consider = [&](const Waiting* waiting) {
    if (waiting != nullptr && waiting->over != nullptr) due = std::min(due, waiting->due);
  };
  for (const auto* waiting : under_way_.waiting) consider(waiting);
  for (const auto& queued : queue_) consider(queued.waiting);
  return due;
}

// Whoever has the turn does not answer while somebody is being told: a Waiting lives until then.
void Journal::tell_overdue(Lock& lock) {
  const auto now = steady_clock::now();
  std::vector<Waiting*> overdue;
  const auto consider = [&](Waiting* waiting) {
    if (waiting != nullptr && waiting->over != nullptr && waiting->due <= now) overdue.push_back(waiting);
  };
  for (auto* waiting : under_way_.waiting) consider(waiting);
  for (const auto& queued : queue_) consider(queued.waiting);
  const bool is_slow = !overdue.empty() || (under_way_.since && now - *under_way_.since >= slow);
  std::optional<Record> alarm;
  if (is_slow && !trouble_) {
    trouble_ = Error{"the disk has not kept a Record in time", options_.file.string(),
                     "look for what else writes to this disk, and at the disk's health"};
    alarm = trouble_record("journal_slow", *trouble_);
    queue_.push_back({*alarm, nullptr});
    ++posted_;
  }
  if (overdue.empty() && !alarm) return;
  std::vector<const std::function<void()>*> tell;
  tell.reserve(overdue.size());
  for (auto* waiting : overdue) tell.push_back(std::exchange(waiting->over, nullptr));
  telling_ = true;
  lock.unlock();
  if (alarm) raise(*alarm);
  for (const auto* over : tell) (*over)();
  lock.lock();
  telling_ = false;
  told_.notify_all();
}

Record Journal::trouble_record(std::string reason, const Error& error) const {
  Record record{.kind = RecordKind::alarm, .at = options_.clock->now(), .wall = options_.clock->wall()};
  record.reason = std::move(reason);
  if (!error.what.empty()) record.details["error"] = to_line(error);
  return record;
}

// With the lock. The alarm to be told at once, where things have changed; it waits for the disk as any posted Record.
std::optional<Record> Journal::note_trouble(const Result<void>& written) {
  if (written.has_value() == !trouble_) return {};
  if (!written && trouble_) {
    trouble_ = written.error();
    return {};
  }
  Record alarm = written ? trouble_record("journal_recovered", {}) : trouble_record("journal_failed", written.error());
  if (written)
    trouble_.reset();
  else
    trouble_ = written.error();
  queue_.push_back({alarm, nullptr});
  ++posted_;
  return alarm;
}

void Journal::raise(const Record& alarm) {
  if (options_.alarm) options_.alarm(alarm);
}

}  // namespace gatepost::journal
