#include <fmt/format.h>
#include <charconv>
#include <chrono>
#include <gatepost/hal/options.hpp>
#include <optional>

namespace gatepost::hal {
namespace {

template <class T>
std::optional<T> number_in(std::string_view text) {
  T value{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

std::optional<Duration> time_in(std::string_view text) {
  const auto digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto unit = text.substr(digits);
  const double scale = unit == "us" ? 1e3 : unit == "ms" ? 1e6 : unit == "s" ? 1e9 : unit == "min" ? 60e9 : 0;
  const auto value = number_in<double>(text.substr(0, digits));
  if (!value || scale == 0 || *value * scale > 86'400e9) return {};
  return Duration(static_cast<Duration::rep>(*value * scale));
}

}  // namespace

const std::string* OptionReader::find(const std::string& key) {
  known_.insert(key);
  const auto found = address_.options.find(key);
  return found == address_.options.end() ? nullptr : &found->second;
}

void OptionReader::refuse(const std::string& key, const std::string& expected) {
  if (first_error_)
    first_error_ = Error{"the option '" + key + "' is not right", address_.text(), "write " + key + "=" + expected};
}

std::int64_t OptionReader::number(const std::string& key, std::int64_t fallback, std::int64_t least,
                                  std::int64_t most) {
  const std::string* text = find(key);
  if (text == nullptr) return fallback;
  const auto value = number_in<std::int64_t>(*text);
  if (value && *value >= least && *value <= most) return *value;
  refuse(key, "a number from " + std::to_string(least) + " to " + std::to_string(most));
  return fallback;
}

double OptionReader::decimal(const std::string& key, double fallback, double least, double most) {
  const std::string* text = find(key);
  if (text == nullptr) return fallback;
  const auto value = number_in<double>(*text);
  if (value && *value >= least && *value <= most) return *value;
  refuse(key, fmt::format("a number from {} to {}", least, most));
  return fallback;
}

bool OptionReader::yes(const std::string& key, bool fallback) {
  constexpr std::string_view words[] = {"no", "yes"};
  return word(key, words, fallback ? 1 : 0) == 1;
}

Duration OptionReader::time(const std::string& key, Duration fallback) {
  const std::string* text = find(key);
  if (text == nullptr) return fallback;
  if (const auto value = time_in(*text)) return *value;
  refuse(key, "a time such as 20ms or 2s");
  return fallback;
}

std::string OptionReader::text(const std::string& key, const std::string& fallback) {
  const std::string* text = find(key);
  return text == nullptr ? fallback : *text;
}

std::size_t OptionReader::word(const std::string& key, std::span<const std::string_view> words, std::size_t fallback) {
  const std::string* text = find(key);
  if (text == nullptr) return fallback;
  std::string expected;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (*text == words[i]) return i;
    expected += (i == 0 ? "" : " or ") + std::string(words[i]);
  }
  refuse(key, expected);
  return fallback;
}

Result<void> OptionReader::done() const {
  if (!first_error_) return first_error_;
  std::string all;
  for (const auto& key : known_) all += (all.empty() ? "" : ", ") + key;
  for (const auto& [key, value] : address_.options)
    if (!known_.contains(key))
      return Error{"there is no option '" + key.substr(0, 40) + "' here", address_.text().substr(0, 80),
                   all.empty() ? "remove it: this address has no options" : "known options: " + all};
  return {};
}

}  // namespace gatepost::hal
