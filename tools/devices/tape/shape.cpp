#include "devices/tape/shape.hpp"

#include <linux/input.h>

#include <span>

namespace gatepost::devices {
namespace {

constexpr std::size_t pos_data = 5, pos_end = 61;  // of a point-of-sale report, see plugins/input/usb_hid
constexpr std::size_t pos_size = 64;

char shape_of(char c) {
  if (c >= '0' && c <= '9') return '0';
  if (c >= 'A' && c <= 'Z') return 'A';
  if (c >= 'a' && c <= 'z') return 'a';
  return (static_cast<unsigned char>(c) & 0x80U) != 0 ? '?' : c;
}

// An AIM identifier is ], a letter and a letter or digit.
void blur(std::span<char> text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ']')
      i += 2;
    else
      text[i] = shape_of(text[i]);
  }
}

void blur_report(std::string& report) {
  const bool pos = report.size() == pos_size && report[0] == 2;
  const std::size_t begin = pos ? pos_data : 1;
  if (report.size() > begin) blur(std::span(report).subspan(begin, pos ? pos_end - pos_data : std::dynamic_extent));
}

bool between(unsigned code, unsigned first, unsigned last) { return code >= first && code <= last; }

bool is_letter(unsigned code) {
  return between(code, KEY_Q, KEY_P) || between(code, KEY_A, KEY_SEMICOLON) || between(code, KEY_Z, KEY_M);
}

bool is_keypad_digit(unsigned code) {
  return between(code, KEY_KP7, KEY_KP0) && code != KEY_KPMINUS && code != KEY_KPPLUS;
}

// The scan code beside a key's event tells the key as well.
void blur_key(hal::KeyEvent& key) {
  if (key.type == EV_MSC && key.code == MSC_SCAN) key.value = 0;
  if (key.type != EV_KEY) return;
  if (is_letter(key.code)) key.code = KEY_A;
  if (between(key.code, KEY_1, KEY_0)) key.code = KEY_1;
  if (is_keypad_digit(key.code)) key.code = KEY_KP1;
}

}  // namespace

hal::Tape shape_of(hal::Tape clear) {
  clear.clear = false;
  for (auto& entry : clear.entries) {
    switch (entry.kind) {
      case hal::TapeEntry::Kind::key:
        blur_key(entry.key);
        break;
      case hal::TapeEntry::Kind::bytes:
        blur(entry.bytes);
        break;
      case hal::TapeEntry::Kind::report:
        blur_report(entry.bytes);
        break;
    }
  }
  return clear;
}

}  // namespace gatepost::devices
