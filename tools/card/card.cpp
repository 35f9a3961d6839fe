#include "card.hpp"

#include <png.h>
#include <qrencode.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <string_view>

#include "font.hpp"

namespace gatepost::card {
namespace {

using Colour = std::array<std::uint8_t, 3>;
constexpr Colour white{255, 255, 255}, ink{24, 28, 36}, band{28, 92, 160}, grey{150, 156, 166};

constexpr int width = 860, height = 540;  // the shape of an ID-1 card (ISO/IEC 7810): 85.60 x 53.98 mm
constexpr int band_height = 70, edge = 30;
constexpr int code_side = height - band_height - 2 * edge;  // with its quiet zone
constexpr int quiet = 4;                                    // modules (ISO/IEC 18004, quiet zone)
constexpr std::size_t most_rows = 100'000;

void fill(Card& card, int left, int top, int right, int bottom, const Colour& colour) {
  for (int y = std::max(0, top); y < std::min(bottom, card.height); ++y)
    for (int x = std::max(0, left); x < std::min(right, card.width); ++x)
      std::ranges::copy(colour, card.rgb.begin() + 3 * (static_cast<std::ptrdiff_t>(y) * card.width + x));
}

// `top` is that of the letters: their marks stand over it.
void print(Card& card, int left, int top, int size, std::string_view text, const Colour& colour) {
  for (const Glyph& glyph : glyphs_of(text)) {
    for (int row = 0; row < glyph_height; ++row) {
      const int y = top + (row - marks_above) * size;
      for (int column = 0; column < glyph_width; ++column)
        if ((unsigned{glyph[static_cast<std::size_t>(row)]} >> (glyph_width - 1 - column) & 1U) != 0)
          fill(card, left + column * size, y, left + (column + 1) * size, y + size, colour);
    }
    left += glyph_width * size;
  }
}

// As large as it fits into a line of that many pixels.
int size_for(std::string_view text, int room, int most) {
  const int letters = static_cast<int>(glyphs_of(text).size());
  return std::clamp(room / ((letters + 1) * glyph_width), 2, most);
}

Result<void> place_code(Card& card, const std::string& code) {
  const std::unique_ptr<QRcode, void (*)(QRcode*)> qr(
      QRcode_encodeData(static_cast<int>(code.size()), reinterpret_cast<const unsigned char*>(code.data()), 0,
                        QR_ECLEVEL_M),
      QRcode_free);
  const int modules = qr ? qr->width + 2 * quiet : 0;
  if (code.empty() || modules == 0 || modules * 2 > code_side)
    return Error{"does not fit on a card", code.substr(0, 40), "give a code of 1 to 1000 bytes"};
  const int size = code_side / modules;
  const int left = edge + (code_side - modules * size) / 2 + quiet * size;
  const int top = band_height + edge + (code_side - modules * size) / 2 + quiet * size;
  for (int y = 0; y < qr->width; ++y)
    for (int x = 0; x < qr->width; ++x)
      if ((qr->data[y * qr->width + x] & 1U) != 0)
        fill(card, left + x * size, top + y * size, left + (x + 1) * size, top + (y + 1) * size, ink);
  return {};
}

std::string field(std::string_view& rest) {
  std::string text;
  bool quoted = false;
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c == '"' && quoted && rest.starts_with('"')) {
      text += c;
      rest.remove_prefix(1);
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      break;
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

Result<Card> draw(const Person& person) {
  Card card{width, height, {}};
  card.rgb.assign(std::size_t{3} * width * height, 255);
  fill(card, 0, 0, width, band_height, band);
  fill(card, 0, 0, width, 2, grey);
  fill(card, 0, height - 2, width, height, grey);
  fill(card, 0, 0, 2, height, grey);
  fill(card, width - 2, 0, width, height, grey);
  print(card, edge, 20, 4, "GATEPOST", white);
  if (auto placed = place_code(card, person.code); !placed) return placed.error();
  constexpr int left = edge + code_side + edge, room = width - left - edge;
  print(card, left, 210, size_for(person.name, room, 6), person.name, ink);
  const std::string shown = person.code.substr(0, 24);
  print(card, left, 300, size_for(shown, room, 5), shown, grey);
  return card;
}

Result<void> write_png(const Card& card, const std::filesystem::path& file) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(card.width);
  png.height = static_cast<png_uint_32>(card.height);
  png.format = PNG_FORMAT_RGB;
  if (png_image_write_to_file(&png, file.c_str(), 0, card.rgb.data(), 0, nullptr) != 0) return {};
  return Error{std::string("cannot be written: ") + png.message, file.string(),
               "name a file in a folder you may write"};
}

Result<std::vector<Person>> read_people(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  const auto next = [&] {
    if (!std::getline(in, line)) return false;
    if (line.ends_with('\r')) line.pop_back();
    return true;
  };
  if (!next() || line != "code,name")
    return Error{"is no list of cards", file.string(), "write a CSV file whose first line is code,name"};
  std::vector<Person> people;
  while (next()) {
    if (line.empty()) continue;
    if (people.size() == most_rows) return Error{"has more than 100000 rows", file.string(), "split it"};
    std::string_view rest = line;
    Person person{.code = field(rest), .name = field(rest)};
    people.push_back(std::move(person));
  }
  return people;
}

}  // namespace gatepost::card
