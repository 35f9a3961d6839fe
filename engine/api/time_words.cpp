#include "api/time_words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <gatepost/support/rfc3339.hpp>
#include <string>
#include <vector>

namespace gatepost::api {
namespace {

namespace chrono = std::chrono;

/// Of the calendar, in this machine's zone.
using LocalTime = std::tm;

LocalTime local(WallTime time) {
  const std::time_t seconds = chrono::floor<chrono::seconds>(time).time_since_epoch().count();
  LocalTime parts{};
  ::localtime_r(&seconds, &parts);
  return parts;
}

// mktime puts right what is beyond its range: the day before the first is the last of the month before.
WallTime wall_of(LocalTime parts) {
  parts.tm_isdst = -1;
  return WallTime(chrono::seconds(std::mktime(&parts)));
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char one : text) {
    if (one == ' ' || one == '\t')
      words.emplace_back();
    else
      words.back() += static_cast<char>(one >= 'A' && one <= 'Z' ? one - 'A' + 'a' : one);
  }
  std::erase(words, std::string());
  return words;
}

std::optional<int> number_of(std::string_view text) {
  int number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool good = failed == std::errc() && end == text.data() + text.size() && text[0] != '-' && number <= 999'999;
  return good ? std::optional(number) : std::nullopt;
}

/// One of the units of a span; days go by the calendar, so that "1 day ago" is the same time of the clock.
struct Unit {
  std::array<std::string_view, 4> names;
  int seconds = 0, days = 0;
};
constexpr std::array units{Unit{{"s", "sec", "second", "seconds"}, 1, 0},
                           Unit{{"m", "min", "minute", "minutes"}, 60, 0}, Unit{{"h", "hr", "hour", "hours"}, 3600, 0},
                           Unit{{"d", "day", "days", ""}, 0, 1}, Unit{{"w", "wk", "week", "weeks"}, 0, 7}};

std::optional<WallTime> before(WallTime now, int count, std::string_view name) {
  for (const Unit& unit : units) {
    if (name.empty() || std::ranges::find(unit.names, name) == unit.names.end()) continue;
    if (unit.days == 0) return now - chrono::seconds(static_cast<std::int64_t>(count) * unit.seconds);
    if (count > 36'500) return {};
    LocalTime parts = local(now);
    parts.tm_mday -= count * unit.days;
    return wall_of(parts) + (now - chrono::floor<chrono::seconds>(now));
  }
  return {};
}

// "90s", "15m"; "2 hours ago", "an hour ago".
std::optional<WallTime> span_ago(const std::vector<std::string>& words, WallTime now) {
  if (words.size() == 1) {
    const auto unit = words[0].find_first_not_of("0123456789");
    if (unit == 0 || unit == std::string::npos || words[0].size() != unit + 1) return {};
    const auto count = number_of(words[0].substr(0, unit));
    return count ? before(now, *count, words[0].substr(unit)) : std::nullopt;
  }
  if (words.size() != 3 || words[2] != "ago") return {};
  const auto count = words[0] == "a" || words[0] == "an" ? std::optional(1) : number_of(words[0]);
  return count ? before(now, *count, words[1]) : std::nullopt;
}

// The midnight at which that day begins.
std::optional<LocalTime> day_of(const std::string& word, WallTime now) {
  LocalTime day = local(now);
  day.tm_hour = day.tm_min = day.tm_sec = 0;
  constexpr std::array weekdays{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
  for (int number = 0; number < 7; ++number) {
    const std::string_view name = weekdays.at(static_cast<std::size_t>(number));
    if (word != name && word != name.substr(0, 3)) continue;
    day.tm_mday -= (day.tm_wday - number + 7) % 7;
    return day;
  }
  if (word == "today") return day;
  if (word == "yesterday") return --day.tm_mday, day;
  const auto written = support::parse_rfc3339(word + "T00:00:00Z");
  if (!written) return {};
  const chrono::year_month_day date(chrono::floor<chrono::days>(*written));
  day.tm_year = static_cast<int>(date.year()) - 1900;
  day.tm_mon = static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  day.tm_mday = static_cast<int>(static_cast<unsigned>(date.day()));
  return day;
}

// "08:00", "08:00:30", "8:00".
bool set_time(LocalTime& day, const std::string& word) {
  std::vector<std::string> parts(1);
  for (const char one : word)
    if (one == ':')
      parts.emplace_back();
    else
      parts.back() += one;
  if (parts.size() < 2 || parts.size() > 3) return false;
  constexpr std::array most{23, 59, 59};
  std::array<int, 3> numbers{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto number = parts[i].empty() || parts[i].size() > 2 ? std::nullopt : number_of(parts[i]);
    if (!number || *number > most.at(i)) return false;
    numbers.at(i) = *number;
  }
  day.tm_hour = numbers[0];
  day.tm_min = numbers[1];
  day.tm_sec = numbers[2];
  return true;
}

}  // namespace

std::optional<WallTime> time_of_words(std::string_view text, WallTime now, DayEdge edge) {
  const auto words = words_of(text);
  if (words.empty()) return {};
  if (words.size() == 1 && words[0] == "now") return now;
  if (const auto ago = span_ago(words, now)) return ago;
  if (words.size() == 1)
    if (const auto written = support::parse_rfc3339(text)) return written;
  if (words.size() > 2) return {};
  auto day = day_of(words[0], now);
  if (day && words.size() == 1) {
    if (edge == DayEdge::begin) return wall_of(*day);
    ++day->tm_mday;
    return wall_of(*day) - chrono::nanoseconds(1);
  }
  if (!day && words.size() == 1) day = day_of("today", now);
  if (!day || !set_time(*day, words.back())) return {};
  return wall_of(*day);
}

}  // namespace gatepost::api
