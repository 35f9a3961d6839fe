// Virtual time: what is to happen happens in order, and waiting costs nothing.
//
// Networks, wires and boards know a Timeline, and a driver's connection knows who waits. Alone (VirtualTime) both are
// one, on one thread; in the one world a scheduler stands behind them, and who waits is a thread of a process that may
// be frozen or killed meanwhile.
#pragma once

#include <cstdint>
#include <functional>
#include <gatepost/time.hpp>
#include <map>
#include <string_view>
#include <utility>

namespace gatepost::simulation {

class Timeline : public Clock {
 public:
  /// At `time`, or now where that is over; two of one moment in the order in which they were said.
  virtual void at(BootTime time, std::function<void()> happening) = 0;
  void after(Duration time, std::function<void()> happening) { at(boot() + time, std::move(happening)); }
};

/// Who waits in a driver: one at a time.
class Waiting {
 public:
  virtual ~Waiting() = default;
  /// Until it is enough, or until then.
  virtual void wait(BootTime until, const std::function<bool()>& enough) = 0;
  void wait(BootTime until) {
    wait(until, [] { return false; });
  }
  /// Something has come that may be enough.
  virtual void wake() {}

  /// Its process is dead: nothing that it asks works any more, and nothing of it leaves.
  virtual bool is_gone() const { return false; }
  /// It goes into the kernel, which may keep it.
  virtual void connects() {}
  virtual void reads() {}
  /// Bytes of it leave.
  virtual void writes(std::string_view bytes) { static_cast<void>(bytes); }
};

/// Of one simulation, on one thread.
class VirtualTime final : public Timeline, public Waiting {
 public:
  MonotonicTime now() const override { return MonotonicTime(now_.time_since_epoch()); }
  WallTime wall() const override { return WallTime(now_.time_since_epoch()); }
  BootTime boot() const override { return now_; }

  void at(BootTime time, std::function<void()> happening) override {
    happenings_.emplace(std::pair(std::max(time, now_), said_++), std::move(happening));
  }
  using Waiting::wait;
  /// Lets happen what is due until then, or until `enough`.
  void wait(BootTime time, const std::function<bool()>& enough) override {
    while (!enough()) {
      const auto next = happenings_.begin();
      if (next == happenings_.end() || next->first.first > time) break;
      now_ = next->first.first;
      const auto happening = std::move(next->second);
      happenings_.erase(next);
      happening();
    }
    if (!enough()) now_ = std::max(now_, time);
  }
  void run_until(BootTime time) { wait(time); }
  void pass(Duration time) { wait(now_ + time); }

 private:
  BootTime now_{std::chrono::hours(1)};
  std::uint64_t said_ = 0;
  std::map<std::pair<BootTime, std::uint64_t>, std::function<void()>> happenings_;
};

}  // namespace gatepost::simulation
