// Which key gives a letter: what a gun must believe that is set for a country.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatepost::lab {

enum class Layout { us, uk, de, fr };

namespace modifier {
constexpr std::uint8_t left_shift = 0x02, left_alt = 0x04, right_alt = 0x40;
}

/// A key with what is held beside it, as HID numbers them (usage page 7).
struct Key {
  std::uint8_t modifiers = 0, usage = 0;
  auto operator<=>(const Key&) const = default;
};

namespace key {
constexpr std::uint8_t enter = 0x28, tab = 0x2B, space = 0x2C, keypad_1 = 0x59, keypad_0 = 0x62;
}

/// Nothing where the layout has no key for it; keys that wait for a second one (^ of de and fr) count as none.
std::optional<Key> key_of(Layout layout, char32_t letter);

/// UTF-8 as its letters; an ill-formed byte becomes U+FFFD.
std::u32string letters_of(std::string_view utf8);

}  // namespace gatepost::lab
