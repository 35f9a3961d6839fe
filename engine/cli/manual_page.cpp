#include "cli/manual_page.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

namespace gatepost::cli {
namespace {

// The character that the text begins with; cut off. What is no UTF-8 stands for itself.
char32_t next_character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text[0]);
  std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
  if (size > text.size()) size = 1;
  char32_t character = size == 1 ? first : first & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) character = character << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  text.remove_prefix(size);
  return character;
}

// Characters that roff takes for something else: groff_char(7).
std::string_view name_of(char32_t character) {
  switch (character) {
    case '\\':
      return "\\(rs";
    case '-':
      return "\\-";
    case '"':
      return "\\(dq";
    case '\'':
      return "\\(aq";
    case '^':
      return "\\(ha";
    case '~':
      return "\\(ti";
    default:
      return {};
  }
}

std::string escaped(std::string_view text) {
  std::string all;
  bool bold = false;
  if (text.starts_with('.')) all = "\\&";
  while (!text.empty()) {
    const char32_t character = next_character(text);
    if (character == '`')
      all += std::exchange(bold, !bold) ? "\\fP" : "\\fB";
    else if (const auto name = name_of(character); !name.empty())
      all += name;
    else if (character < 0x80)
      all += static_cast<char>(character);
    else
      all += fmt::format("\\[u{:04X}]", static_cast<std::uint32_t>(character));
  }
  return all;
}

// One sentence or line of source a line of roff: none may begin with its control characters.
std::string lines_of(std::string_view text) {
  std::string all;
  while (!text.empty()) {
    const auto end = text.find('\n');
    all += escaped(text.substr(0, end)) + "\n";
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return all;
}

}  // namespace

ManualPage::ManualPage(std::string_view title, std::string_view section, std::string_view what) {
  std::string upper;
  for (const char c : title) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  text_ =
      fmt::format(".TH \"{}\" {} \"\" \"Gatepost " GATEPOST_VERSION "\" \"Gatepost\"\n.nh\n.ad l\n", upper, section);
  heading("NAME");
  text_ += escaped(title) + " \\- " + escaped(what) + "\n";
}

void ManualPage::heading(std::string_view text) { text_ += ".SH \"" + escaped(text) + "\"\n"; }
void ManualPage::subheading(std::string_view text) { text_ += ".SS \"" + escaped(text) + "\"\n"; }

void ManualPage::paragraphs(std::string_view text) {
  while (!text.empty()) {
    const auto end = text.find("\n\n");
    text_ += ".PP\n" + lines_of(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
  }
}

void ManualPage::term(std::string_view term, std::string_view meaning) {
  text_ += ".TP\n\\fB" + escaped(term) + "\\fR\n" + lines_of(meaning);
}

void ManualPage::verbatim(std::string_view lines) { text_ += ".PP\n.RS 4\n.nf\n" + lines_of(lines) + ".fi\n.RE\n"; }

}  // namespace gatepost::cli
