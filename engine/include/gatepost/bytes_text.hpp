// Bytes that are no text, as a site file writes them and as people are shown them. Header-only; it is no part of what
// engine and plugins share at run time.
#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <gatepost/result.hpp>

namespace gatepost {

namespace detail {
inline std::optional<char> hex_byte(std::string_view digits) {
  unsigned value = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (digits.size() != 2 || failure != std::errc() || end != digits.data() + 2) return {};
  return static_cast<char>(value);
}
}  // namespace detail

/// How a site file writes a command: its bytes in hex, with or without spaces between them: "16 54 0D". Nothing: it is
/// none, or has more than `most` bytes.
inline std::optional<std::string> from_hex(std::string_view text, std::size_t most) {
  std::string bytes;
  while (!text.empty()) {
    if (text.front() == ' ') {
      text.remove_prefix(1);
      continue;
    }
    const auto byte = detail::hex_byte(text.substr(0, 2));
    if (!byte || bytes.size() == most) return {};
    bytes += *byte;
    text.remove_prefix(2);
  }
  return bytes;
}

/// How a site file writes bytes that are no text: with \r, \n, \t, \\ and \xHH.
inline Result<std::string> unescape(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
      continue;
    }
    const char kind = i + 1 < text.size() ? text[i + 1] : '\0';
    const auto hex = kind == 'x' ? detail::hex_byte(text.substr(i + 2, 2)) : std::nullopt;
    if (kind == 'r' || kind == 'n' || kind == 't' || kind == '\\') {
      bytes += kind == 'r' ? '\r' : kind == 'n' ? '\n' : kind == 't' ? '\t' : '\\';
      i += 1;
    } else if (hex) {
      bytes += *hex;
      i += 3;
    } else {
      return Error{"has a backslash that means nothing", {}, R"(write \r, \n, \t, \\ or \x and two hex digits)"};
    }
  }
  return bytes;
}

/// The other way round, for people: what is no printable ASCII is escaped.
inline std::string escape(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    if (byte == '\r' || byte == '\n' || byte == '\t' || byte == '\\')
      (text += '\\') += byte == '\r' ? 'r' : byte == '\n' ? 'n' : byte == '\t' ? 't' : '\\';
    else if (value >= 0x20 && value < 0x7F)
      text += byte;
    else
      ((text += "\\x") += digits[value >> 4U]) += digits[value & 0xFU];
  }
  return text;
}

}  // namespace gatepost
