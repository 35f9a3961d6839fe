#include <gatepost/support/text.hpp>

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <memory>

namespace gatepost::support {
namespace {

using Point = utf8proc_int32_t;

const utf8proc_uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

/// The character at the beginning, and its bytes; none where they are no UTF-8.
std::pair<Point, std::size_t> first_of(std::string_view text) {
  Point point = 0;
  const auto length = utf8proc_iterate(bytes_of(text), static_cast<utf8proc_ssize_t>(text.size()), &point);
  return {point, static_cast<std::size_t>(std::max<utf8proc_ssize_t>(length, 0))};
}

std::pair<Point, std::size_t> first_of_latin1(std::string_view text) {
  return {static_cast<unsigned char>(text.front()), 1};
}

/// Whether all of `text` is characters that `fits` takes; false where it is no UTF-8.
template <class Fits>
bool all_characters(std::string_view text, Fits fits) {
  while (!text.empty()) {
    const auto [point, length] = first_of(text);
    if (length == 0 || !fits(point)) return false;
    text.remove_prefix(length);
  }
  return true;
}

Point upper(Point point, void*) { return utf8proc_toupper(point); }

std::optional<std::string> mapped(std::string_view text, int options, utf8proc_custom_func each = nullptr) {
  utf8proc_uint8_t* result = nullptr;
  const auto length = utf8proc_map_custom(bytes_of(text), static_cast<utf8proc_ssize_t>(text.size()), &result,
                                          static_cast<utf8proc_option_t>(options), each, nullptr);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(result, &std::free);
  if (length < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(result), static_cast<std::size_t>(length));
}

bool is_unseen(Point point) {
  if (point < 0x80)
    return std::string_view(" \t\r\n\v\f\0", 7).find(static_cast<char>(point)) != std::string_view::npos;
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CF:
      return true;
    default:
      return false;
  }
}

template <class First>
std::string_view trimmed_by(std::string_view text, First first) {
  const auto unseen = [&](std::string_view part) {
    const auto [point, length] = first(part);
    return length > 0 && is_unseen(point) ? length : 0;
  };
  while (!text.empty() && unseen(text) > 0) text.remove_prefix(unseen(text));
  for (std::size_t back = 1; back <= 4 && back <= text.size();) {  // a character has four bytes at most
    const bool whole = unseen(text.substr(text.size() - back)) == back;
    if (whole) text.remove_suffix(back);
    back = whole ? 1 : back + 1;
  }
  return text;
}

// Windows-1252, 0x80 to 0x9F. What it leaves free, programs keep as the control character of that code.
constexpr std::array<Point, 32> windows{0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                        0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

std::optional<char> byte_of(Point point) {
  if (point <= 0xFF) return static_cast<char>(point);
  const auto* found = std::find(windows.begin(), windows.end(), point);
  if (found == windows.end()) return std::nullopt;
  return static_cast<char>(0x80 + (found - windows.begin()));
}

bool is_letter(Point point) { return (point >= 'A' && point <= 'Z') || (point >= 'a' && point <= 'z'); }

}  // namespace

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_digits(std::string_view text, std::size_t count) { return text.size() == count && is_digits(text); }

bool valid_utf8(std::string_view text) {
  return is_ascii(text) || all_characters(text, [](Point) { return true; });
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::optional<std::string> composed(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  return mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

std::string composed_or_as_is(std::string_view text) { return composed(text).value_or(std::string(text)); }

std::optional<std::string> composed_capitals(std::string_view text) {
  return mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE, upper);
}

std::optional<std::string> folded(std::string_view text) {
  return mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
}

std::string plain_word(std::string_view text) {
  auto word = is_ascii(text) ? std::string(text) : folded(text).value_or(std::string(text));
  constexpr std::string_view blanks = " \t\r\n";
  const auto begin = word.find_first_not_of(blanks);
  if (begin == std::string::npos) return {};
  word = word.substr(begin, word.find_last_not_of(blanks) - begin + 1);
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return word;
}

std::string utf8_of_latin1(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    if (value < 0x80) {
      text += byte;
    } else {
      text += static_cast<char>(0xC0 | (value >> 6));
      text += static_cast<char>(0x80 | (value & 0x3F));
    }
  }
  return text;
}

std::string_view trimmed(std::string_view text) { return trimmed_by(text, first_of); }

std::string_view trimmed_latin1(std::string_view bytes) { return trimmed_by(bytes, first_of_latin1); }

CodeLine code_line(std::string_view payload) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  const bool bom = payload.starts_with(mark);
  if (bom) payload.remove_prefix(mark.size());
  while (payload.ends_with('\r') || payload.ends_with('\n')) payload.remove_suffix(1);
  return {payload, bom};
}

bool has_controls(std::string_view text) {
  return !all_characters(text, [](Point point) {
    switch (utf8proc_category(point)) {
      case UTF8PROC_CATEGORY_CC:
      case UTF8PROC_CATEGORY_CF:
      case UTF8PROC_CATEGORY_ZL:
      case UTF8PROC_CATEGORY_ZP:
        return false;
      default:
        return true;
    }
  });
}

std::optional<std::string> repaired(std::string_view text) {
  std::string bytes;
  const bool all = all_characters(text, [&](Point point) {
    const auto byte = byte_of(point);
    if (byte) bytes += *byte;
    return byte.has_value();
  });
  if (!all || is_ascii(bytes) || !valid_utf8(bytes)) return std::nullopt;
  return bytes;
}

std::optional<std::string> ascii_capitals(std::string_view text) {
  auto plain = mapped(text, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK, upper);
  if (!plain) return std::nullopt;
  std::string capitals;
  const bool all = all_characters(*plain, [&](Point point) {
    if (point == 0x110) point = 'D';  // the one letter of the Vietnamese alphabet that is none with a mark
    if (point < 0x80) capitals += static_cast<char>(point);
    return point < 0x80;
  });
  if (!all) return std::nullopt;
  return capitals;
}

bool is_name(std::string_view text) {
  const auto capitals = ascii_capitals(text);
  if (!capitals || capitals->empty() || !is_letter(static_cast<unsigned char>(capitals->front()))) return false;
  return std::all_of(capitals->begin(), capitals->end(), [](char c) {
    return is_letter(static_cast<unsigned char>(c)) || std::string_view(" -'.").find(c) != std::string_view::npos;
  });
}

std::vector<std::string_view> split(std::string_view record, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = record.find(separator);
    parts.push_back(record.substr(0, end));
    if (end == std::string_view::npos) return parts;
    record.remove_prefix(end + 1);
  }
}

}  // namespace gatepost::support
