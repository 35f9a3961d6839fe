#include "config/plain_text.hpp"

#include <fmt/format.h>

#include "config/utf8.hpp"

namespace gatepost::config {
namespace {

bool is_control(char32_t point) { return (point < 0x20 && point != '\t' && point != '\n') || point == 0x7F; }

bool is_right(std::string_view rest, Place place, Diagnostics& diagnostics) {
  const auto [point, size] = next_character(rest);
  if (size == 0) {
    diagnostics.error(place, fmt::format("byte {:#04x} is not UTF-8", static_cast<unsigned char>(rest[0])), {},
                      "save the file as UTF-8");
    return false;
  }
  if (!is_control(point) || (point == '\r' && rest.starts_with("\r\n"))) return true;
  diagnostics.error(place, fmt::format("control character {:#04x} in the text", static_cast<unsigned>(point)), {},
                    "remove it; inside double quotes it can be written as an escape, \"\\r\" or \"\\x1d\"");
  return false;
}

bool is_indented_with_spaces(std::string_view line, Place place, Diagnostics& diagnostics) {
  const auto content = line.find_first_not_of(" \t\r");
  const auto tab = line.find('\t');
  if (content == line.npos || line[content] == '#' || tab > content) return true;
  diagnostics.error({place.line, tab, place.file}, "a tab stands in the indentation", "spaces",
                    "replace the tab by two spaces");
  return false;
}

}  // namespace

bool is_plain_text(const Source& source, std::size_t file, Diagnostics& diagnostics) {
  std::string_view rest = source.text;
  for (std::size_t number = 0; !rest.empty(); ++number) {
    const auto line = rest.substr(0, rest.find('\n'));
    for (std::size_t at = 0; at < line.size(); at += next_character(rest.substr(at)).size)
      if (!is_right(rest.substr(at), {number, at, file}, diagnostics)) return false;
    if (!is_indented_with_spaces(line, {number, 0, file}, diagnostics)) return false;
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  return true;
}

}  // namespace gatepost::config
