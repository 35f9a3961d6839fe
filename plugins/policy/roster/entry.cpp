#include "entry.hpp"

#include <algorithm>
#include <ctime>

namespace roster {

namespace {

using gatepost::WallTime;
using std::chrono::seconds;

/// `count` ASCII digits from the front of `text`, or -1.
int take(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int number = 0;
  for (const char digit : text.substr(0, count)) {
    if (digit < '0' || digit > '9') return -1;
    number = number * 10 + (digit - '0');
  }
  text.remove_prefix(count);
  return number;
}

bool skip(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

WallTime moment(std::chrono::year_month_day day, seconds of_day, bool utc) {
  seconds time = std::chrono::sys_days(day).time_since_epoch() + of_day;
  if (!utc) {
    std::tm parts{};
    parts.tm_year = static_cast<int>(day.year()) - 1900;
    parts.tm_mon = static_cast<int>(static_cast<unsigned>(day.month())) - 1;
    parts.tm_mday = static_cast<int>(static_cast<unsigned>(day.day()));
    parts.tm_hour = static_cast<int>(of_day.count() / 3600);  // 24: mktime carries it into the next day
    parts.tm_min = static_cast<int>(of_day.count() / 60 % 60);
    parts.tm_sec = static_cast<int>(of_day.count() % 60);
    parts.tm_isdst = -1;
    time = seconds(std::mktime(&parts));
  }
  constexpr auto bound = std::chrono::duration_cast<seconds>(gatepost::Duration::max());  // 2262: for ever
  return WallTime(std::clamp(time, -bound, bound));
}

gatepost::Error no_date(const char* column) {
  return {std::string(column) + " is no date", {}, "write it as 2026-11-23 or 2026-11-23 18:30"};
}

}  // namespace

std::optional<Stretch> parse_date(std::string_view text) {
  const int year = take(text, 4);
  if (!skip(text, "-")) return std::nullopt;
  const int month = take(text, 2);
  if (!skip(text, "-")) return std::nullopt;
  const int day = take(text, 2);
  if (year < 0 || month < 0 || day < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  int hour = 0, minute = 0, second = 0;
  seconds length(86400);
  if (skip(text, "T ")) {
    hour = take(text, 2);
    if (!skip(text, ":")) return std::nullopt;
    minute = take(text, 2);
    length = seconds(60);
    if (skip(text, ":")) {
      second = take(text, 2);
      length = seconds(1);
    }
  }
  const bool utc = skip(text, "Z");
  if (!text.empty() || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    return std::nullopt;
  const seconds from(hour * 3600 + minute * 60 + second);
  return Stretch{moment(date, from, utc), moment(date, from + length, utc) - gatepost::Duration(1)};
}

gatepost::Result<std::string_view> objection(const Entry& entry, std::optional<WallTime> now) {
  using Answer = gatepost::Result<std::string_view>;
  std::optional<Stretch> from, until;
  if (!entry.valid_from.empty() && !(from = parse_date(entry.valid_from))) return no_date("valid_from");
  if (!entry.valid_until.empty() && !(until = parse_date(entry.valid_until))) return no_date("valid_until");
  if (!entry.status.empty() && entry.status != "active") return Answer(boost::system::in_place_value, "blocked");
  if ((from || until) && !now) return Answer(boost::system::in_place_value, "clock_unset");
  if (from && *now < from->first) return Answer(boost::system::in_place_value, "not_yet_valid");
  if (until && *now > until->last) return Answer(boost::system::in_place_value, "expired");
  return Answer(boost::system::in_place_value, "");
}

}  // namespace roster
