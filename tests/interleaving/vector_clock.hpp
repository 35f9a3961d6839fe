// What of each thread's past a thread, a lock or an atomic knows of: the order "happens before".
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace gatepost::interleaving {

constexpr std::size_t most_threads = 24;  ///< of one run

class VectorClock {
 public:
  std::uint32_t of(std::size_t thread) const { return times_.at(thread); }
  void advance(std::size_t thread) { ++times_.at(thread); }
  void learn(const VectorClock& other) {
    for (std::size_t i = 0; i < most_threads; ++i) times_.at(i) = std::max(times_.at(i), other.times_.at(i));
  }

 private:
  std::array<std::uint32_t, most_threads> times_{};
};

}  // namespace gatepost::interleaving
