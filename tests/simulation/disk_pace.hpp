// How long a disk takes for a write: some milliseconds, more while it is slow, no end while it stalls.
#pragma once

#include <functional>
#include <utility>

#include "faults.hpp"
#include "scheduler.hpp"
#include "streams.hpp"

namespace gatepost::simulation {

class DiskPace {
 public:
  DiskPace(Scheduler& scheduler, Faults& faults) : scheduler_(scheduler), faults_(faults) {}

  bool stalls() const { return faults_.active(FaultKind::disk_stall) != nullptr; }
  /// For the process that is there now, and no other.
  void when_it_goes_on(std::function<void()> task) {
    faults_.noticed(FaultKind::disk_stall);
    faults_.at_end(FaultKind::disk_stall, 0, [this, life = scheduler_.life(), task = std::move(task)] {
      if (life == scheduler_.life()) task();
    });
  }
  Duration latency(Stream& random) {
    Duration latency(random.spread(100'000, 8'000'000));
    const Fault* slow = faults_.active(FaultKind::disk_slow);
    if (slow == nullptr) return latency;
    faults_.noticed(FaultKind::disk_slow);
    return latency + slow->length;
  }

 private:
  Scheduler& scheduler_;
  Faults& faults_;
};

}  // namespace gatepost::simulation
