#include "demands.hpp"

#include <algorithm>
#include <charconv>

#include <gatepost/support/printable.hpp>
#include <gatepost/support/unicode.hpp>

namespace demands {

namespace {

using gatepost::Error;
using gatepost::support::composed;

constexpr std::size_t longest_word = 60;  // as far as an Error repeats it

bool has_blank_edges(std::string_view text) { return !text.empty() && (text.front() == ' ' || text.back() == ' '); }

// `count` digits from the front, and the mark behind them; -1: something else stands there.
int take(std::string_view& text, std::size_t count, std::string_view marks) {
  if (text.size() < count) return -1;
  int number = 0;
  const auto* const end = text.data() + count;
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end || text.front() == '-') return -1;
  text.remove_prefix(count);
  if (marks.empty()) return number;
  if (text.empty() || marks.find(text.front()) == std::string_view::npos) return -1;
  text.remove_prefix(1);
  return number;
}

}  // namespace

gatepost::Result<Demands> parse(const std::vector<std::string>& texts) {
  Demands demands;
  for (const std::string& text : texts) {
    const auto mark = text.find('=');
    const std::string name = text.substr(0, mark), value = mark == text.npos ? "" : text.substr(mark + 1);
    if (name.empty() || has_blank_edges(name) || has_blank_edges(value) || (mark != text.npos && value.empty()))
      return Error{"'" + gatepost::support::printable(text, longest_word) + "' names no attribute, or no value",
                   "attributes",
                   "write NAME=VALUE without blanks around the mark, or NAME alone where any value will do"};
    const auto [found, is_new] = demands.try_emplace(composed(name));
    if ((mark == text.npos) != found->second.empty() && !is_new)
      return Error{"an attribute is demanded with a value and without one",
                   "attributes: " + gatepost::support::printable(name, longest_word), "take one of the two out"};
    if (mark != text.npos) found->second.insert(composed(value));
  }
  return demands;
}

bool are_met(const Demands& demands, const std::map<std::string, std::string>& attributes) {
  return std::ranges::all_of(demands, [&](const auto& demand) {
    const auto found = attributes.find(demand.first);
    if (found == attributes.end() || found->second.empty()) return false;
    return demand.second.empty() || demand.second.contains(composed(found->second));
  });
}

std::optional<std::chrono::local_days> parse_day(std::string_view text) {
  const bool year_first = text.size() > 4 && text[4] == '-';
  int year = 0, month = 0, day = 0;
  if (year_first) {
    year = take(text, 4, "-");
    month = take(text, 2, "-");
    day = take(text, 2, "");
  } else {
    day = take(text, 2, "/.");
    month = take(text, 2, "/.");
    year = take(text, 4, "");
  }
  if (year < 0 || month < 0 || day < 0) return std::nullopt;
  if (!text.empty() && text.front() != 'T' && text.front() != ' ') return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::local_days(date);
}

}  // namespace demands
