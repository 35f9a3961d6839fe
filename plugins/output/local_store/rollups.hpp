// Spans of time that are counted beforehand, and the way from the nearest of them to a moment: what makes counting
// cheap and exact.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>

#include <gatepost/time.hpp>

namespace local_store {

/// What is counted beforehand; kept in the file: never renumber.
enum class Span : std::uint8_t { rows = 0, minute = 1, hour = 2, day = 3, ten_minutes = 4, six_hours = 5 };

constexpr gatepost::Duration length(Span span) {
  using namespace std::chrono;
  constexpr std::array<gatepost::Duration, 6> lengths{nanoseconds(1), minutes(1),  hours(1),
                                                      hours(24),      minutes(10), hours(6)};
  return lengths.at(static_cast<std::size_t>(span));
}

inline constexpr std::array first_spans{Span::day, Span::hour, Span::minute, Span::rows};
inline constexpr std::array second_spans{Span::day,         Span::six_hours, Span::hour,
                                         Span::ten_minutes, Span::minute,    Span::rows};

/// The spans that a file of this format counts, from long to short, down to the single rows.
constexpr std::span<const Span> spans_of(std::int64_t format) {
  if (format == 1) return first_spans;
  return second_spans;
}

/// The number of the span that holds `wall`, counted from 1970; before that negative.
constexpr std::int64_t number_of(Span span, gatepost::WallTime wall) {
  const auto quotient = wall.time_since_epoch() / length(span);
  const bool below = wall.time_since_epoch() % length(span) < gatepost::Duration(0);
  return below ? quotient - 1 : quotient;
}

/// The number of the span whose beginning is nearest to `wall`.
constexpr std::int64_t nearest(Span span, gatepost::WallTime wall) { return number_of(span, wall + length(span) / 2); }

/// Walks from the beginning of the nearest of the longest spans to `moment` in ever shorter spans, each time to the
/// beginning that is nearest to `moment`: never more than half of the longer span, whichever side it is on.
/// Calls add(span, first, last, sign) for each part of the way: spans first to last, `last` not included (for
/// Span::rows the numbers are nanoseconds), with sign -1 where the way leads back.
template <class Add>
void walk(std::span<const Span> spans, gatepost::WallTime moment, const Add& add) {
  for (std::size_t i = 1; i < spans.size(); ++i) {
    const std::int64_t here = nearest(spans[i - 1], moment) * (length(spans[i - 1]) / length(spans[i]));
    const std::int64_t there = nearest(spans[i], moment);
    if (here < there) add(spans[i], here, there, 1);
    if (there < here) add(spans[i], there, here, -1);
  }
}

}  // namespace local_store
