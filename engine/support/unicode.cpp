#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <gatepost/support/unicode.hpp>
#include <memory>

namespace gatepost::support {
namespace {

bool ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
}

const utf8proc_uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

}  // namespace

bool valid_utf8(std::string_view text) {
  if (ascii(text)) return true;
  while (!text.empty()) {
    utf8proc_int32_t point = 0;
    const auto length = utf8proc_iterate(bytes_of(text), static_cast<utf8proc_ssize_t>(text.size()), &point);
    if (length <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(length));
  }
  return true;
}

std::optional<std::string> mapped(std::string_view text, int options) {
  utf8proc_uint8_t* result = nullptr;
  const auto length = utf8proc_map(bytes_of(text), static_cast<utf8proc_ssize_t>(text.size()), &result,
                                   static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(result, &std::free);
  if (length < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(result), static_cast<std::size_t>(length));
}

std::string plain_word(std::string_view text) {
  auto word =
      ascii(text)
          ? std::string(text)
          : mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE)
                .value_or(std::string(text));
  constexpr std::string_view blanks = " \t\r\n";
  const auto begin = word.find_first_not_of(blanks);
  if (begin == std::string::npos) return {};
  word = word.substr(begin, word.find_last_not_of(blanks) - begin + 1);
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return word;
}

std::string composed(std::string_view text) {
  if (ascii(text)) return std::string(text);
  return mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE)
      .value_or(std::string(text));  // no UTF-8: equal to itself only
}

}  // namespace gatepost::support
