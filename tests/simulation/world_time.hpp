// The world's time as the boards' networks and the drivers know it.
#pragma once

#include <map>
#include <utility>

#include "scheduler.hpp"
#include "timeline.hpp"

namespace gatepost::simulation {

class WorldTime final : public Timeline {
 public:
  explicit WorldTime(Scheduler& scheduler) : scheduler_(scheduler) {}

  MonotonicTime now() const override { return scheduler_.clocks().monotonic; }
  WallTime wall() const override { return scheduler_.clocks().wall; }
  BootTime boot() const override { return scheduler_.clocks().boot; }
  Scheduler& scheduler() { return scheduler_; }

  /// In order, where the scheduler draws which of two comes first.
  void at(BootTime time, std::function<void()> happening) override {
    const BootTime when = std::max(time, boot());
    happenings_.emplace(std::pair(when, said_++), std::move(happening));
    scheduler_.in_world(when - boot(), [this] {
      const auto first = happenings_.begin();
      const auto happens = std::move(first->second);
      happenings_.erase(first);
      happens();
    });
  }

 private:
  Scheduler& scheduler_;
  std::uint64_t said_ = 0;
  std::map<std::pair<BootTime, std::uint64_t>, std::function<void()>> happenings_;
};

}  // namespace gatepost::simulation
