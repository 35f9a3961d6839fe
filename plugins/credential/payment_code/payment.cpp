#include "payment.hpp"

#include <charconv>
#include <cstddef>
#include <optional>

#include <gatepost/support/text.hpp>

namespace payment_code {

namespace {

namespace support = gatepost::support;

constexpr std::string_view version = "000201", checksum = "6304";
constexpr std::size_t checksum_digits = 4;

/// Some writers count a value's bytes, some its characters.
enum class Unit : std::uint8_t { bytes, characters };

/// The bytes of the first `count` units; nothing: there are not so many.
std::optional<std::size_t> length_of(std::string_view text, std::size_t count, Unit unit) {
  std::size_t length = 0;
  for (; count > 0 && length < text.size(); --count) {
    ++length;
    while (unit == Unit::characters && length < text.size() && (text[length] & 0xC0) == 0x80) ++length;
  }
  if (count > 0) return std::nullopt;
  return length;
}

bool is_whole(std::string_view text, Unit unit) {
  while (text.size() > checksum.size() + checksum_digits) {
    if (!support::is_digits(text.substr(0, 4))) return false;
    const auto count = static_cast<std::size_t>(text[2] - '0') * 10 + static_cast<std::size_t>(text[3] - '0');
    text.remove_prefix(4);
    const auto length = length_of(text, count, unit);
    if (count == 0 || !length) return false;
    text.remove_prefix(*length);
  }
  return text.size() == checksum.size() + checksum_digits && text.starts_with(checksum);
}

bool has_its_checksum(std::string_view text) {
  const auto digits = text.substr(text.size() - checksum_digits);
  std::uint16_t told = 0;
  const auto* const end = digits.data() + digits.size();
  const auto [read, failure] = std::from_chars(digits.data(), end, told, 16);
  return failure == std::errc() && read == end && told == crc16(text.substr(0, text.size() - checksum_digits));
}

}  // namespace

std::uint16_t crc16(std::string_view bytes) {
  std::uint32_t crc = 0xFFFF;
  for (const char byte : bytes) {
    crc ^= static_cast<std::uint32_t>(static_cast<unsigned char>(byte)) << 8;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
  }
  return static_cast<std::uint16_t>(crc);
}

bool is_payment(std::string_view payload) {
  const auto text = support::code_line(payload).text;
  return text.starts_with(version) && (is_whole(text, Unit::bytes) || is_whole(text, Unit::characters)) &&
         has_its_checksum(text);
}

}  // namespace payment_code
