// Chance for simulations: integers alone, the same with every library and machine.
//
//   const Seed seed(81723);
//   Random draws = seed.stream("disk", call);   // this component's draws for this call, whatever others draw
#pragma once

#include <cstdint>
#include <string_view>

namespace gatepost::simulation {

/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
class Random {
 public:
  explicit constexpr Random(std::uint64_t state) : state_(state) {}

  constexpr std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// 0 … n - 1; 0 where n is 0.
  constexpr std::uint64_t below(std::uint64_t n) { return n == 0 ? 0 : next() % n; }
  /// first … last.
  constexpr std::uint64_t between(std::uint64_t first, std::uint64_t last) { return first + below(last - first + 1); }
  constexpr bool one_in(std::uint64_t n) { return below(n) == 0; }
  constexpr bool per_mille(std::uint64_t rate) { return below(1000) < rate; }

 private:
  std::uint64_t state_;
};

/// One run's. Each component has a stream for each of its calls, so that a fault that is taken out, or a line of log
/// that is put in, shifts no draw of another.
class Seed {
 public:
  explicit constexpr Seed(std::uint64_t value) : value_(value) {}
  constexpr std::uint64_t value() const { return value_; }

  constexpr Random stream(std::string_view component, std::uint64_t call = 0) const {
    std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
    for (const char c : component) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    Random mixed(value_ ^ hash);
    return Random(mixed.next() ^ Random(call).next());
  }

 private:
  std::uint64_t value_;
};

}  // namespace gatepost::simulation
