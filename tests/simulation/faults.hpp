// Which faults last at this moment, and who waits for the end of one.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "plan.hpp"

namespace gatepost::simulation {

class Faults {
 public:
  void begin(const Fault& fault) {
    ++injected_[static_cast<std::size_t>(fault.kind)];
    active_[key(fault.kind, fault.lane)].push_back(fault);
  }
  /// What has waited for it goes on.
  void end(const Fault& fault) {
    auto& faults = active_[key(fault.kind, fault.lane)];
    if (faults.empty()) return;
    faults.erase(faults.begin());
    if (!faults.empty()) return;
    auto waiting = std::exchange(waiting_[key(fault.kind, fault.lane)], {});
    for (const auto& one : waiting) one();
  }
  const Fault* active(FaultKind kind, int lane = 0) const {
    const auto found = active_.find(key(kind, lane));
    return found == active_.end() || found->second.empty() ? nullptr : &found->second.back();
  }
  /// It has made a difference.
  void noticed(FaultKind kind) { ++noticed_[static_cast<std::size_t>(kind)]; }
  void at_end(FaultKind kind, int lane, std::function<void()> task) {
    waiting_[key(kind, lane)].push_back(std::move(task));
  }

  using Counts = std::array<std::uint64_t, fault_kinds>;
  void count(FaultKind kind) { ++injected_[static_cast<std::size_t>(kind)]; }
  const Counts& injected() const { return injected_; }
  const Counts& noticed() const { return noticed_; }

 private:
  static std::pair<int, int> key(FaultKind kind, int lane) { return {static_cast<int>(kind), lane}; }
  std::map<std::pair<int, int>, std::vector<Fault>> active_;
  std::map<std::pair<int, int>, std::vector<std::function<void()>>> waiting_;
  Counts injected_{}, noticed_{};
};

}  // namespace gatepost::simulation
