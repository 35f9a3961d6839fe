// What is on its way to a receiver that says later what it keeps: in order, and lost where the carrier forgets.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "core/output.hpp"

namespace gatepost::simulation {

class Carrier {
 public:
  struct Load {
    core::Output::Batch batch;
    std::size_t count;   ///< of its Records from the front
    std::uint32_t life;  ///< of the process that sent it
  };

  /// `begins_anew`: nothing of what was sent before is waited for, so that what was lost comes again. Else what
  /// follows on something lost would leave a gap, and is not taken.
  void send(Load load, bool begins_anew) {
    if (begins_anew) is_broken_ = false;
    if (!is_broken_) on_the_way_.push_back(std::move(load));
  }
  /// The next one comes to its end.
  std::optional<Load> arrive() {
    if (on_the_way_.empty()) return {};
    Load load = std::move(on_the_way_.front());
    on_the_way_.pop_front();
    return load;
  }
  /// False: nothing was on its way.
  bool forget() {
    const bool any = !on_the_way_.empty();
    on_the_way_.clear();
    is_broken_ = true;
    return any;
  }

 private:
  std::deque<Load> on_the_way_;
  bool is_broken_ = false;
};

}  // namespace gatepost::simulation
