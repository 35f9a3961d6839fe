// What a device has seen, in order, for a test to wait for.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

namespace gatepost::lab {

using Clock = std::chrono::steady_clock;

/// Safe to use from several threads.
template <class T>
class Seen {
 public:
  void add(T item) {
    const std::scoped_lock lock(mutex_);
    items_.push_back(std::move(item));
    changed_.notify_all();
  }
  std::vector<T> all() const {
    const std::scoped_lock lock(mutex_);
    return items_;
  }
  void clear() {
    const std::scoped_lock lock(mutex_);
    items_.clear();
  }

  /// Waits until `holds` of all that was seen; what it says in the end.
  bool waits(const std::function<bool(const std::vector<T>&)>& holds,
             std::chrono::milliseconds patience = std::chrono::seconds(10)) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return holds(items_); });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<T> items_;
};

}  // namespace gatepost::lab
