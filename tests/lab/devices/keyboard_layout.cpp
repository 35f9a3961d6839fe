// Keys by rows, as they lie on a keyboard, with what each gives alone, with Shift and with AltGr; a space is none.
// Sources: HID Usage Tables 1.12, page 7, for the numbers; xkeyboard-config's symbols us, gb, de and fr for the
// letters.
#include "devices/keyboard_layout.hpp"

#include <array>

namespace gatepost::lab {
namespace {

using Rows = std::array<std::u32string_view, 4>;

struct Board {
  Rows plain, shift, right_alt;
};

constexpr std::array<std::string_view, 4> usages{
    "\x35\x1E\x1F\x20\x21\x22\x23\x24\x25\x26\x27\x2D\x2E",  // from the key left of 1
    "\x14\x1A\x08\x15\x17\x1C\x18\x0C\x12\x13\x2F\x30",      // from the key right of Tab
    "\x04\x16\x07\x09\x0A\x0B\x0D\x0E\x0F\x33\x34\x32",      // to the key left of Enter
    "\x64\x1D\x1B\x06\x19\x05\x11\x10\x36\x37\x38",          // from the key right of Shift
};
constexpr Rows none{U"", U"", U"", U""};
constexpr Board us{{U"`1234567890-=", U"qwertyuiop[]", U"asdfghjkl;'\\", U" zxcvbnm,./"},
                   {U"~!@#$%^&*()_+", U"QWERTYUIOP{}", U"ASDFGHJKL:\"|", U" ZXCVBNM<>?"},
                   none};
constexpr Board uk{{U"`1234567890-=", U"qwertyuiop[]", U"asdfghjkl;'#", U"\\zxcvbnm,./"},
                   {U"¬!\"£$%^&*()_+", U"QWERTYUIOP{}", U"ASDFGHJKL:@~", U"|ZXCVBNM<>?"},
                   {U"    €", U"", U"", U""}};
constexpr Board de{{U" 1234567890ß", U"qwertzuiopü+", U"asdfghjklöä#", U"<yxcvbnm,.-"},
                   {U"°!\"§$%&/()=?", U"QWERTZUIOPÜ*", U"ASDFGHJKLÖÄ'", U">YXCVBNM;:_"},
                   {U"  ²³   {[]}\\", U"@ €        ~", U"", U"|      µ"}};
constexpr Board fr{{U"²&é\"'(-è_çà)=", U"azertyuiop $", U"qsdfghjklmù*", U"<wxcvbn,;:!"},
                   {U" 1234567890°+", U"AZERTYUIOP £", U"QSDFGHJKLM%µ", U">WXCVBN?./§"},
                   {U"  ~#{[|`\\^@]}", U"  €", U"", U""}};

const Board& board_of(Layout layout) {
  switch (layout) {
    case Layout::uk:
      return uk;
    case Layout::de:
      return de;
    case Layout::fr:
      return fr;
    default:
      return us;
  }
}

std::optional<Key> find(const Rows& rows, std::uint8_t modifiers, char32_t letter) {
  for (std::size_t row = 0; row < rows.size(); ++row)
    if (const auto at = rows.at(row).find(letter); at != std::u32string_view::npos)
      return Key{modifiers, static_cast<std::uint8_t>(usages.at(row).at(at))};
  return {};
}

}  // namespace

std::optional<Key> key_of(Layout layout, char32_t letter) {
  if (letter == U' ') return Key{0, key::space};
  if (letter == U'\r' || letter == U'\n') return Key{0, key::enter};
  if (letter == U'\t') return Key{0, key::tab};
  const Board& board = board_of(layout);
  if (const auto plain = find(board.plain, 0, letter)) return plain;
  if (const auto shifted = find(board.shift, modifier::left_shift, letter)) return shifted;
  return find(board.right_alt, modifier::right_alt, letter);
}

std::u32string letters_of(std::string_view utf8) {
  std::u32string letters;
  while (!utf8.empty()) {
    const auto first = static_cast<unsigned char>(utf8.front());
    const std::size_t size = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 0;
    if (size == 0 || size > utf8.size()) {
      letters += U'\uFFFD';
      utf8.remove_prefix(1);
      continue;
    }
    char32_t letter = size == 1 ? first : first & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) letter = letter << 6 | (static_cast<unsigned char>(utf8[i]) & 0x3FU);
    letters += letter;
    utf8.remove_prefix(size);
  }
  return letters;
}

}  // namespace gatepost::lab
