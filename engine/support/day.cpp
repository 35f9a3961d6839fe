#include <charconv>
#include <gatepost/support/day.hpp>

namespace gatepost::support {
namespace {

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

}  // namespace gatepost::support
