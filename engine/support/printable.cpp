#include <gatepost/support/printable.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace gatepost::support {
namespace {

struct Point {
  std::uint32_t code = 0;
  std::size_t length = 0;  ///< bytes; 0: no character begins here
};

// RFC 3629: shortest form only, no surrogates, at most U+10FFFF.
Point decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || lead > 0xF4 || text.size() < length) return {};
  std::uint32_t code = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3FU);
  }
  const std::uint32_t least = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
  if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
  return {code, length};
}

// Controls, and what reorders or hides the text around it.
bool may_be_shown(std::uint32_t code) {
  const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
  const bool direction = (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
                         (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
  return !control && !direction;
}

}  // namespace

std::string printable(std::string_view text, std::size_t most) {
  std::string shown;
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == most) return shown + "…";
    const Point point = decode(text);
    if (point.length != 0 && may_be_shown(point.code))
      shown += text.substr(0, point.length);
    else
      shown += "·";
    text.remove_prefix(point.length == 0 ? 1 : point.length);
  }
  return shown;
}

std::string printable_json(std::string_view json) {
  std::string shown;
  while (!json.empty()) {
    const Point point = decode(json);
    if (point.length != 0 && may_be_shown(point.code))
      shown += json.substr(0, point.length);
    else
      shown += fmt::format("\\u{:04x}", point.length == 0 ? 0xFFFDU : point.code);
    json.remove_prefix(std::max<std::size_t>(point.length, 1));
  }
  return shown;
}

}  // namespace gatepost::support
