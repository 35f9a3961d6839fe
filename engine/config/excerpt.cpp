#include "config/excerpt.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "config/utf8.hpp"

namespace gatepost::config {
namespace {

constexpr std::size_t columns = 96;
constexpr std::size_t npos = std::string_view::npos;

// One character as it is drawn.
struct Glyph {
  std::string_view bytes;
  std::size_t at;  // its first byte's place in the line
  std::size_t width;
};

struct Span {
  char32_t first, last;
};

bool lies_in(std::span<const Span> spans, char32_t point) {
  return std::ranges::any_of(spans, [&](Span span) { return point >= span.first && point <= span.last; });
}

// Blocks of combining and of wide letters, after the Unicode Character Database (EastAsianWidth.txt), coarsely.
constexpr std::array<Span, 4> no_width{{{0x300, 0x36F}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0xFE00, 0xFE0F}}};
constexpr std::array<Span, 8> wide{{{0x1100, 0x115F},
                                    {0x2E80, 0xA4CF},
                                    {0xAC00, 0xD7A3},
                                    {0xF900, 0xFAFF},
                                    {0xFE30, 0xFE6F},
                                    {0xFF00, 0xFF60},
                                    {0x1F300, 0x1FAFF},
                                    {0x20000, 0x3FFFD}}};
// Controls, and what turns the direction of writing: either could make a line look like another one.
constexpr std::array<Span, 6> acting{
    {{0, 0x1F}, {0x7F, 0x9F}, {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFEFF, 0xFEFF}}};

Glyph glyph(std::string_view line, std::size_t at) {
  const auto [point, size] = next_character(line.substr(at));
  if (size == 0) return {"\uFFFD", at, 1};
  if (point == '\t') return {" ", at, 1};
  if (lies_in(acting, point)) return {"\uFFFD", at, 1};
  const std::size_t width = lies_in(no_width, point) ? 0 : lies_in(wide, point) ? 2 : 1;
  return {line.substr(at, size), at, width};
}

std::vector<Glyph> glyphs(std::string_view line, std::size_t from, std::size_t to) {
  std::vector<Glyph> all;
  for (std::size_t at = from; at < std::min(to, line.size());) {
    all.push_back(glyph(line, at));
    at += std::max<std::size_t>(next_character(line.substr(at)).size, 1);
  }
  return all;
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// The secret itself stands elsewhere.
bool is_tagged(std::string_view value) {
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  return value.starts_with("!env ") || value.starts_with("!file ");
}

// Where the value itself stands behind !env, and not a variable's name: somebody took it for a mark of secrets.
std::size_t mistaken_for_a_variable(std::string_view line) {
  constexpr std::string_view tag = "!env ";
  for (std::size_t at = line.find(tag); at != npos; at = line.find(tag, at + 1)) {
    const std::size_t begin = std::min(line.find_first_not_of(" \"'", at + tag.size()), line.size());
    std::size_t end = begin;
    while (end < line.size() && is_word(line[end])) ++end;
    const bool ends = end == line.size() || std::string_view(" \"',]}\r").find(line[end]) != npos;
    if (!ends) return at + tag.size();
  }
  return npos;
}

// Where the value of a key begins in this line, if the key stands in it.
std::size_t value_of(std::string_view line, std::string_view key) {
  for (std::size_t at = line.find(key); at != npos; at = line.find(key, at + 1)) {
    std::size_t next = at + key.size();
    if ((at > 0 && is_word(line[at - 1])) || key.empty()) continue;
    while (next < line.size() && (line[next] == '"' || line[next] == '\'' || line[next] == ' ')) ++next;
    if (next < line.size() && line[next] == ':' && !is_tagged(line.substr(next + 1))) return next + 1;
  }
  return npos;
}

std::size_t first_secret(std::string_view line, std::span<const std::string> secrets) {
  std::size_t first = mistaken_for_a_variable(line);
  for (const auto& key : secrets) first = std::min(first, value_of(line, key));
  return first;
}

std::size_t indent(std::string_view line) { return std::min(line.find_first_not_of(" \t"), line.size()); }

// A block of text under a secret key belongs to the secret.
bool under_a_secret(const Source& source, std::size_t number, std::span<const std::string> secrets) {
  std::size_t inner = indent(source.line(number));
  for (std::size_t up = number; up > 0 && inner > 0 && number - up < 200; --up) {
    const auto line = source.line(up - 1);
    if (line.size() == indent(line) || indent(line) >= inner) continue;
    if (first_secret(line, secrets) != npos) return true;
    inner = indent(line);
  }
  return false;
}

// The byte of the line from which on it is not shown.
std::size_t hidden_from(const Source& source, std::size_t number, std::span<const std::string> secrets) {
  const auto line = source.line(number);
  return under_a_secret(source, number, secrets) ? indent(line) : first_secret(line, secrets);
}

// A window of bytes around the place that is sure to be wider than what is shown, cut at a character's start.
std::pair<std::size_t, std::size_t> window(std::string_view line, std::size_t at) {
  std::size_t from = at > 2 * columns ? at - 2 * columns : 0;
  while (from > 0 && from < line.size() && (line[from] & 0xC0) == 0x80) --from;
  return {from, at + 4 * columns};
}

struct Drawn {
  std::string text;
  std::size_t caret = 0;  // columns before it
};

Drawn draw(std::string_view line, std::size_t at, std::size_t hidden_from) {
  const auto [from, to] = window(line, at);
  const auto all = glyphs(line, from, std::min(to, hidden_from));
  const auto here =
      static_cast<std::size_t>(std::ranges::find_if(all, [&](const Glyph& g) { return g.at >= at; }) - all.begin());
  std::size_t begin = here;
  for (std::size_t room = line.size() <= columns ? columns : columns / 2; begin > 0 && room >= all[begin - 1].width;)
    room -= all[--begin].width;
  Drawn drawn;
  if (from + begin > 0) drawn = {"…", 1};
  std::size_t next = begin;
  for (; next < here; drawn.text += all[next++].bytes) drawn.caret += all[next].width;
  for (std::size_t room = columns - drawn.caret; next < all.size() && room >= all[next].width;
       drawn.text += all[next++].bytes)
    room -= all[next].width;
  const bool cut = next < all.size() || to < std::min(line.size(), hidden_from);
  if (cut)
    drawn.text += "…";
  else if (hidden_from < line.size())
    drawn.text += " ***";
  return drawn;
}

}  // namespace

std::string shown_line(const Source& source, std::size_t number, std::span<const std::string> secrets) {
  const auto line = source.line(number);
  const std::size_t hidden = hidden_from(source, number, secrets);
  std::string text;
  for (const auto& glyph : glyphs(line, 0, hidden)) text += glyph.bytes;
  return text + (hidden < line.size() ? " ***" : "");
}

std::string excerpt(const Source& source, Place place, std::span<const std::string> secrets) {
  const auto line = source.line(place.line);
  const std::size_t hidden = hidden_from(source, place.line, secrets);
  const Drawn drawn = draw(line, std::min(place.byte, line.size()), std::min(hidden, line.size() + 1));
  const std::string number = std::to_string(place.line + 1);
  const std::string margin(number.size() < 5 ? 5 - number.size() : 0, ' ');
  return margin + number + " | " + drawn.text + "\n" + std::string(margin.size() + number.size(), ' ') + " | " +
         std::string(drawn.caret, ' ') + "^\n";
}

}  // namespace gatepost::config
