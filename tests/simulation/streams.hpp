// Numbers by chance that are the same on every machine: a stream for each component and each of its calls.
//
// A draw depends on the seed, the component's name and the number of its call alone, so a fault that is taken out or a
// line that is added shifts no other draw: shrinking and bisecting need that. The distributions of <random> differ
// between libraries and are not used.
#pragma once

#include <cstdint>
#include <string_view>

namespace gatepost::simulation {

class Stream {
 public:
  Stream(std::uint64_t seed, std::string_view component, std::uint64_t call = 0)
      : state_(mix(seed ^ mix(hash(component) ^ mix(call)))) {}

  /// 64 bits (SplitMix64).
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    return mix(state_);
  }

  /// 0 … bound − 1. bound > 0.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }

  /// low … high, both among them.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }

  /// low … high, each order of magnitude as likely as the next. low > 0.
  std::int64_t spread(std::int64_t low, std::int64_t high) {
    std::int64_t top = low;
    unsigned doublings = 0;
    while (top <= high / 2) {
      top *= 2;
      ++doublings;
    }
    const std::int64_t from = low << below(doublings + 1);
    return between(from, from <= high / 2 ? from * 2 : high);
  }

  bool one_in(std::uint64_t chances) { return below(chances) == 0; }
  bool percent(unsigned chance) { return below(100) < chance; }

 private:
  static constexpr std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
  }
  static constexpr std::uint64_t hash(std::string_view text) {  // FNV-1a
    std::uint64_t value = 0xcbf29ce484222325U;
    for (const char one : text) value = (value ^ static_cast<unsigned char>(one)) * 0x100000001b3U;
    return value;
  }

  std::uint64_t state_;
};

}  // namespace gatepost::simulation
