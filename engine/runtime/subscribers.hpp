// Those who follow a running site at their own pace: a screen, a log, metrics.
#pragma once

#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/drop_oldest_queue.hpp"
#include "runtime/observer.hpp"

namespace gatepost::runtime {

/// Tells one Observer on a thread of its own what it is told, in order. Whoever tells is never held up: what it cannot
/// keep up with is passed over.
class Subscriber final : public Observer {
 public:
  /// `observer` outlives it, and may block.
  explicit Subscriber(Observer& observer);

  void answered(const core::Answer& answer) override { news_.add(answer); }
  void prompted(const core::Answer& prompt) override { news_.add(Prompt{prompt}); }
  void recorded(const Record& record) override { news_.add(record); }
  void logged(const LogLine& line) override { news_.add(line); }

  /// Whether all that waits has been told within `patience`.
  bool drained(Duration patience) { return news_.drained(patience); }
  /// How many were passed over.
  std::uint64_t missed() const { return news_.passed_over(); }

 private:
  struct Prompt {
    core::Answer told;
  };
  using News = std::variant<core::Answer, Prompt, Record, LogLine>;
  DropOldestQueue<News> news_;
};

/// Several Observers that are told the same.
class Observers final : public Observer {
 public:
  /// They outlive it, and are told in this order.
  explicit Observers(std::vector<Observer*> all) : all_(std::move(all)) {}

  void answered(const core::Answer& answer) override {
    for (auto* one : all_) one->answered(answer);
  }
  void prompted(const core::Answer& prompt) override {
    for (auto* one : all_) one->prompted(prompt);
  }
  void recorded(const Record& record) override {
    for (auto* one : all_) one->recorded(record);
  }
  void logged(const LogLine& line) override {
    for (auto* one : all_) one->logged(line);
  }

 private:
  const std::vector<Observer*> all_;
};

}  // namespace gatepost::runtime
