// Base64, RFC 4648 section 4, strict: with its padding, and without bits that say nothing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace replay {

inline constexpr std::string_view base64_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

inline std::string to_base64(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8U | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j)
      text += i + j > bytes.size() ? '=' : base64_letters[group >> (18 - 6 * j) & 63U];
  }
  return text;
}

inline std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return {};
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const bool pad = i + j >= text.size() - padding;
      const auto letter = pad ? 0 : base64_letters.find(text[i + j]);
      if (letter == std::string_view::npos) return {};
      group = group << 6U | static_cast<std::uint32_t>(letter);
    }
    for (std::size_t j = 0; j < 3; ++j) bytes += static_cast<char>(group >> (16 - 8 * j) & 255U);
  }
  bytes.resize(bytes.size() - padding);
  if (to_base64(bytes) != text) return {};
  return bytes;
}

}  // namespace replay
