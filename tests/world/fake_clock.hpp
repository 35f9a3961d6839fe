// A clock in the hands of a test.
#pragma once

#include <atomic>
#include <chrono>
#include <gatepost/time.hpp>

namespace gatepost::world {

/// Time that moves only when it is told to.
class FakeClock final : public Clock {
 public:
  MonotonicTime now() const override { return MonotonicTime(Duration(time())); }
  WallTime wall() const override { return WallTime(Duration(time() + offset_)); }
  ClockState state() const override { return {source_, Duration(bound_)}; }
  Duration slept() const override { return Duration(slept_); }
  void pass(Duration time) { now_ += time.count(); }
  /// From now on it also passes by itself, as real time does: for what waits for a time to be over.
  void run() { running_since_ = std::chrono::steady_clock::now().time_since_epoch().count(); }

  /// Somebody sets the wall clock that far forward, or back.
  void step(Duration by) { offset_ += by.count(); }
  void set(WallTime wall) { offset_ = wall.time_since_epoch().count() - time(); }
  void become(ClockSource source, Duration bound = Duration::max()) {
    source_ = source;
    bound_ = bound.count();
  }
  void sleep(Duration time) {
    offset_ += time.count();
    slept_ += time.count();
  }

 private:
  Duration::rep time() const {
    const Duration::rep since = running_since_;
    return now_ + (since == 0 ? 0 : std::chrono::steady_clock::now().time_since_epoch().count() - since);
  }
  std::atomic<Duration::rep> running_since_ = 0;
  std::atomic<Duration::rep> now_ = 1'000'000'000;
  std::atomic<Duration::rep> offset_ = 1'800'000'000LL * 1'000'000'000;
  std::atomic<Duration::rep> slept_ = 0, bound_ = Duration::max().count();
  std::atomic<ClockSource> source_ = ClockSource::free;
};

}  // namespace gatepost::world
