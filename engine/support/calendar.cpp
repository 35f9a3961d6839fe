#include <gatepost/support/calendar.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include <gatepost/support/text.hpp>

namespace gatepost::support {
namespace {

using std::chrono::seconds;

WallTime wall(seconds since_1970) {
  constexpr auto bound = std::chrono::duration_cast<seconds>(Duration::max());
  return WallTime(std::clamp(since_1970, -bound, bound));
}

/// -1: it is no number of at most four digits.
int number_of(std::string_view digits) {
  if (!is_digits(digits) || digits.size() > 4) return -1;
  int number = 0;
  for (const char digit : digits) number = number * 10 + (digit - '0');
  return number;
}

constexpr seconds day_length = std::chrono::hours(24);

}  // namespace

std::optional<std::chrono::year_month_day> day_of(std::string_view year, std::string_view month, std::string_view day) {
  const int y = number_of(year), m = number_of(month), d = number_of(day);
  if (y < 0 || m < 0 || d < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(y), std::chrono::month(static_cast<unsigned>(m)),
                                         std::chrono::day(static_cast<unsigned>(d))};
  if (!date.ok()) return std::nullopt;
  return date;
}

std::optional<std::chrono::local_days> parse_day(std::string_view text) {
  constexpr std::size_t length = 10;
  if (text.size() < length || (text.size() > length && text[length] != 'T' && text[length] != ' ')) return std::nullopt;
  const auto is_mark = [&](std::size_t at) { return text[at] == '/' || text[at] == '.'; };
  std::optional<std::chrono::year_month_day> date;
  if (text[4] == '-' && text[7] == '-')
    date = day_of(text.substr(0, 4), text.substr(5, 2), text.substr(8, 2));
  else if (is_mark(2) && is_mark(5))
    date = day_of(text.substr(6, 4), text.substr(3, 2), text.substr(0, 2));
  if (!date) return std::nullopt;
  return std::chrono::local_days(*date);
}

std::optional<std::chrono::minutes> time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const int hour = number_of(text.substr(0, 2)), minute = number_of(text.substr(3));
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
  return std::chrono::hours(hour) + std::chrono::minutes(minute);
}

std::string to_text(std::chrono::year_month_day day) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

WallTime moment_here(std::chrono::year_month_day day, seconds of_day) {
  std::tm parts{};
  parts.tm_year = static_cast<int>(day.year()) - 1900;
  parts.tm_mon = static_cast<int>(static_cast<unsigned>(day.month())) - 1;
  parts.tm_mday = static_cast<int>(static_cast<unsigned>(day.day()));
  parts.tm_hour = static_cast<int>(of_day.count() / 3600);  // 24: mktime carries it, whatever the day's length
  parts.tm_min = static_cast<int>(of_day.count() / 60 % 60);
  parts.tm_sec = static_cast<int>(of_day.count() % 60);
  parts.tm_isdst = -1;
  return wall(seconds(std::mktime(&parts)));
}

WallTime moment_at(std::chrono::year_month_day day, seconds of_day, std::chrono::minutes east) {
  return wall(std::chrono::sys_days(day).time_since_epoch() + of_day - east);
}

WholeDay whole_day_here(std::chrono::year_month_day day) {
  return {moment_here(day, seconds(0)), moment_here(day, day_length) - Duration(1)};
}

WholeDay whole_day_at(std::chrono::year_month_day day, std::chrono::minutes east) {
  return {moment_at(day, seconds(0), east), moment_at(day, day_length, east) - Duration(1)};
}

}  // namespace gatepost::support
