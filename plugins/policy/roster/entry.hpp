// One line of a roster: what it says of a subject, and what follows from that at a given time.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <gatepost/result.hpp>
#include <gatepost/time.hpp>

namespace roster {

struct Entry {
  std::string status;      ///< empty or "active": may pass; anything else may not
  std::string valid_from;  ///< as written; empty: always
  std::string valid_until;
  std::map<std::string, std::string> facts{};  ///< the columns to show
};

/// The reason code against this entry at `now`; empty when there is none. An Error when a date is no date. Nothing for
/// `now`: nobody has told this machine the time, so whoever has a date is not let in.
gatepost::Result<std::string_view> objection(const Entry& entry, std::optional<gatepost::WallTime> now);

/// First and last nanosecond of "2026-11-23" (a day of this machine's time zone), "2026-11-23 18:30", "…T18:30:59",
/// with a Z behind in UTC; nothing when `text` is none of these.
struct Stretch {
  gatepost::WallTime first, last;
};
std::optional<Stretch> parse_date(std::string_view text);

}  // namespace roster
