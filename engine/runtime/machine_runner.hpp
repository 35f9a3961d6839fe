// Runs a state machine of engine/core among threads.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <utility>

#include "core/time.hpp"
#include "runtime/watchdog.hpp"
#include "runtime/worker.hpp"

namespace gatepost::runtime {

inline core::Now now_of(const Clock& clock) {
  const WallTime wall = clock.wall();
  return {clock.boot(), clock.now(), wall, wall >= core::earliest_wall_time};
}

/// Whoever brings an event runs the machine, when nobody else does: its effects are performed in order, outside the
/// lock, by one thread at a time. An effect that is a call is handed to a worker and not waited for, so that whoever
/// brings an event is never held up.
template <class Machine>
class MachineRunner final : private Watchdog::Watched {
 public:
  using Event = typename Machine::Event;
  using Effect = typename Machine::Effect;
  /// `self`: the worker's thread that brought the event, where it is one; then a call may be made by it at once.
  using Perform = std::function<void(Effect&& effect, Worker::Self* self)>;

  template <class Settings>
  MachineRunner(const Clock& clock, Watchdog& watchdog, Perform perform, Settings&& settings)
      : clock_(clock), watchdog_(watchdog), perform_(std::move(perform)), machine_(std::forward<Settings>(settings)) {
    watchdog_.add(*this);
  }
  ~MachineRunner() override { watchdog_.remove(*this); }
  MachineRunner(const MachineRunner&) = delete;
  MachineRunner& operator=(const MachineRunner&) = delete;

  void post(Event event, Worker::Self* self = nullptr) {
    std::unique_lock lock(mutex_);
    inbox_.push_back(std::move(event));
    if (running_) return;
    running_ = true;
    while (!inbox_.empty()) {
      Event next = std::move(inbox_.front());
      inbox_.pop_front();
      machine_.on(std::move(next), now_of(clock_));
      while (auto effect = machine_.next()) {
        lock.unlock();
        perform_(std::move(*effect), self);
        lock.lock();
      }
    }
    running_ = false;
    const auto due = machine_.due();
    set_due(due);
    changed_.notify_all();
    Watchdog& watchdog = watchdog_;
    lock.unlock();  // whoever has waited for this may destroy it now
    watchdog.look_by(due);
  }

  /// `f` of the machine as it is now.
  template <class F>
  auto read(F f) const {
    const std::scoped_lock lock(mutex_);
    return f(machine_);
  }

  /// `f` of the machine as it is now, and of how many events have not been handled yet.
  template <class F>
  auto read_with_pending(F f) const {
    const std::scoped_lock lock(mutex_);
    return f(machine_, inbox_.size());
  }

  /// Until `holds` of the machine, with no event and no effect left; false when that is not so within `patience`, or
  /// when `stop` is asked for.
  template <class P>
  bool wait_for(Duration patience, P holds, const std::stop_token& stop = {}) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, stop, patience, [&] { return !running_ && holds(machine_); });
  }
  template <class P>
  void wait(P holds) const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !running_ && holds(machine_); });
  }

 private:
  void tick() override { post(typename Machine::Tick{}); }
  void set_due(std::optional<BootTime> due) { Watchdog::set_due(*this, due); }

  const Clock& clock_;
  Watchdog& watchdog_;
  const Perform perform_;
  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  Machine machine_;
  std::deque<Event> inbox_;
  bool running_ = false;
};

}  // namespace gatepost::runtime
