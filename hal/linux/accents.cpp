#include "linux/accents.hpp"

#include <xkbcommon/xkbcommon-keysyms.h>

#include <array>
#include <string_view>

namespace gatepost::hal {
namespace {

struct Accent {
  std::uint32_t keysym;
  char32_t alone;
  std::u32string_view letters, accented;
};

// The accents of the German and French layouts of Windows, and what each goes onto there.
constexpr std::array accents{
    Accent{XKB_KEY_dead_circumflex, U'^', U"aeiouAEIOU", U"âêîôûÂÊÎÔÛ"},
    Accent{XKB_KEY_dead_acute, U'´', U"aeiouyAEIOUY", U"áéíóúýÁÉÍÓÚÝ"},
    Accent{XKB_KEY_dead_grave, U'`', U"aeiouAEIOU", U"àèìòùÀÈÌÒÙ"},
    Accent{XKB_KEY_dead_diaeresis, U'¨', U"aeiouyAEIOU", U"äëïöüÿÄËÏÖÜ"},
    Accent{XKB_KEY_dead_tilde, U'~', U"anoANO", U"ãñõÃÑÕ"},
};

}  // namespace

char32_t accent_of(std::uint32_t keysym) {
  for (const Accent& accent : accents)
    if (accent.keysym == keysym) return accent.alone;
  return 0;
}

char32_t accented(char32_t accent, char32_t letter) {
  for (const Accent& known : accents) {
    if (known.alone != accent) continue;
    const auto place = known.letters.find(letter);
    return place == std::u32string_view::npos ? 0 : known.accented[place];
  }
  return 0;
}

}  // namespace gatepost::hal
