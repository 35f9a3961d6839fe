// One line of a roster: what it says of a subject, and what follows from that at a given time.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <gatepost/result.hpp>
#include <gatepost/time.hpp>

namespace roster {

struct Entry {
  std::string status;      ///< is_active()
  std::string valid_from;  ///< as written; empty: always
  std::string valid_until;
  std::map<std::string, std::string> facts{};  ///< the columns to show
};

/// Whether it lets pass: empty, or "active" in any case, with blanks around it.
bool is_active(std::string_view status);
/// Whether it is a word that this plugin knows: of those that block, blocked, inactive, suspended and the like.
bool is_known_status(std::string_view status);

/// The reason code against this entry at `now`; empty when there is none. An Error when a date is no date. Nothing for
/// `now`: nobody has told this machine the time, so whoever has a date is not let in.
gatepost::Result<std::string_view> objection(const Entry& entry, std::optional<gatepost::WallTime> now);

/// The Error for what is no date in that column.
gatepost::Error no_date(const char* column);

/// First and last nanosecond of "2026-11-23" (a day of this machine's time zone), "2026-11-23 18:30", "…T18:30:59",
/// with a Z behind in UTC; the day may also be 23/11/2026 or 23.11.2026. Nothing when `text` is none of these.
struct Stretch {
  gatepost::WallTime first, last;
};
std::optional<Stretch> parse_date(std::string_view text);
/// The dates of an entry, read once; a list has the same ones again and again, and a time zone is asked slowly.
struct Dates {
  std::optional<Stretch> from{}, until{};
};
class DateReader {
 public:
  Dates read(const Entry& entry);

 private:
  const std::optional<Stretch>& read(const std::string& text);
  std::unordered_map<std::string, std::optional<Stretch>> known_;
};

/// Of a date: whether it is written as 23/11/2026 or 23.11.2026.
bool has_day_first(std::string_view text);
/// Of a date: whether it names the minute with which its day begins.
bool is_midnight(std::string_view text);

}  // namespace roster
