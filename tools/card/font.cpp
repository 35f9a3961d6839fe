#include "font.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <span>

namespace gatepost::card {
namespace {

struct Drawn {
  utf8proc_int32_t letter;
  std::string_view rows;  // each 5 points wide: # is ink
};

constexpr std::array drawn{
    Drawn{'A', " ### #   ##   #######   ##   ##   #"},   Drawn{'B', "#### #   ##   ##### #   ##   ##### "},
    Drawn{'C', " ### #   ##    #    #    #   # ### "},   Drawn{'D', "#### #   ##   ##   ##   ##   ##### "},
    Drawn{'E', "######    #    #### #    #    #####"},   Drawn{'F', "######    #    #### #    #    #    "},
    Drawn{'G', " ### #   ##    # ####   ##   # ### "},   Drawn{'H', "#   ##   ##   #######   ##   ##   #"},
    Drawn{'I', " ###   #    #    #    #    #   ### "},   Drawn{'J', "  ###   #    #    #    # #  #  ##  "},
    Drawn{'K', "#   ##  # # #  ##   # #  #  # #   #"},   Drawn{'L', "#    #    #    #    #    #    #####"},
    Drawn{'M', "#   ### ### # ## # ##   ##   ##   #"},   Drawn{'N', "#   ###  ## # ##  ###   ##   ##   #"},
    Drawn{'O', " ### #   ##   ##   ##   ##   # ### "},   Drawn{'P', "#### #   ##   ##### #    #    #    "},
    Drawn{'Q', " ### #   ##   ##   ## # ##  #  ## #"},   Drawn{'R', "#### #   ##   ##### # #  #  # #   #"},
    Drawn{'S', " #####    #     ###     #    ##### "},   Drawn{'T', "#####  #    #    #    #    #    #  "},
    Drawn{'U', "#   ##   ##   ##   ##   ##   # ### "},   Drawn{'V', "#   ##   ##   ##   ##   # # #   #  "},
    Drawn{'W', "#   ##   ##   ## # ## # ### ###   #"},   Drawn{'X', "#   ##   # # #   #   # # #   ##   #"},
    Drawn{'Y', "#   ##   # # #   #    #    #    #  "},   Drawn{'Z', "#####    #   #   #   #   #    #####"},
    Drawn{'0', " ### #   ##  ### # ###  ##   # ### "},   Drawn{'1', "  #   ##    #    #    #    #   ### "},
    Drawn{'2', " ### #   #    #   #   #   #   #####"},   Drawn{'3', "#####   #   #     #     ##   # ### "},
    Drawn{'4', "   #   ##  # # #  # #####   #    # "},   Drawn{'5', "######    ####     #    ##   # ### "},
    Drawn{'6', "  ##  #   #    #### #   ##   # ### "},   Drawn{'7', "#####    #   #   #   #    #    #   "},
    Drawn{'8', " ### #   ##   # ### #   ##   # ### "},   Drawn{'9', " ### #   ##   # ####    #   #  ##  "},
    Drawn{' ', "                                   "},   Drawn{'-', "               #####               "},
    Drawn{'.', "                          ##   ##  "},   Drawn{',', "                     ##    #   #   "},
    Drawn{':', "      ##   ##        ##   ##       "},   Drawn{'/', "         #   #   #   #   #         "},
    Drawn{'(', "   #   #   #    #    #     #     # "},   Drawn{')', " #     #     #    #    #   #   #   "},
    Drawn{'\'', " ##    #   #                       "},  Drawn{'+', "       #    #  #####  #    #       "},
    Drawn{'_', "                              #####"},   Drawn{'#', " # #  # # ##### # # ##### # #  # # "},
    Drawn{0x110, " ###  #  # #  #### # #  # #  # ### "},  // D with a stroke
};

static_assert(std::ranges::all_of(drawn, [](const Drawn& glyph) { return glyph.rows.size() == 35; }));

constexpr std::string_view frame = "######   ##   ##   ##   ##   ######";

/// A combining mark over a letter, three rows of five points.
struct Mark {
  utf8proc_int32_t code;
  std::string_view rows;
};
constexpr std::array over{
    Mark{0x300, "      #     #  "},  // grave
    Mark{0x301, "        #   #  "},  // acute
    Mark{0x302, "  #   # # #   #"},  // circumflex
    Mark{0x303, " #  ## # ##  # "},  // tilde
    Mark{0x306, "#   ##   # ### "},  // breve
    Mark{0x308, "      # #      "},  // diaeresis
    Mark{0x309, " ##     #   #  "},  // hook
};
constexpr utf8proc_int32_t horn = 0x31B, dot_below = 0x323;

static_assert(std::ranges::all_of(over, [](const Mark& mark) { return mark.rows.size() == 15; }));

void draw(Glyph& glyph, std::string_view rows, int top) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i] == '#') glyph.at(static_cast<std::size_t>(top) + i / 5) |= static_cast<std::uint8_t>(32U >> (i % 5));
}

/// A letter and the marks that follow it, each in its place: the first over the letter, the second over that.
class Letter {
 public:
  explicit Letter(utf8proc_int32_t base) {
    const auto* found = std::ranges::find(drawn, utf8proc_toupper(base), &Drawn::letter);
    known_ = found != drawn.end();
    if (known_) draw(glyph_, found->rows, marks_above);
  }

  void add(utf8proc_int32_t mark) {
    const auto* found = std::ranges::find(over, mark, &Mark::code);
    if (found != over.end() && next_ >= 0) {
      draw(glyph_, found->rows, next_);
      next_ -= 4;
    } else if (mark == horn) {
      glyph_[marks_above - 1] |= 1U;
      glyph_[marks_above] |= 1U;
    } else if (mark == dot_below) {
      glyph_[glyph_height - 1] |= 8U;
    } else {
      known_ = false;
    }
  }

  Glyph glyph() const {
    if (known_) return glyph_;
    Glyph none{};
    draw(none, frame, marks_above);
    return none;
  }

 private:
  Glyph glyph_{};
  bool known_ = false;
  int next_ = marks_above - 4;  ///< the row of the next mark over it
};

bool is_mark(utf8proc_int32_t code) {
  const auto category = utf8proc_category(code);
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
}

// Decomposed, the marks of each letter in their canonical order. Nothing: it is no UTF-8.
std::vector<utf8proc_int32_t> decomposed(utf8proc_int32_t code) {
  std::array<utf8proc_int32_t, 16> parts{};
  int boundary = 0;
  const auto count = utf8proc_decompose_char(code, parts.data(), parts.size(),
                                             static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE), &boundary);
  if (count < 0 || count > static_cast<utf8proc_ssize_t>(parts.size())) return {code};
  return {parts.begin(), parts.begin() + count};
}

}  // namespace

std::vector<Glyph> glyphs_of(std::string_view text) {
  std::vector<Letter> letters;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (std::size_t at = 0; at < text.size();) {
    utf8proc_int32_t code = 0;
    const auto size = utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &code);
    at += size > 0 ? static_cast<std::size_t>(size) : 1;
    if (size <= 0) code = 0xFFFD;
    for (const auto part : decomposed(code)) {
      if (is_mark(part) && !letters.empty())
        letters.back().add(part);
      else
        letters.emplace_back(part);
    }
  }
  std::vector<Glyph> glyphs;
  std::ranges::transform(letters, std::back_inserter(glyphs), &Letter::glyph);
  return glyphs;
}

}  // namespace gatepost::card
