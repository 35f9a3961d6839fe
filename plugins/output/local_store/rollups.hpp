// How a stretch of time is cut into days, hours, minutes and single rows, so that counting it is cheap and exact.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include <gatepost/time.hpp>

namespace local_store {

/// What is counted beforehand, from short to long; kept in the file: never renumber.
enum class Span : std::uint8_t { rows = 0, minute = 1, hour = 2, day = 3 };

constexpr gatepost::Duration length(Span span) {
  using namespace std::chrono;
  constexpr std::array<gatepost::Duration, 4> lengths{nanoseconds(1), minutes(1), hours(1), hours(24)};
  return lengths.at(static_cast<std::size_t>(span));
}

/// The number of the span that holds `wall`, counted from 1970; before that negative.
constexpr std::int64_t number_of(Span span, gatepost::WallTime wall) {
  const auto quotient = wall.time_since_epoch() / length(span);
  const bool below = wall.time_since_epoch() % length(span) < gatepost::Duration(0);
  return below ? quotient - 1 : quotient;
}

/// Calls add(span, first, last) for spans that together are [from, until), each of the longest kind that fits.
/// `last` is not included; for Span::rows the numbers are nanoseconds.
template <class Add>
void cover(gatepost::WallTime from, gatepost::WallTime until, const Add& add, Span span = Span::day) {
  if (from >= until) return;
  if (span == Span::rows) {
    add(span, from.time_since_epoch().count(), until.time_since_epoch().count());
    return;
  }
  const auto shorter = static_cast<Span>(static_cast<int>(span) - 1);
  const auto first = number_of(span, from - gatepost::Duration(1)) + 1;
  const auto last = number_of(span, until);
  if (first >= last) {
    cover(from, until, add, shorter);
    return;
  }
  add(span, first, last);
  cover(from, gatepost::WallTime(first * length(span)), add, shorter);
  cover(gatepost::WallTime(last * length(span)), until, add, shorter);
}

}  // namespace local_store
