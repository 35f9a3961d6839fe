// Texts that are out to be misread.
#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <string>
#include <vector>

namespace gatepost::config::texts {

// UTF-8 of any code points but NUL in paths.
inline std::string text_of(const std::vector<char32_t>& points) {
  std::string text;
  for (const char32_t point : points) {
    const auto put = [&](char32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (point < 0x80) {
      put(point);
    } else if (point < 0x800) {
      put(0xC0 | point >> 6), put(0x80 | (point & 0x3F));
    } else {
      put(0xE0 | point >> 12), put(0x80 | (point >> 6 & 0x3F)), put(0x80 | (point & 0x3F));
    }
  }
  return text;
}

inline rc::Gen<std::string> any_text() {
  const auto point = rc::gen::map(
      rc::gen::oneOf(rc::gen::inRange<std::uint32_t>(0, 0x80), rc::gen::inRange<std::uint32_t>(0x80, 0xD800),
                     rc::gen::element<std::uint32_t>('"', '\\', '\'', ':', '#', '\n', '-', '{', ']', '&')),
      [](std::uint32_t number) { return static_cast<char32_t>(number); });
  return rc::gen::map(rc::gen::container<std::vector<char32_t>>(point), text_of);
}

}  // namespace gatepost::config::texts
