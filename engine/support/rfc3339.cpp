#include <gatepost/support/rfc3339.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace gatepost::support {
namespace {

using namespace std::chrono;

/// Takes a text apart from its begin; what does not fit is remembered.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int number = 0;
    if (rest_.size() < count || !std::ranges::all_of(rest_.substr(0, count), is_digit)) return good_ = false, 0;
    std::from_chars(rest_.data(), rest_.data() + count, number);
    rest_.remove_prefix(count);
    return number;
  }
  bool takes(char one) {
    if (rest_.empty() || rest_[0] != one) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void needs(char one) { good_ = takes(one) && good_; }
  /// One to nine digits behind a point.
  nanoseconds fraction() {
    const auto count = static_cast<std::size_t>(std::ranges::find_if_not(rest_, is_digit) - rest_.begin());
    if (count == 0 || count > 9) return good_ = false, nanoseconds(0);
    std::int64_t value = digits(count);
    for (std::size_t i = count; i < 9; ++i) value *= 10;
    return nanoseconds(value);
  }
  bool good() const { return good_; }
  bool at_end() const { return rest_.empty(); }

 private:
  static bool is_digit(char one) { return one >= '0' && one <= '9'; }
  std::string_view rest_;
  bool good_ = true;
};

// East is positive.
minutes zone(Scanner& text) {
  if (text.takes('Z')) return minutes(0);
  const bool west = text.takes('-');
  if (!west) text.needs('+');
  const int hour = text.digits(2);
  text.needs(':');
  const int minute = text.digits(2);
  return (west ? -1 : 1) * minutes(60 * std::min(hour, 24) + std::min(minute, 60));
}

}  // namespace

std::string rfc3339(WallTime time) {
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  Scanner scanner(text);
  const year year_of(scanner.digits(4));
  scanner.needs('-');
  const month month_of(static_cast<unsigned>(scanner.digits(2)));
  scanner.needs('-');
  const year_month_day date(year_of, month_of, day(static_cast<unsigned>(scanner.digits(2))));
  if (!scanner.takes('t')) scanner.needs('T');
  const int hour = scanner.digits(2);
  scanner.needs(':');
  const int minute = scanner.digits(2);
  scanner.needs(':');
  const int second = scanner.digits(2);
  const nanoseconds fraction = scanner.takes('.') ? scanner.fraction() : nanoseconds(0);
  const minutes east = zone(scanner);
  // What nanoseconds in 64 bits can tell ends in 2262, and begins in 1677.
  const bool fits = scanner.good() && scanner.at_end() && date.ok() && hour < 24 && minute < 60 && second < 61 &&
                    year_of >= year(1678) && year_of <= year(2261);
  if (!fits) return {};
  return WallTime(sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + fraction - east);
}

}  // namespace gatepost::support
