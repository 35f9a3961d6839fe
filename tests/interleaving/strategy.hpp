// Which thread is next: all of it drawn from the seed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "simulation/random.hpp"
#include "vector_clock.hpp"

namespace gatepost::interleaving {

/// A third of the seeds each: any thread at any time; mostly the same one, with rare switches; and by priorities that
/// are drawn, of which up to four are taken away at steps that are drawn (Burckhardt, Kothari, Musuvathi, Nagarakatte:
/// A Randomized Scheduler with Probabilistic Guarantees of Diagnostic Bugs, 2010).
class Strategy {
 public:
  explicit Strategy(std::uint64_t seed);

  /// One of those that can run, which are not none.
  std::size_t pick(std::span<const std::size_t> ready, std::size_t current);
  /// It would only spin: others go first, once.
  void yields(std::size_t thread) { priorities_.at(thread) = --lowest_; }
  /// In half of the runs: time may pass while threads could run.
  bool is_busy() const { return is_busy_; }
  std::uint64_t below(std::uint64_t n) { return random_.below(n); }
  bool one_in(std::uint64_t n) { return random_.one_in(n); }

 private:
  enum class Kind : std::uint8_t { any, lazy, priorities };
  std::size_t prefer(std::span<const std::size_t> ready, std::size_t current);
  std::size_t highest(std::span<const std::size_t> ready) const;

  simulation::Random random_;
  Kind kind_ = Kind::any;
  bool is_busy_ = false;
  std::uint64_t laziness_ = 1, step_ = 0, in_a_row_ = 0;
  std::array<std::uint64_t, 4> changes_{};
  std::array<std::int64_t, most_threads> priorities_{};
  std::int64_t lowest_ = 0;
};

}  // namespace gatepost::interleaving
