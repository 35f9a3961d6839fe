// How long to wait before trying again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <gatepost/time.hpp>

namespace gatepost::core {

/// Doubles from `first` to `longest`; each wait is drawn between half and the whole of it, so that many gates that lost
/// the same server do not come back in step.
class Backoff {
 public:
  Backoff(Duration first, Duration longest, std::uint64_t seed)
      : first_(first), longest_(longest), next_(first), state_(seed) {}

  Duration next() {
    const Duration whole = next_;
    next_ = std::min(whole * 2, longest_);
    const auto half = static_cast<std::uint64_t>(whole.count() / 2);
    const std::uint64_t rest = static_cast<std::uint64_t>(whole.count()) - half;
    return Duration(static_cast<Duration::rep>(half + draw() % (rest + 1)));
  }
  void reset() { next_ = first_; }

 private:
  /// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014): the same with every
  /// library.
  std::uint64_t draw() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t value = state_;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
  }

  Duration first_, longest_, next_;
  std::uint64_t state_;
};

}  // namespace gatepost::core
