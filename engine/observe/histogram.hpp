// How often something took how long.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <gatepost/time.hpp>

namespace gatepost::observe {

/// Two relaxed additions a measurement; may be read meanwhile, and is then a little ahead of or behind itself.
class Histogram {
 public:
  /// Upper ends in nanoseconds; above the last one there is no end.
  static constexpr std::array<Duration::rep, 16> ends{
      20'000,     50'000,     100'000,    200'000,     500'000,     1'000'000,   2'000'000,     5'000'000,
      10'000'000, 20'000'000, 50'000'000, 100'000'000, 200'000'000, 500'000'000, 1'000'000'000, 5'000'000'000};

  void add(Duration time) {
    std::size_t bucket = 0;
    while (bucket < ends.size() && time.count() > ends[bucket]) ++bucket;
    counts_[bucket].fetch_add(1, std::memory_order_relaxed);
    if (time.count() > 0) sum_.fetch_add(static_cast<std::uint64_t>(time.count()), std::memory_order_relaxed);
  }
  std::uint64_t count(std::size_t bucket) const { return counts_[bucket].load(std::memory_order_relaxed); }
  double seconds() const { return static_cast<double>(sum_.load(std::memory_order_relaxed)) * 1e-9; }

 private:
  std::array<std::atomic<std::uint64_t>, ends.size() + 1> counts_{};
  std::atomic<std::uint64_t> sum_ = 0;
};

}  // namespace gatepost::observe
