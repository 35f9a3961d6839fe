#include "config/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <numeric>
#include <span>

#include "config/yaml_words.hpp"

namespace gatepost::config {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t worth;
};

constexpr std::array<Unit, 7> times{{{"d", 86'400'000'000'000},
                                     {"h", 3'600'000'000'000},
                                     {"min", 60'000'000'000},
                                     {"s", 1'000'000'000},
                                     {"ms", 1'000'000},
                                     {"us", 1'000},
                                     {"ns", 1}}};
constexpr std::array<Unit, 9> sizes{{{"TiB", 1LL << 40},
                                     {"GiB", 1LL << 30},
                                     {"MiB", 1LL << 20},
                                     {"KiB", 1LL << 10},
                                     {"TB", 1'000'000'000'000},
                                     {"GB", 1'000'000'000},
                                     {"MB", 1'000'000},
                                     {"kB", 1'000},
                                     {"B", 1}}};

// What makes times and sizes differ in a message.
struct Measure {
  std::span<const Unit> units;
  std::string_view what;  // "a length of time"
  std::string_view expected;
  std::string_view example;  // of units behind a bare number: "ms or 80s" is put together from two
  std::string_view first, second;
};

constexpr Measure time_measure{
    times, "a length of time", "a number and a unit (ms, s, min, h, d), such as 500ms or 1h30min", {}, "ms", "s"};
constexpr Measure size_measure{sizes, "a size", "a number and a unit (B, kB, MB, GB, KiB, MiB, GiB), such as 64MiB",
                               {},    "kB",     "MiB"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view cut_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  const auto digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

std::string_view cut_unit(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && !is_digit(text[count]) && text[count] != '.') ++count;
  const auto unit = text.substr(0, count);
  text.remove_prefix(count);
  return unit;
}

struct Number {
  std::string_view whole, fraction;
};

enum class Fit { good, too_large, too_fine };

// total += digits * worth, exactly or not at all.
Fit add_digits(std::string_view digits, std::int64_t worth, std::int64_t& total) {
  std::int64_t value = 0;
  for (const char digit : digits)
    if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, digit - '0', &value))
      return Fit::too_large;
  if (__builtin_mul_overflow(value, worth, &value) || __builtin_add_overflow(total, value, &total))
    return Fit::too_large;
  return Fit::good;
}

Fit add(Number number, std::int64_t worth, std::int64_t& total) {
  if (const Fit fit = add_digits(number.whole, worth, total); fit != Fit::good) return fit;
  auto fraction = number.fraction;
  while (fraction.ends_with('0')) fraction.remove_suffix(1);
  if (fraction.size() > 18) return Fit::too_fine;
  std::int64_t part = 0, whole = 1;  // fraction = part / whole
  for (const char digit : fraction) part = part * 10 + (digit - '0'), whole *= 10;
  const std::int64_t common = std::gcd(part, whole);
  if (worth % (whole / common) != 0) return Fit::too_fine;
  if (__builtin_mul_overflow(part / common, worth / (whole / common), &part) ||
      __builtin_add_overflow(total, part, &total))
    return Fit::too_large;
  return Fit::good;
}

const Unit* find(std::span<const Unit> units, std::string_view name) {
  for (const auto& unit : units)
    if (unit.name == name) return &unit;
  return nullptr;
}

Error misfit(const Measure& measure, std::string what, std::string remedy) {
  return {std::move(what), std::string(measure.expected), std::move(remedy)};
}

Error no_unit(const Measure& measure, std::string_view text) {
  const std::string number = shown(text);
  return misfit(measure, "'" + number + "' has no unit",
                "write " + number + std::string(measure.first) + " or " + number + std::string(measure.second));
}

std::string small_letters(std::string_view text) {
  std::string small(text);
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return small;
}

// What people write for a unit, and the ones that it may mean.
std::string unit_remedy(const Measure& measure, std::string_view name) {
  constexpr std::array<std::array<std::string_view, 2>, 15> habits{{{"m", "min for minutes, or ms for milliseconds"},
                                                                    {"sec", "s"},
                                                                    {"secs", "s"},
                                                                    {"second", "s"},
                                                                    {"seconds", "s"},
                                                                    {"msec", "ms"},
                                                                    {"µs", "us"},
                                                                    {"mins", "min"},
                                                                    {"minute", "min"},
                                                                    {"minutes", "min"},
                                                                    {"hour", "h"},
                                                                    {"hours", "h"},
                                                                    {"day", "d"},
                                                                    {"days", "d"},
                                                                    {"w", "the number of days (d)"}}};
  if (measure.units.data() == times.data())
    for (const auto& [habit, right] : habits)
      if (habit == name) return "write " + std::string(right);
  for (const auto& unit : measure.units) {
    const bool short_form = small_letters(unit.name) == small_letters(name) + "b";
    if (small_letters(unit.name) == small_letters(name) || short_form) return "write " + std::string(unit.name);
  }
  return "use one of the units named";
}

Result<std::int64_t> parse(const Measure& measure, std::string_view text) {
  if (text.starts_with('-'))
    return misfit(measure, std::string(measure.what) + " cannot be negative", "drop the minus");
  std::int64_t total = 0;
  std::string_view rest = text;
  if (rest.empty()) return misfit(measure, "nothing is written here", "write a number and a unit");
  while (!rest.empty()) {
    const auto whole = cut_digits(rest);
    if (whole.empty())
      return misfit(measure, "'" + shown(text) + "' is not " + std::string(measure.what), "begin with a number");
    std::string_view fraction;
    if (rest.starts_with('.')) {
      rest.remove_prefix(1);
      fraction = cut_digits(rest);
    }
    if (rest.empty()) return no_unit(measure, text);
    const auto name = cut_unit(rest);
    const Unit* unit = find(measure.units, name);
    if (unit == nullptr && name.starts_with(' '))
      return misfit(measure, "a space stands inside '" + shown(text) + "'", "write the unit right behind its number");
    if (unit == nullptr) return misfit(measure, "there is no unit '" + shown(name) + "'", unit_remedy(measure, name));
    const Fit fit = add({whole, fraction}, unit->worth, total);
    if (fit == Fit::too_large) return misfit(measure, "'" + shown(text) + "' is too large", "write a smaller number");
    if (fit == Fit::too_fine)
      return misfit(measure, "'" + shown(text) + "' is finer than can be kept", "use fewer places behind the point");
  }
  return total;
}

std::string print(std::span<const Unit> units, std::uint64_t value) {
  for (const auto& unit : units)
    if (const auto worth = static_cast<std::uint64_t>(unit.worth); value % worth == 0 && (value > 0 || worth == 1))
      return std::to_string(value / worth) + std::string(unit.name);
  return {};
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  const auto value = parse(time_measure, text);
  if (!value) return value.error();
  return Duration(*value);
}

Result<ByteSize> parse_size(std::string_view text) {
  const auto value = parse(size_measure, text);
  if (!value) return value.error();
  return ByteSize{static_cast<std::uint64_t>(*value)};
}

Result<std::optional<Rate>> parse_rate(std::string_view text) {
  using Answer = Result<std::optional<Rate>>;
  if (text == "none") return Answer(boost::system::in_place_value, std::nullopt);
  const Error wrong{"'" + shown(text) + "' is no rate",
                    "a number, a slash and a length of time, such as 20/1min; or none",
                    "write how many within which time: 1 to 1000000, within 1s to 1d"};
  const auto slash = text.find('/');
  std::uint32_t count = 0;
  const auto read = std::from_chars(text.data(), text.data() + std::min(slash, text.size()), count);
  if (slash == text.npos || read.ec != std::errc() || read.ptr != text.data() + slash) return wrong;
  const auto within = parse_duration(text.substr(slash + 1));
  if (!within || count < 1 || count > 1'000'000) return wrong;
  if (*within < std::chrono::seconds(1) || *within > std::chrono::hours(24)) return wrong;
  return Answer(boost::system::in_place_value, Rate{count, *within});
}

std::string to_text(Duration duration) {
  const auto count = duration.count();
  if (count == 0) return "0s";
  if (count < 0) return "-" + print(times, 0 - static_cast<std::uint64_t>(count));
  return print(times, static_cast<std::uint64_t>(count));
}

std::string to_text(ByteSize size) { return print(sizes, size.bytes); }

}  // namespace gatepost::config
