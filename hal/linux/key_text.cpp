#include "linux/key_text.hpp"

#include <linux/input-event-codes.h>
#include <xkbcommon/xkbcommon.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "linux/accents.hpp"
#include "linux/code_page.hpp"

namespace gatepost::hal {
namespace {

constexpr char32_t no_character = 0xFFFD;
constexpr std::size_t longest_code = 8;  // digits: leading zeros and 1114111

std::string utf8(char32_t c) {
  if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = no_character;
  const auto byte = [](char32_t value) { return static_cast<char>(value); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | (c >> 6)), byte(0x80 | (c & 0x3F))};
  if (c < 0x10000) return {byte(0xE0 | (c >> 12)), byte(0x80 | ((c >> 6) & 0x3F)), byte(0x80 | (c & 0x3F))};
  return {byte(0xF0 | (c >> 18)), byte(0x80 | ((c >> 12) & 0x3F)), byte(0x80 | ((c >> 6) & 0x3F)),
          byte(0x80 | (c & 0x3F))};
}

bool one_of(unsigned code, std::span<const unsigned> codes) { return std::ranges::find(codes, code) != codes.end(); }

bool is_modifier(unsigned code) {
  constexpr std::array<unsigned, 11> codes{KEY_LEFTSHIFT, KEY_RIGHTSHIFT, KEY_LEFTCTRL,  KEY_RIGHTCTRL,
                                           KEY_LEFTALT,   KEY_RIGHTALT,   KEY_LEFTMETA,  KEY_RIGHTMETA,
                                           KEY_CAPSLOCK,  KEY_NUMLOCK,    KEY_SCROLLLOCK};
  return one_of(code, codes);
}

// Of a keyboard proper, so that one without a character is worth telling; the rest are knobs for volume and sleep.
bool of_a_keyboard(unsigned code) { return code <= KEY_DELETE || (code >= KEY_F13 && code <= KEY_F24); }

std::optional<char> keypad_digit(unsigned code) {
  constexpr std::array<unsigned, 10> digits{KEY_KP0, KEY_KP1, KEY_KP2, KEY_KP3, KEY_KP4,
                                            KEY_KP5, KEY_KP6, KEY_KP7, KEY_KP8, KEY_KP9};
  const auto* const found = std::ranges::find(digits, code);
  if (found == digits.end()) return {};
  return static_cast<char>('0' + (found - digits.begin()));
}

// Caps Lock on a German or French Windows shifts these too: ReactOS dll/keyboard/kbdgr, kbdfr (CAPLOK).
bool caps_lock_shifts(KeyLayout layout, unsigned code) {
  constexpr std::array<unsigned, 4> german{KEY_MINUS, KEY_BACKSLASH, KEY_COMMA, KEY_DOT};
  const bool digit = code >= KEY_1 && code <= KEY_0;
  if (layout == KeyLayout::de) return digit || code == KEY_RIGHTBRACE || one_of(code, german);
  return layout == KeyLayout::fr && digit;
}

char32_t code_point(KeyLayout layout, const std::string& digits) {
  std::uint32_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (value > 0xFF) return value;
  const CodePage oem = layout == KeyLayout::us ? CodePage::oem_437 : CodePage::oem_850;
  return to_unicode(digits.starts_with('0') ? CodePage::ansi_1252 : oem, static_cast<std::uint8_t>(value));
}

}  // namespace

void KeyText::Free::operator()(xkb_state* state) const { xkb_state_unref(state); }

KeyText::KeyText(std::shared_ptr<const KeyMap> map)
    : map_(std::move(map)), layout_(map_->layout()), state_(xkb_state_new(map_->get())) {
  const auto bit = [this](const char* name) {
    const xkb_mod_index_t index = xkb_keymap_mod_get_index(map_->get(), name);
    return index == XKB_MOD_INVALID ? 0U : 1U << index;
  };
  shift_bit_ = bit(XKB_MOD_NAME_SHIFT);
  caps_bit_ = bit(XKB_MOD_NAME_CAPS);
  third_bit_ = bit("Mod5");
  digits_bit_ = bit(XKB_MOD_NAME_NUM);
}

KeyText::KeyText(KeyText&&) noexcept = default;
KeyText& KeyText::operator=(KeyText&&) noexcept = default;
KeyText::~KeyText() = default;

bool KeyText::shift() const { return held_[KEY_LEFTSHIFT] || held_[KEY_RIGHTSHIFT]; }
bool KeyText::alt() const { return held_[KEY_LEFTALT] || held_[KEY_RIGHTALT]; }

// The American layout has no third level; elsewhere Ctrl+Alt is AltGr, as on Windows.
bool KeyText::third_level() const {
  if (layout_ == KeyLayout::us) return false;
  return held_[KEY_RIGHTALT] || (held_[KEY_LEFTALT] && (held_[KEY_LEFTCTRL] || held_[KEY_RIGHTCTRL]));
}

bool KeyText::control() const { return (held_[KEY_LEFTCTRL] || held_[KEY_RIGHTCTRL]) && !third_level(); }

std::string KeyText::key(unsigned code, int value) {
  if (code >= held_.size() || (value != 0 && value != 1)) return {};
  held_[code] = value == 1;
  return value == 1 ? press(code) : lift(code);
}

void KeyText::resync(const HeldKeys& held, bool caps_lock) {
  held_ = held;
  caps_ = caps_lock;
  code_.clear();
  code_broken_ = alt();
  accent_ = 0;
}

std::uint32_t KeyText::symbol(unsigned code) const {
  const bool caps_is_shift = caps_ && caps_lock_shifts(layout_, code);
  std::uint32_t mask = digits_bit_;  // the keypad of a scanner means digits, whatever Num Lock is
  if (shift() != caps_is_shift) mask |= shift_bit_;
  if (third_level()) mask |= third_bit_;
  xkb_state_update_mask(state_.get(), mask, 0, caps_ && !caps_is_shift ? caps_bit_ : 0, 0, 0, 0);
  const std::uint32_t keysym = xkb_state_key_get_one_sym(state_.get(), code + 8);
  // Windows' French layout has dead keys here, xkb's has not: a scanner types a space after them.
  if (layout_ == KeyLayout::fr && keysym == XKB_KEY_asciitilde && code == KEY_2) return XKB_KEY_dead_tilde;
  if (layout_ == KeyLayout::fr && keysym == XKB_KEY_grave && code == KEY_7) return XKB_KEY_dead_grave;
  return keysym;
}

std::string KeyText::press(unsigned code) {
  if (code == KEY_LEFTALT || code == KEY_RIGHTALT) {
    code_.clear();
    code_broken_ = false;
  }
  if (code == KEY_CAPSLOCK) caps_ = !caps_;
  if (is_modifier(code)) return {};
  if (const auto digit = keypad_digit(code); digit && alt()) {
    if (code_.size() <= longest_code) code_ += *digit;
    return {};
  }
  const std::uint32_t keysym = symbol(code);
  if (const char32_t accent = accent_of(keysym); accent != 0 && !control()) {
    const std::string before = accent_ == 0 ? std::string() : utf8(accent_);
    accent_ = accent;
    return before;
  }
  const bool shortcut = (alt() && !third_level()) || held_[KEY_LEFTMETA] || held_[KEY_RIGHTMETA];
  const char32_t character = shortcut ? 0 : xkb_keysym_to_utf32(keysym);
  const auto meant = control()        ? control_byte(code, character)
                     : character != 0 ? std::optional(character)
                                      : std::nullopt;
  if (!meant && !of_a_keyboard(code)) return {};
  return with_accent(meant.value_or(no_character));
}

std::string KeyText::lift(unsigned code) {
  if ((code != KEY_LEFTALT && code != KEY_RIGHTALT) || alt()) return {};
  const std::string digits = std::exchange(code_, {});
  if (std::exchange(code_broken_, false)) return digits.empty() ? std::string() : utf8(no_character);
  if (digits.empty()) return {};
  return with_accent(digits.size() > longest_code ? no_character : code_point(layout_, digits));
}

// The control byte of the character; or, where the key of this layout has none, of the key's place, as Windows has it:
// a scanner types GS as Ctrl and the key right of Ü on a German host (ReactOS dll/keyboard/kbdgr).
std::optional<char32_t> KeyText::control_byte(unsigned code, char32_t plain) const {
  struct Place {
    unsigned code;
    char32_t control;
  };
  constexpr std::array places{Place{KEY_LEFTBRACE, 0x1B}, Place{KEY_RIGHTBRACE, 0x1D}, Place{KEY_BACKSLASH, 0x1C},
                              Place{KEY_102ND, 0x1C},     Place{KEY_6, 0x1E},          Place{KEY_2, 0x00}};
  if (code == KEY_ENTER || code == KEY_KPENTER) return U'\n';
  if ((plain < 0x20 && plain != 0) || plain == ' ' || keypad_digit(code)) return plain;
  if (plain >= '@' && plain <= '~') return plain & 0x1F;
  const bool digits_are_shifted = layout_ == KeyLayout::fr;
  for (const Place& place : places)
    if (place.code == code && !(digits_are_shifted && code <= KEY_0)) return place.control;
  return {};
}

std::string KeyText::with_accent(char32_t character) {
  const char32_t accent = std::exchange(accent_, 0);
  if (accent == 0) return utf8(character);
  if (character == ' ') return utf8(accent);
  if (const char32_t both = accented(accent, character); both != 0) return utf8(both);
  return utf8(accent) + utf8(character);
}

}  // namespace gatepost::hal
