// A gun that pretends to be a keyboard, as most do when they leave the factory.
#pragma once

#include <string_view>

#include "devices/hid_device.hpp"
#include "devices/keyboard_layout.hpp"

namespace gatepost::lab {

/// How fast it types: so many reports one at the heels of the other, then a pause. A key is two reports.
struct Pace {
  std::chrono::microseconds gap{2000};
  int burst = 1;
};

class KeyboardGun final : public HidDevice {
 public:
  KeyboardGun();
  ~KeyboardGun() override { unplug(); }

  Layout layout = Layout::us;  ///< what the gun believes of the host
  bool alt_codes = false;      ///< types each byte's number on the keypad with Alt held: no layout matters then
  Pace pace;                   ///< of what is typed from now on

  /// Types UTF-8 text, and with scan() the Enter after it. Throws std::invalid_argument where the layout has no key.
  void type(std::string_view text);
  void scan(std::string_view text);

  /// A key down and up again.
  void press(Key key);

  std::string event() const { return node("input/event"); }

 private:
  void type_number(std::uint8_t byte);
  void step(std::uint8_t modifiers, std::uint8_t usage);

  int in_burst_ = 0;
};

}  // namespace gatepost::lab
