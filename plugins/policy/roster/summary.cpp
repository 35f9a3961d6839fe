#include "summary.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include <gatepost/support/printable.hpp>

#include "listing.hpp"

namespace roster {

namespace {

constexpr std::size_t most_times = 100'000;
constexpr std::size_t longest_word = 40, longest_names = 200;
constexpr std::size_t most_words = 8;     // of status, that are named
constexpr std::size_t shortest_code = 6;  // digits; shorter numbers are counted from 1
constexpr std::int64_t an_hour = 3'600'000'000'000;

std::int64_t number_of(gatepost::WallTime time) { return time.time_since_epoch().count(); }

// A number in the middle of text, which is taken off with the blank behind it.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  if (!text.empty()) text.remove_prefix(1);
  return number;
}

std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// 1.23457E+11: what a spreadsheet makes of a long number.
bool is_power(std::string_view text) {
  const auto at = text.find("E+");
  if (at == std::string_view::npos || !is_digits(text.substr(at + 2))) return false;
  return text[0] >= '0' && text[0] <= '9' && text.substr(0, at).find_first_not_of("0123456789.,") == text.npos;
}

}  // namespace

// ---- How many

void Summary::count(Times& times, gatepost::WallTime time, std::uint64_t how_often) {
  times[number_of(time)] += how_often;
  if (times.size() <= most_times) return;
  Times hours;
  for (const auto& [at, number] : times) hours[at - at % an_hour] += number;
  times = std::move(hours);
}

void Summary::add(const Entry& entry, const Dates& dates, std::uint64_t times) {
  all_ += times;
  if (!is_active(entry.status)) {
    blocked_ += times;
    return;
  }
  const auto& [from, until] = dates;
  if (until) count(ends_, until->last, times);
  if (from && (!until || from->first <= until->last)) count(begins_, from->first, times);
}

Standing Summary::at(gatepost::WallTime now) const {
  Standing standing{.all = all_, .blocked = blocked_};
  for (const auto& [end, number] : ends_) {
    if (end >= number_of(now)) break;
    standing.expired += number;
  }
  for (auto begin = begins_.upper_bound(number_of(now)); begin != begins_.end(); ++begin)
    standing.not_yet_valid += begin->second;
  standing.may_pass = all_ - blocked_ - standing.expired - standing.not_yet_valid;
  return standing;
}

std::string Summary::text(gatepost::WallTime now) const {
  const Standing standing = at(now);
  std::string told = std::to_string(standing.may_pass) + " of " + std::to_string(standing.all) + " may pass now";
  for (const auto& [number, what] : {std::pair(standing.blocked, "blocked"), std::pair(standing.expired, "expired"),
                                     std::pair(standing.not_yet_valid, "not yet valid")})
    if (number > 0) told += ", " + std::to_string(number) + " " + what;
  return told + (unused_.empty() ? "" : "; not used: " + unused_);
}

// On one line, whatever the columns are called.
void Summary::leaves_out(const std::string& columns) { unused_ = gatepost::support::printable(columns, longest_names); }

// ---- Kept in an index

std::string Summary::saved() const {
  std::string text = std::to_string(all_) + " " + std::to_string(blocked_) + "\n" + doubts_ + "\n" + unused_ + "\n";
  for (const auto* times : {&ends_, &begins_}) {
    for (const auto& [at, number] : *times) text += std::to_string(at) + " " + std::to_string(number) + " ";
    text += "\n";
  }
  return text;
}

std::optional<Summary> Summary::load(std::string_view saved) {
  Summary summary;
  auto first = take_line(saved);
  const auto all = take_number(first), blocked = take_number(first);
  if (!all || !blocked) return std::nullopt;
  summary.all_ = static_cast<std::uint64_t>(*all);
  summary.blocked_ = static_cast<std::uint64_t>(*blocked);
  summary.doubts_ = take_line(saved);
  summary.unused_ = take_line(saved);
  for (auto* times : {&summary.ends_, &summary.begins_}) {
    auto line = take_line(saved);
    while (!line.empty()) {
      const auto at = take_number(line), number = take_number(line);
      if (!at || !number) return std::nullopt;
      (*times)[*at] = static_cast<std::uint64_t>(*number);
    }
  }
  return summary;
}

// ---- What is probably not meant so

std::string Doubts::Seen::text() const {
  return std::to_string(count) + (count == 1 ? " row" : " rows") +
         (line > 0 ? " (line " + std::to_string(line) + (count == 1 ? ")" : " first)") : "");
}

void Doubts::look_at(std::string_view subject, const Entry& entry, const Dates& dates, std::uint64_t line,
                     std::uint64_t times) {
  if (!is_known_status(entry.status)) {
    const std::string word = shown(gatepost::support::printable(entry.status, longest_word));
    if (words_.size() < most_words || words_.contains(word))
      words_[word].at(line, times);
    else
      other_words_.at(line, times);
  }
  look_at_date("valid_from", entry.valid_from, dates.from.has_value(), line, times);
  look_at_date("valid_until", entry.valid_until, dates.until.has_value(), line, times);
  if (subject.empty()) return;
  if (is_digits(subject))
    lengths_[subject.size()].at(line, times);
  else
    no_digits_ += times;
  if (is_power(subject)) powers_.at(line, times);
}

void Doubts::look_at_date(const char* column, const std::string& text, bool is_date, std::uint64_t line,
                          std::uint64_t times) {
  if (text.empty()) return;
  if (!is_date) return no_dates_.at(line, times);
  if (has_day_first(text)) day_first_[column].at(line, times);
  if (std::string_view(column) == "valid_until" && is_midnight(text)) midnights_.at(line, times);
}

void Doubts::tell(Summary& summary) const {
  for (const auto& [word, seen] : words_)
    summary.doubt("the status " + word + " of " + seen.text() + " is no known word: they are blocked");
  if (other_words_.count > 0)
    summary.doubt("other unknown words of status in " + other_words_.text() + ": they are blocked");
  for (const auto& [column, seen] : day_first_)
    summary.doubt(column + " of " + seen.text() + " is read as day/month/year; write 2026-12-31");
  if (midnights_.count > 0)
    summary.doubt("valid_until of " + midnights_.text() +
                  " is a midnight, at which that day begins, and is read so; write the date alone for the whole day");
  if (no_dates_.count > 0) summary.doubt("what is no date in " + no_dates_.text() + " is denied");
  if (powers_.count > 0)
    summary.doubt("the subject of " + powers_.text() +
                  " is a number that a spreadsheet has cut, such as 1.2E+11; format its column as text");
  tell_of_lost_zeros(summary);
}

void Doubts::tell_of_lost_zeros(Summary& summary) const {
  if (no_digits_ > 0 || lengths_.size() < 2) return;
  std::uint64_t all = 0;
  for (const auto& [length, seen] : lengths_) all += seen.count;
  const auto usual = std::ranges::max_element(lengths_, {}, [](const auto& one) { return one.second.count; });
  if (usual->first < shortest_code || usual->second.count * 2 < all) return;
  Seen shorter;
  for (const auto& [length, seen] : lengths_) {
    if (length >= usual->first) break;
    shorter.line = shorter.count == 0 ? seen.line : std::min(shorter.line, seen.line);
    shorter.count += seen.count;
  }
  if (shorter.count > 0)
    summary.doubt("the subject of " + shorter.text() + " has fewer than the usual " + std::to_string(usual->first) +
                  " digits: leading zeros may be lost; it is read as it stands");
}

}  // namespace roster
