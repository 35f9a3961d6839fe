// Spans of time that are counted beforehand, and the way from the nearest of them to a moment: what makes counting
// cheap and exact.
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

/// The number of the span whose beginning is nearest to `wall`.
constexpr std::int64_t nearest(Span span, gatepost::WallTime wall) { return number_of(span, wall + length(span) / 2); }

/// Walks from the beginning of the nearest day to `moment` in hours, then minutes, then single rows, each time to the
/// beginning that is nearest to `moment`: never more than half of the longer span, whichever side it is on.
/// Calls add(span, first, last, sign) for each part of the way: spans first to last, `last` not included (for
/// Span::rows the numbers are nanoseconds), with sign -1 where the way leads back.
template <class Add>
void walk(gatepost::WallTime moment, const Add& add) {
  std::int64_t here = nearest(Span::day, moment) * (length(Span::day) / length(Span::hour));
  for (const Span span : {Span::hour, Span::minute, Span::rows}) {
    const std::int64_t there = nearest(span, moment);
    if (here < there) add(span, here, there, 1);
    if (there < here) add(span, there, here, -1);
    if (span != Span::rows) here = there * (length(span) / length(static_cast<Span>(static_cast<int>(span) - 1)));
  }
}

}  // namespace local_store
