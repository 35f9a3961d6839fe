#include "font.hpp"

#include <algorithm>
#include <string_view>

namespace gatepost::card {
namespace {

struct Drawn {
  char letter;
  std::string_view rows;  // each 5 points wide: # is ink
};

constexpr std::array drawn{
    Drawn{'A', " ### #   ##   #######   ##   ##   #"},  Drawn{'B', "#### #   ##   ##### #   ##   ##### "},
    Drawn{'C', " ### #   ##    #    #    #   # ### "},  Drawn{'D', "#### #   ##   ##   ##   ##   ##### "},
    Drawn{'E', "######    #    #### #    #    #####"},  Drawn{'F', "######    #    #### #    #    #    "},
    Drawn{'G', " ### #   ##    # ####   ##   # ### "},  Drawn{'H', "#   ##   ##   #######   ##   ##   #"},
    Drawn{'I', " ###   #    #    #    #    #   ### "},  Drawn{'J', "  ###   #    #    #    # #  #  ##  "},
    Drawn{'K', "#   ##  # # #  ##   # #  #  # #   #"},  Drawn{'L', "#    #    #    #    #    #    #####"},
    Drawn{'M', "#   ### ### # ## # ##   ##   ##   #"},  Drawn{'N', "#   ###  ## # ##  ###   ##   ##   #"},
    Drawn{'O', " ### #   ##   ##   ##   ##   # ### "},  Drawn{'P', "#### #   ##   ##### #    #    #    "},
    Drawn{'Q', " ### #   ##   ##   ## # ##  #  ## #"},  Drawn{'R', "#### #   ##   ##### # #  #  # #   #"},
    Drawn{'S', " #####    #     ###     #    ##### "},  Drawn{'T', "#####  #    #    #    #    #    #  "},
    Drawn{'U', "#   ##   ##   ##   ##   ##   # ### "},  Drawn{'V', "#   ##   ##   ##   ##   # # #   #  "},
    Drawn{'W', "#   ##   ##   ## # ## # ### ###   #"},  Drawn{'X', "#   ##   # # #   #   # # #   ##   #"},
    Drawn{'Y', "#   ##   # # #   #    #    #    #  "},  Drawn{'Z', "#####    #   #   #   #   #    #####"},
    Drawn{'0', " ### #   ##  ### # ###  ##   # ### "},  Drawn{'1', "  #   ##    #    #    #    #   ### "},
    Drawn{'2', " ### #   #    #   #   #   #   #####"},  Drawn{'3', "#####   #   #     #     ##   # ### "},
    Drawn{'4', "   #   ##  # # #  # #####   #    # "},  Drawn{'5', "######    ####     #    ##   # ### "},
    Drawn{'6', "  ##  #   #    #### #   ##   # ### "},  Drawn{'7', "#####    #   #   #   #    #    #   "},
    Drawn{'8', " ### #   ##   # ### #   ##   # ### "},  Drawn{'9', " ### #   ##   # ####    #   #  ##  "},
    Drawn{' ', "                                   "},  Drawn{'-', "               #####               "},
    Drawn{'.', "                          ##   ##  "},  Drawn{',', "                     ##    #   #   "},
    Drawn{':', "      ##   ##        ##   ##       "},  Drawn{'/', "         #   #   #   #   #         "},
    Drawn{'(', "   #   #   #    #    #     #     # "},  Drawn{')', " #     #     #    #    #   #   #   "},
    Drawn{'\'', " ##    #   #                       "}, Drawn{'+', "       #    #  #####  #    #       "},
    Drawn{'_', "                              #####"},  Drawn{'#', " # #  # # ##### # # ##### # #  # # "},
};

static_assert(std::ranges::all_of(drawn, [](const Drawn& glyph) { return glyph.rows.size() == 35; }));

constexpr std::string_view frame = "######   ##   ##   ##   ##   ######";

}  // namespace

Glyph glyph_of(char letter) {
  if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  const auto* found = std::ranges::find(drawn, letter, &Drawn::letter);
  const std::string_view rows = found == drawn.end() ? frame : found->rows;
  Glyph glyph{};
  for (std::size_t i = 0; i < std::size_t{glyph_width * glyph_height}; ++i)
    if (rows[i] == '#') glyph[i / glyph_width] |= static_cast<std::uint8_t>(16U >> (i % glyph_width));
  return glyph;
}

}  // namespace gatepost::card
