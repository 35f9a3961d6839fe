// How long to wait before trying again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <gatepost/time.hpp>
#include <random>

namespace gatepost::delivery {

/// Doubles from `first` to `longest`; each wait is drawn between half and the whole of it, so that many gates that lost
/// the same server do not come back in step.
class Backoff {
 public:
  Backoff(Duration first, Duration longest, std::uint32_t seed)
      : first_(first), longest_(longest), next_(first), random_(seed) {}

  Duration next() {
    const Duration whole = next_;
    next_ = std::min(whole * 2, longest_);
    return Duration(std::uniform_int_distribution<Duration::rep>(whole.count() / 2, whole.count())(random_));
  }
  void reset() { next_ = first_; }

 private:
  Duration first_, longest_, next_;
  std::minstd_rand random_;
};

}  // namespace gatepost::delivery
