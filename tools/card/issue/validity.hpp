// From when until when a card counts.
#pragma once

#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace gatepost::card {

struct Validity {
  std::optional<WallTime> from{}, until{};  ///< from `until` on it counts no more
  std::string from_text{}, until_text{};    ///< as a card shows them
};

/// A day ("2026-11-23", "23/11/2026", "23.11.2026": from its beginning, until its end), a minute of it ("2026-11-23
/// 18:30"), both in this machine's time zone, or a moment of RFC 3339; empty: no bound. What is over at `now` is
/// refused.
Result<Validity> validity_of(std::string_view from, std::string_view until, WallTime now);

}  // namespace gatepost::card
