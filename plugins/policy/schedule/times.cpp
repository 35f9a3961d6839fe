#include "times.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <gatepost/support/calendar.hpp>
#include <gatepost/support/printable.hpp>
#include <gatepost/support/text.hpp>

namespace schedule {

namespace {

using gatepost::Error;
using gatepost::Result;
using gatepost::support::LocalTime;
using gatepost::support::plain_word;
using gatepost::support::split;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t longest_text = 80;  // as far as an Error repeats it
constexpr std::array<std::string_view, 7> week{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

Error wrong(std::string what, std::string_view text) {
  return {std::move(what), "'" + gatepost::support::printable(text, longest_text) + "'",
          "write days and times such as 'mon-fri 06:00-12:00, 13:00-17:00' or 'sun-fri 22:00-06:00'"};
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(' ');
  return begin == text.npos ? std::string_view() : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::optional<std::size_t> day_of(std::string_view word) {
  const auto found = std::ranges::find(week, word);
  if (found == week.end()) return std::nullopt;
  return static_cast<std::size_t>(found - week.begin());
}

// "mon", "sat-tue", "daily", "holiday"
bool add_days(std::string_view word, Days& days) {
  if (word == "holiday") {
    days.set(holiday);
    return true;
  }
  if (word == "daily") {
    for (std::size_t day = 0; day < week.size(); ++day) days.set(day);
    return true;
  }
  const auto mark = word.find('-');
  const auto first = day_of(word.substr(0, mark));
  const auto last = mark == word.npos ? first : day_of(word.substr(mark + 1));
  if (!first || !last) return false;
  for (std::size_t day = *first;; day = (day + 1) % week.size()) {
    days.set(day);
    if (day == *last) return true;
  }
}

// "06:00"; "24:00" is the end of a day.
std::optional<minutes> parse_clock(std::string_view text) {
  return text == "24:00" ? hours(24) : gatepost::support::time_of_day(text);
}

}  // namespace

bool are_on(const Times& times, std::chrono::local_days day, const gatepost::support::TimeZone& zone,
            const Tolerance& tolerance, gatepost::WallTime now) {
  const auto begin = zone.first(LocalTime(day) + times.begin), end = zone.last(LocalTime(day) + times.end);
  return begin < end && begin - tolerance.early <= now && now < end + tolerance.late;
}

Result<std::vector<Times>> parse_times(std::string_view text) {
  const std::string word = plain_word(text);
  const auto blank = word.find(' ');
  if (blank == word.npos) return wrong("these are no days with times", text);
  Times times;
  for (const auto part : split(std::string_view(word).substr(0, blank), ','))
    if (!add_days(trimmed(part), times.days)) return wrong("there is no such day of the week", text);
  std::vector<Times> all;
  for (const auto part : split(std::string_view(word).substr(blank), ',')) {
    const auto mark = part.find('-');
    const auto begin = parse_clock(trimmed(part.substr(0, mark)));
    const auto end = mark == part.npos ? std::nullopt : parse_clock(trimmed(part.substr(mark + 1)));
    if (!begin || !end || *begin == hours(24)) return wrong("that is no time of day", text);
    if (*begin == *end) return wrong("it ends when it begins; a whole day is 00:00-24:00", text);
    times.begin = *begin;
    times.end = *end > *begin ? *end : *end + hours(24);
    all.push_back(times);
  }
  return all;
}

Result<std::vector<Shift>> parse_shifts(const std::vector<std::string>& texts) {
  std::vector<Shift> shifts;
  for (const std::string& text : texts) {
    const auto mark = text.find(':');
    const std::string name = plain_word(std::string_view(text).substr(0, mark));
    if (mark == text.npos || name.empty() || name.find(',') != name.npos) return wrong("it names no shift", text);
    auto times = parse_times(std::string_view(text).substr(mark + 1));
    if (!times) return wrong(times.error().what, text);
    auto shift = std::ranges::find(shifts, name, &Shift::name);
    if (shift == shifts.end()) shift = shifts.insert(shifts.end(), {name});
    shift->times.insert(shift->times.end(), times->begin(), times->end());
  }
  return shifts;
}

}  // namespace schedule
