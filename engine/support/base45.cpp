#include <array>
#include <cstdint>
#include <gatepost/support/base45.hpp>

namespace gatepost::support {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
static_assert(alphabet.size() == 45);

constexpr std::uint8_t none = 0xFF;

constexpr std::array<std::uint8_t, 256> values = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(none);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table.at(static_cast<unsigned char>(alphabet[i])) = static_cast<std::uint8_t>(i);
  return table;
}();

/// The number that two or three characters make, the least first; nothing where one of them is none.
std::optional<std::uint32_t> number_of(std::string_view characters) {
  std::uint32_t number = 0, weight = 1;
  for (const char character : characters) {
    const std::uint32_t value = values.at(static_cast<unsigned char>(character));
    if (value == none) return {};
    number += value * weight;
    weight *= 45;
  }
  return number;
}

}  // namespace

std::optional<std::string> base45_decode(std::string_view text) {
  if (text.size() % 3 == 1) return {};
  std::string bytes;
  bytes.reserve(text.size() / 3 * 2 + 1);
  for (; !text.empty(); text.remove_prefix(std::min<std::size_t>(3, text.size()))) {
    const auto characters = text.substr(0, 3);
    const auto number = number_of(characters);
    if (!number || *number > (characters.size() == 3 ? 0xFFFFU : 0xFFU)) return {};
    if (characters.size() == 3) bytes += static_cast<char>(*number >> 8U);
    bytes += static_cast<char>(*number & 0xFFU);
  }
  return bytes;
}

std::string base45_encode(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() / 2 * 3 + 2);
  const auto write = [&](std::uint32_t number, int characters) {
    for (int i = 0; i < characters; ++i, number /= 45) text += alphabet[number % 45];
  };
  for (; bytes.size() >= 2; bytes.remove_prefix(2))
    write(static_cast<unsigned char>(bytes[0]) * 256U + static_cast<unsigned char>(bytes[1]), 3);
  if (!bytes.empty()) write(static_cast<unsigned char>(bytes[0]), 2);
  return text;
}

}  // namespace gatepost::support
