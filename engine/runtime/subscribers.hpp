// Those who follow a running site at their own pace: a screen, a log, metrics.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "runtime/observer.hpp"

namespace gatepost::runtime {

/// Tells one Observer on a thread of its own what it is told, in order. Whoever tells is never held up: at most
/// `most_waiting` things wait, then the oldest are passed over.
class Subscriber final : public Observer {
 public:
  static constexpr std::size_t most_waiting = 1024;

  /// `observer` outlives it, and may block.
  explicit Subscriber(Observer& observer);
  Subscriber(const Subscriber&) = delete;
  Subscriber& operator=(const Subscriber&) = delete;
  /// What waits is not told any more. Waits for what is being told.
  ~Subscriber() override = default;

  void answered(const core::Answer& answer) override;
  void recorded(const Record& record) override;

  /// Whether all that waits has been told within `patience`.
  bool drained(Duration patience);
  /// How many were passed over.
  std::uint64_t missed() const;

 private:
  using News = std::variant<core::Answer, Record>;
  void add(News news);
  void work(const std::stop_token& stop);

  Observer& observer_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::condition_variable_any drained_;
  std::deque<News> waiting_;
  bool telling_ = false;
  std::uint64_t missed_ = 0;
  std::jthread thread_;  // last: it uses all of the above
};

/// Several Observers that are told the same.
class Observers final : public Observer {
 public:
  /// They outlive it, and are told in this order.
  explicit Observers(std::vector<Observer*> all) : all_(std::move(all)) {}

  void answered(const core::Answer& answer) override {
    for (auto* one : all_) one->answered(answer);
  }
  void recorded(const Record& record) override {
    for (auto* one : all_) one->recorded(record);
  }

 private:
  const std::vector<Observer*> all_;
};

}  // namespace gatepost::runtime
