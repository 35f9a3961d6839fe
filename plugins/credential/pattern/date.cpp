#include "date.hpp"

#include <algorithm>
#include <array>

#include <gatepost/support/calendar.hpp>

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

/// When people of `zone` write so.
gatepost::WallTime moment(std::chrono::year_month_day day, seconds of_day, Zone zone) {
  return zone == Zone::utc ? gatepost::support::moment_at(day, of_day, std::chrono::minutes(0))
                           : gatepost::support::moment_here(day, of_day);
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
  return Span{moment(day, from, zone_), moment(day, from + length, zone_) - gatepost::Duration(1)};
}

}  // namespace pattern
