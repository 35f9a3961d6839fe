// From keys to text, as a Windows host of that layout would show it: that is what scanners are made for. No I/O.
#pragma once

#include <bitset>
#include <cstdint>
#include <gatepost/hal/keyboard.hpp>
#include <gatepost/result.hpp>
#include <memory>
#include <optional>
#include <string>

#include "linux/key_map.hpp"

struct xkb_state;

namespace gatepost::hal {

/// The keys that are down, by their numbers in linux/input-event-codes.h.
using HeldKeys = std::bitset<0x300>;

/// Knows what is held, what is locked and what is begun: a dead key, a code on the keypad.
class KeyText {
 public:
  explicit KeyText(std::shared_ptr<const KeyMap> map);
  KeyText(KeyText&&) noexcept;
  KeyText& operator=(KeyText&&) noexcept;
  ~KeyText();

  /// One event of a key: value 1 it went down, 0 up, 2 the kernel repeats it, which is nothing. What it types: UTF-8;
  /// U+FFFD for a key that stands for no character (F1, an arrow), so that it can never vanish from within a code.
  std::string key(unsigned code, int value);

  /// How it is in truth, at the beginning and after events were lost. What was begun is dropped.
  void resync(const HeldKeys& held, bool caps_lock);

  bool caps_lock() const { return caps_; }

 private:
  struct Free {
    void operator()(xkb_state* state) const;
  };

  std::string press(unsigned code);
  std::string lift(unsigned code);
  std::optional<char32_t> control_byte(unsigned code, char32_t plain) const;
  std::string with_accent(char32_t character);
  std::uint32_t symbol(unsigned code) const;
  bool shift() const;
  bool control() const;
  bool third_level() const;
  bool alt() const;

  std::shared_ptr<const KeyMap> map_;
  KeyLayout layout_;
  std::unique_ptr<xkb_state, Free> state_;
  std::uint32_t shift_bit_ = 0, caps_bit_ = 0, third_bit_ = 0, digits_bit_ = 0;
  HeldKeys held_;
  bool caps_ = false;
  std::string code_;          ///< digits of Alt and the keypad
  bool code_broken_ = false;  ///< some of them may have been lost
  char32_t accent_ = 0;       ///< of a dead key, as it looks when it stands alone
};

}  // namespace gatepost::hal
