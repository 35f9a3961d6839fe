// For those who may be slow: whoever adds is never held up, and what they cannot keep up with is passed over.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <gatepost/time.hpp>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace gatepost::runtime {

/// Hands one item after the other to `take`, on a thread of its own. At most `most_waiting` wait, then the oldest are
/// passed over. Thread-safe.
template <class Item>
class DropOldestQueue {
 public:
  static constexpr std::size_t most_waiting = 1024;

  /// May block. `passed_over`: how many were, since the item before.
  using Take = std::function<void(Item item, std::uint64_t passed_over)>;

  explicit DropOldestQueue(Take take)
      : take_(std::move(take)), thread_([this](const std::stop_token& stop) { work(stop); }) {}
  DropOldestQueue(const DropOldestQueue&) = delete;
  DropOldestQueue& operator=(const DropOldestQueue&) = delete;
  /// What waits is not handed over any more. Waits for what is being taken.
  ~DropOldestQueue() = default;

  void add(Item item) {
    {
      const std::scoped_lock lock(mutex_);
      if (waiting_.size() == most_waiting) {
        waiting_.pop_front();
        ++passed_over_;
      }
      waiting_.push_back(std::move(item));
    }
    wake_.notify_one();
  }

  /// Whether all that waits has been taken within `patience`.
  bool drained(Duration patience) {
    std::unique_lock lock(mutex_);
    return drained_.wait_for(lock, patience, [&] { return waiting_.empty() && !taking_; });
  }

  /// How many were, in all.
  std::uint64_t passed_over() const {
    const std::scoped_lock lock(mutex_);
    return passed_over_;
  }

 private:
  void work(const std::stop_token& stop) {
    std::uint64_t told = 0;
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [&] { return !waiting_.empty(); }) && !stop.stop_requested()) {
      Item item = std::move(waiting_.front());
      waiting_.pop_front();
      taking_ = true;
      const std::uint64_t passed_over = passed_over_ - std::exchange(told, passed_over_);
      lock.unlock();
      take_(std::move(item), passed_over);
      lock.lock();
      taking_ = false;
      if (waiting_.empty()) drained_.notify_all();
    }
  }

  const Take take_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_, drained_;
  std::deque<Item> waiting_;
  bool taking_ = false;
  std::uint64_t passed_over_ = 0;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::runtime
