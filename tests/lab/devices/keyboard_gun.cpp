#include "devices/keyboard_gun.hpp"

#include <cstdio>
#include <stdexcept>

namespace gatepost::lab {
namespace {

// The boot keyboard of HID 1.11, appendix B.1.
const Bytes report_descriptor{0x05, 0x01, 0x09, 0x06, 0xA1, 0x01,                          // generic desktop: keyboard
                              0x05, 0x07, 0x19, 0xE0, 0x29, 0xE7, 0x15, 0x00, 0x25, 0x01,  // eight modifiers
                              0x75, 0x01, 0x95, 0x08, 0x81, 0x02,                          //   a bit each
                              0x95, 0x01, 0x75, 0x08, 0x81, 0x03,                          // a byte without meaning
                              0x95, 0x05, 0x75, 0x01, 0x05, 0x08, 0x19, 0x01, 0x29, 0x05, 0x91, 0x02,  // five lamps
                              0x95, 0x01, 0x75, 0x03, 0x91, 0x03,                                      // three bits
                              0x95, 0x06, 0x75, 0x08, 0x15, 0x00, 0x25, 0x65,                          // six keys
                              0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00,                          //   of 101
                              0xC0};

}  // namespace

KeyboardGun::KeyboardGun()
    : HidDevice({0x0C2E, 0x0B61, "Gatepost lab", "Keyboard gun", "LAB-KBD-1"}, Speed::full,
                {report_descriptor, 1, 1, 8, 1}) {}

void KeyboardGun::type(std::string_view text) {
  if (alt_codes) {
    for (const char byte : text) type_number(static_cast<std::uint8_t>(byte));
    return;
  }
  for (const char32_t letter : letters_of(text)) {
    const auto key = key_of(layout, letter);
    if (!key) throw std::invalid_argument("the gun's layout has no key for a letter of: " + std::string(text));
    press(*key);
  }
}

void KeyboardGun::scan(std::string_view text) {
  type(text);
  press({0, key::enter});
}

void KeyboardGun::press(Key key) {
  step(key.modifiers, key.usage);
  step(0, 0);
}

void KeyboardGun::type_number(std::uint8_t byte) {
  char digits[4];
  std::snprintf(digits, sizeof digits, "%03u", byte);
  for (const char* digit = digits; *digit != '\0'; ++digit) {
    step(modifier::left_alt, *digit == '0' ? key::keypad_0 : static_cast<std::uint8_t>(key::keypad_1 + *digit - '1'));
    step(modifier::left_alt, 0);
  }
  step(0, 0);
}

void KeyboardGun::step(std::uint8_t modifiers, std::uint8_t usage) {
  const bool pause = in_burst_ % pace.burst == 0;
  in_burst_ = (in_burst_ + 1) % pace.burst;
  report({modifiers, 0, usage, 0, 0, 0, 0, 0}, pause ? pace.gap : std::chrono::microseconds(0));
}

}  // namespace gatepost::lab
