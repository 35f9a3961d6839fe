#include "strategy.hpp"

#include <algorithm>

namespace gatepost::interleaving {
namespace {

constexpr std::uint64_t longest_row = 300;  // steps of one thread while others could run: it may wait for one of them

}  // namespace

Strategy::Strategy(std::uint64_t seed)
    : random_(simulation::Seed(seed).stream("strategy")), kind_(static_cast<Kind>(random_.below(3))) {
  is_busy_ = random_.one_in(2);
  laziness_ = std::array<std::uint64_t, 3>{4, 10, 30}.at(random_.below(3));
  const auto steps = std::array<std::uint64_t, 4>{30, 100, 300, 1000}.at(random_.below(4));
  for (std::uint64_t& change : changes_) change = random_.one_in(2) ? 1 + random_.below(steps) : 0;
  for (std::int64_t& priority : priorities_) priority = static_cast<std::int64_t>(1 + random_.below(1'000'000));
}

std::size_t Strategy::highest(std::span<const std::size_t> ready) const {
  return *std::ranges::max_element(ready, {}, [this](std::size_t thread) { return priorities_.at(thread); });
}

std::size_t Strategy::pick(std::span<const std::size_t> ready, std::size_t current) {
  const std::size_t next = prefer(ready, current);
  in_a_row_ = next == current ? in_a_row_ + 1 : 0;
  if (in_a_row_ > longest_row) yields(next);
  return next;
}

std::size_t Strategy::prefer(std::span<const std::size_t> ready, std::size_t current) {
  ++step_;
  if (kind_ == Kind::priorities) {
    if (std::ranges::find(changes_, step_) != changes_.end()) yields(highest(ready));
    return highest(ready);
  }
  const bool has_yielded = priorities_.at(current) <= 0;
  if (has_yielded) priorities_.at(current) = 1;
  const bool can_stay = !has_yielded && std::ranges::find(ready, current) != ready.end();
  if (kind_ == Kind::lazy && can_stay && !random_.one_in(laziness_)) return current;
  return ready[random_.below(ready.size())];
}

}  // namespace gatepost::interleaving
