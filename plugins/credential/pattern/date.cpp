#include "date.hpp"

#include <algorithm>
#include <array>
#include <ctime>

namespace pattern {

namespace {

using gatepost::Error;
using std::chrono::seconds;

constexpr std::string_view conversions = "YymdHMS";

/// The numbers read so far, -1 where there is none, by place in `conversions`.
using Fields = std::array<int, conversions.size()>;

int field(const Fields& fields, char conversion) { return fields[conversions.find(conversion)]; }

/// Takes `count` digits from the front of `text`, or returns -1. ASCII digits only.
int take_number(std::string_view& text, std::size_t count) {
  if (text.size() < count) return -1;
  int number = 0;
  for (const char digit : text.substr(0, count)) {
    if (digit < '0' || digit > '9') return -1;
    number = number * 10 + (digit - '0');
  }
  text.remove_prefix(count);
  return number;
}

/// Seconds since 1970 of a moment that people of `zone` write so.
seconds since_1970(std::chrono::year_month_day day, seconds of_day, Zone zone) {
  const seconds utc = std::chrono::sys_days(day).time_since_epoch() + of_day;
  if (zone == Zone::utc) return utc;
  std::tm parts{};
  parts.tm_year = static_cast<int>(day.year()) - 1900;
  parts.tm_mon = static_cast<int>(static_cast<unsigned>(day.month())) - 1;
  parts.tm_mday = static_cast<int>(static_cast<unsigned>(day.day()));
  parts.tm_sec =
      static_cast<int>(of_day.count());  // mktime carries: 86400 is the next midnight, whatever the day's length
  parts.tm_hour = parts.tm_sec / 3600;
  parts.tm_min = parts.tm_sec / 60 % 60;
  parts.tm_sec %= 60;
  parts.tm_isdst = -1;
  return seconds(std::mktime(&parts));
}

/// Nanoseconds end in 2262, and "until 9999" is what people write for ever.
gatepost::WallTime wall(seconds time) {
  constexpr auto bound = std::chrono::duration_cast<seconds>(gatepost::Duration::max());
  return gatepost::WallTime(std::clamp(time, -bound, bound));
}

}  // namespace

gatepost::Result<DateFormat> DateFormat::parse(std::string_view form, Zone zone) {
  constexpr const char* remedy = R"(write a form such as "%Y-%m-%d" or "%d%m%Y", of %Y or %y, %m, %d, and %H, %M, %S)";
  DateFormat format;
  format.zone_ = zone;
  std::array<int, conversions.size()> seen{};
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] != '%') {
      format.pieces_.push_back({0, form[i]});
      continue;
    }
    const char conversion = ++i < form.size() ? form[i] : '\0';
    const auto place = conversion == '\0' ? std::string_view::npos : conversions.find(conversion);
    if (conversion == '%') {
      format.pieces_.push_back({0, '%'});
    } else if (place == std::string_view::npos) {
      return Error{"the date form has an unknown conversion", {}, remedy};
    } else if (++seen[place] > 1) {
      return Error{std::string("the date form says %") + conversion + " twice", {}, remedy};
    } else {
      format.pieces_.push_back({conversion, 0});
    }
  }
  const auto [Y, y, m, d, H, M, S] = seen;
  if (Y + y != 1 || m == 0 || d == 0) return Error{"the date form names no whole date", {}, remedy};
  if (M > H || S > M) return Error{"the date form has minutes without hours, or seconds without minutes", {}, remedy};
  return format;
}

std::optional<Span> DateFormat::read(std::string_view text) const {
  Fields fields;
  fields.fill(-1);
  for (const Piece& piece : pieces_) {
    if (piece.conversion == 0) {
      if (text.empty() || text.front() != piece.literal) return std::nullopt;
      text.remove_prefix(1);
      continue;
    }
    const int number = take_number(text, piece.conversion == 'Y' ? 4 : 2);
    if (number < 0) return std::nullopt;
    fields[conversions.find(piece.conversion)] = number;
  }
  if (!text.empty()) return std::nullopt;

  const int year = field(fields, 'Y') >= 0 ? field(fields, 'Y') : 2000 + field(fields, 'y');
  const std::chrono::year_month_day day{std::chrono::year(year),
                                        std::chrono::month(static_cast<unsigned>(field(fields, 'm'))),
                                        std::chrono::day(static_cast<unsigned>(field(fields, 'd')))};
  const int hour = field(fields, 'H'), minute = field(fields, 'M'), second = field(fields, 'S');
  if (!day.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;

  const seconds from(std::max(hour, 0) * 3600 + std::max(minute, 0) * 60 + std::max(second, 0));
  const seconds length(hour < 0 ? 86400 : minute < 0 ? 3600 : second < 0 ? 60 : 1);
  return Span{wall(since_1970(day, from, zone_)), wall(since_1970(day, from + length, zone_)) - gatepost::Duration(1)};
}

}  // namespace pattern
