#include "elements.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <gatepost/support/calendar.hpp>
#include <gatepost/support/text.hpp>

#include "ai_table.hpp"

namespace gs1 {

namespace {

namespace support = gatepost::support;
using support::is_digits;

/// One word of Ai::format.
struct Component {
  char set;
  std::size_t least, most;
  bool optional;
  std::string_view rules;  ///< "csum,gcppos2", or empty
};

Component component_of(std::string_view word) {
  const auto comma = std::min(word.find(','), word.size());
  Component component{};
  component.rules = word.substr(std::min(comma + 1, word.size()));
  std::string_view form = word.substr(0, comma);
  component.optional = form.front() == '[';
  if (component.optional) form = form.substr(1, form.size() - 2);
  component.set = form.front();
  form.remove_prefix(1);
  const bool ranges = form.starts_with("..");
  for (const char digit : form.substr(ranges ? 2 : 0))
    component.most = component.most * 10 + static_cast<std::size_t>(digit - '0');
  component.least = ranges ? 1 : component.most;
  return component;
}

bool is_of_set(char c, char set) {
  const bool digit = c >= '0' && c <= '9', upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';
  const auto among = [&](std::string_view others) { return others.find(c) != std::string_view::npos; };
  switch (set) {
    case 'N':
      return digit;
    case 'Y':
      return digit || upper || among("#-/");
    case 'Z':
      return digit || upper || lower || among("-_=");
    default:
      return digit || upper || lower || among("!\"%&'()*+,-./:;<=>?_");
  }
}

// From the right, digits count three times and once by turns; all together end in 0.
bool has_check_digit(std::string_view digits) {
  int sum = 0, weight = 1;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, weight = 4 - weight)
    sum += weight * (*digit - '0');
  return sum % 10 == 0;
}

bool is_at_most(std::string_view digits, std::string_view highest) { return digits <= highest; }

std::optional<Fault> break_of(std::string_view rule, std::string_view value) {
  const auto unless = [](bool right, Fault fault) { return right ? std::nullopt : std::optional(fault); };
  if (rule == "csum") return unless(has_check_digit(value), Fault::check_digit);
  if (rule == "yymmd0") return unless(short_date(value).has_value(), Fault::date);
  if (rule == "yymmdd") return unless(!value.ends_with("00") && short_date(value), Fault::date);
  if (rule == "yyyymmdd")
    return unless(support::day_of(value.substr(0, 4), value.substr(4, 2), value.substr(6)).has_value(), Fault::date);
  if (rule == "hhmi")
    return unless(is_at_most(value.substr(0, 2), "23") && is_at_most(value.substr(2), "59"), Fault::date);
  if (rule == "hh") return unless(is_at_most(value, "23"), Fault::date);
  if (rule == "mi" || rule == "ss") return unless(is_at_most(value, "59"), Fault::date);
  const bool zero = value.find_first_not_of('0') == std::string_view::npos;
  if (rule == "zero") return unless(zero, Fault::value);
  if (rule == "nonzero") return unless(!zero, Fault::value);
  if (rule == "yesno") return unless(is_at_most(value, "1"), Fault::value);
  if (rule == "iso5218") return unless(is_at_most(value, "2") || value == "9", Fault::value);
  return {};
}

std::optional<Fault> check_component(const Component& component, std::string_view value) {
  const bool fits = std::all_of(value.begin(), value.end(), [&](char c) { return is_of_set(c, component.set); });
  if (!fits) return Fault::characters;
  if (component.rules.empty()) return {};
  for (const auto rule : support::split(component.rules, ','))
    if (const auto fault = break_of(rule, value)) return fault;
  return {};
}

/// The value with which `text` begins; what is longer than the identifier says is left.
std::variant<std::string_view, Fault> take_value(const Ai& ai, std::string_view text) {
  std::string_view rest = text;
  for (const auto word : support::split(ai.format, ' ')) {
    const Component component = component_of(word);
    if (component.optional && rest.empty()) break;
    const auto part = rest.substr(0, component.most);
    if (part.size() < component.least) return Fault::truncated;
    if (const auto fault = check_component(component, part)) return *fault;
    rest.remove_prefix(part.size());
  }
  return text.substr(0, text.size() - rest.size());
}

/// The identifier with which `text` begins: none is the beginning of another.
const Ai* take_ai(std::string_view& text, std::string& number) {
  for (std::size_t digits = 2; digits <= 4 && digits <= text.size(); ++digits)
    if (const Ai* ai = find_ai(text.substr(0, digits)); ai != nullptr && is_digits(text.substr(0, digits))) {
      number = text.substr(0, digits);
      text.remove_prefix(digits);
      return ai;
    }
  return nullptr;
}

}  // namespace

std::string_view to_word(Fault fault) {
  constexpr std::array words{"unknown_ai",  "truncated", "too_long", "characters",
                             "check_digit", "date",      "value",    "twice"};
  return words.at(static_cast<std::size_t>(fault));
}

std::optional<std::chrono::year_month_day> short_date(std::string_view digits) {
  if (!is_digits(digits, 6)) return std::nullopt;
  const std::string year = "20" + std::string(digits.substr(0, 2));
  const auto month = digits.substr(2, 2), day = digits.substr(4);
  if (day != "00") return support::day_of(year, month, day);
  const auto first = support::day_of(year, month, "01");
  if (!first) return std::nullopt;
  return std::chrono::year_month_day(first->year() / first->month() / std::chrono::last);
}

std::variant<Elements, Fault> read(std::string_view text) {
  Elements elements;
  do {  // an empty text has no identifier
    std::string number;
    const Ai* ai = take_ai(text, number);
    if (ai == nullptr) return Fault::unknown_ai;
    const auto end = std::min(text.find(separator), text.size());
    const auto taken = take_value(*ai, text.substr(0, end));
    if (const auto* fault = std::get_if<Fault>(&taken)) return *fault;
    const std::string value(std::get<std::string_view>(taken));
    if (!ai->predefined && value.size() < end) return Fault::too_long;
    if (elements.emplace(number, value).first->second != value) return Fault::twice;
    text.remove_prefix(value.size());
    // Behind a length that is known a separator is allowed, and behind the last value.
    if (text.starts_with(separator)) text.remove_prefix(1);
  } while (!text.empty());
  return elements;
}

}  // namespace gs1
