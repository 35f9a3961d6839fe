#include "entry.hpp"

#include <algorithm>
#include <array>

#include <gatepost/support/calendar.hpp>

#include <gatepost/support/text.hpp>

namespace roster {

namespace {

using gatepost::WallTime;
using gatepost::support::plain_word;
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

std::optional<std::chrono::year_month_day> date_of(int year, int month, int day) {
  if (year < 0 || month < 0 || day < 0) return std::nullopt;
  return std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day)));
}

std::optional<std::chrono::year_month_day> take_year_first(std::string_view& text) {
  const int year = take(text, 4);
  if (!skip(text, "-")) return std::nullopt;
  const int month = take(text, 2);
  if (!skip(text, "-")) return std::nullopt;
  return date_of(year, month, take(text, 2));
}

// As spreadsheets write it in most countries; one that has the month first and a day beyond 12 is none.
std::optional<std::chrono::year_month_day> take_day_first(std::string_view& text) {
  const auto take_short = [&] { return take(text, std::min<std::size_t>(text.find_first_of("/."), 2)); };
  const int day = take_short();
  if (!skip(text, "/.")) return std::nullopt;
  const int month = take_short();
  if (!skip(text, "/.")) return std::nullopt;
  const int year = take(text, 4);
  return date_of(year, month, day);
}

WallTime moment(std::chrono::year_month_day day, seconds of_day, bool utc) {
  return utc ? gatepost::support::moment_at(day, of_day, std::chrono::minutes(0))
             : gatepost::support::moment_here(day, of_day);
}

}  // namespace

gatepost::Error no_date(const char* column) {
  return {std::string(column) + " is no date", {}, "write it as 2026-11-23 or 2026-11-23 18:30"};
}

bool is_active(std::string_view status) {
  return status.empty() || status == "active" || plain_word(status).empty() || plain_word(status) == "active";
}

bool is_known_status(std::string_view status) {
  constexpr std::array<std::string_view, 10> blocking{"blocked", "inactive", "suspended", "revoked",   "disabled",
                                                      "expired", "lost",     "stolen",    "cancelled", "left"};
  return is_active(status) || std::ranges::find(blocking, plain_word(status)) != blocking.end();
}

bool has_day_first(std::string_view text) {
  const auto mark = text.find_first_of("/.");
  return mark == 1 || mark == 2;
}

bool is_midnight(std::string_view text) {
  const auto time = text.find_first_of(" T");
  return time != std::string_view::npos && text.substr(time + 1).starts_with("00:00");
}

std::optional<Stretch> parse_date(std::string_view text) {
  const auto date = has_day_first(text) ? take_day_first(text) : take_year_first(text);
  if (!date || !date->ok()) return std::nullopt;
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
  return Stretch{moment(*date, from, utc), moment(*date, from + length, utc) - gatepost::Duration(1)};
}

const std::optional<Stretch>& DateReader::read(const std::string& text) {
  constexpr std::size_t most = 4096;
  if (known_.size() >= most) known_.clear();
  const auto [found, is_new] = known_.try_emplace(text);
  if (is_new && !text.empty()) found->second = parse_date(text);
  return found->second;
}

Dates DateReader::read(const Entry& entry) {
  Dates dates;
  dates.from = read(entry.valid_from);
  dates.until = read(entry.valid_until);
  return dates;
}

gatepost::Result<std::string_view> objection(const Entry& entry, std::optional<WallTime> now) {
  using Answer = gatepost::Result<std::string_view>;
  std::optional<Stretch> from, until;
  if (!entry.valid_from.empty() && !(from = parse_date(entry.valid_from))) return no_date("valid_from");
  if (!entry.valid_until.empty() && !(until = parse_date(entry.valid_until))) return no_date("valid_until");
  if (!is_active(entry.status)) return Answer(boost::system::in_place_value, "blocked");
  if ((from || until) && !now) return Answer(boost::system::in_place_value, "clock_unset");
  if (from && *now < from->first) return Answer(boost::system::in_place_value, "not_yet_valid");
  if (until && *now > until->last) return Answer(boost::system::in_place_value, "expired");
  return Answer(boost::system::in_place_value, "");
}

}  // namespace roster
