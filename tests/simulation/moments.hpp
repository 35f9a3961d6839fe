// Between two effects of the machines: a fault may begin there, and a thread may have to wait.
#pragma once

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "plan.hpp"
#include "streams.hpp"

namespace gatepost::simulation {

class Moments {
 public:
  Moments(const Plan& plan, std::function<void(const Fault&)> begin)
      : begin_(std::move(begin)), random_(plan.seed, "moments"), preempts_(plan.seed % 3 != 0) {
    for (const Fault& fault : plan.faults)
      if (fault.effect > 0) at_[{fault.effect, fault.after}].push_back(fault);
  }

  void before_effect() { happen(++effects_, false); }
  void after_effect() { happen(effects_, true); }
  std::uint64_t effects() const { return effects_; }
  void stop() { at_.clear(); }

  /// Another thread comes first.
  bool is_preempted() { return preempts_ && random_.one_in(16); }
  Duration preempted_for() { return Duration(random_.spread(1'000, 300'000)); }
  Duration tick_lateness() { return Duration(random_.spread(1'000, 2'000'000)); }

 private:
  void happen(std::uint64_t effect, bool after) {
    const auto found = at_.find({effect, after});
    if (found == at_.end()) return;
    for (const Fault& fault : std::exchange(found->second, {})) begin_(fault);
  }

  const std::function<void(const Fault&)> begin_;
  Stream random_;
  const bool preempts_;
  std::uint64_t effects_ = 0;
  std::map<std::pair<std::uint64_t, bool>, std::vector<Fault>> at_;
};

}  // namespace gatepost::simulation
