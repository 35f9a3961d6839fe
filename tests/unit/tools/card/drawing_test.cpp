// A card's drawing: text is whole or refused, and the same however its letters are composed.
#include <gmock/gmock.h>
#include <utf8proc.h>

#include <array>
#include <cstdlib>
#include <map>

#include "card/draw/picture.hpp"
#include "card/draw/sheet.hpp"
#include "world/scratch.hpp"
#include "world/vietnamese.hpp"
#include "world/worn.hpp"

#include <rapidcheck/gtest.h>

namespace gatepost::card {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string drawn_name(const std::string& name) {
  const auto picture = picture_of({.payload = "E1", .name = name}, Format::png);
  return picture ? *picture : to_line(picture.error());
}

std::string decomposed(const std::string& text) {
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> apart(
      utf8proc_NFD(reinterpret_cast<const utf8proc_uint8_t*>(text.c_str())), std::free);
  return reinterpret_cast<const char*>(apart.get());
}

RC_GTEST_PROP(Drawing, IsTheSameHoweverANameIsComposed, ()) {
  const auto name = *world::any_name();
  const auto picture = drawn_name(name);
  RC_ASSERT(picture.starts_with("\x89PNG"));
  RC_ASSERT(picture == drawn_name(decomposed(name)));
}

// Twelve vowels in six tones, and a D with a stroke: no two look alike.
TEST(Drawing, HasEveryLetterOfVietnamese) {
  constexpr std::array vowels{"A", "A\u0306", "A\u0302", "E", "E\u0302", "I",
                              "O", "O\u0302", "O\u031B", "U", "U\u031B", "Y"};
  constexpr std::array tones{"", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"};
  std::vector<std::string> letters{"\u0110", "D"};
  for (const char* vowel : vowels)
    for (const char* tone : tones) letters.push_back(std::string(vowel) + tone);
  std::map<std::string, std::string> pictures;  // what was drawn, by its picture
  for (const auto& letter : letters) {
    const auto [same, is_new] = pictures.emplace(drawn_name(letter), letter);
    EXPECT_THAT(same->first, StartsWith("\x89PNG"));
    EXPECT_TRUE(is_new) << letter << " looks like " << same->second;
  }
  EXPECT_EQ(letters.size(), 74U);
}

TEST(Drawing, ShrinksANameThenBreaksItAndNeverCutsIt) {
  std::string name = "Nguy\u1EC5n";
  std::string last;
  int drawn = 0;
  for (; name.size() < 600; name += " \u0110\u1EB7ng") {
    const auto picture = drawn_name(name);
    EXPECT_NE(picture, last) << "a further word is seen: " << name;
    last = picture;
    if (!picture.starts_with("\x89PNG")) break;
    ++drawn;
  }
  EXPECT_THAT(last, HasSubstr("the name: it does not fit on a card; write it shorter"));
  EXPECT_GT(drawn, 12);
  EXPECT_THAT(drawn_name("Hubertblaineswolfeschlegelsteinhausenbergerdorff"), StartsWith("\x89PNG"))
      << "a word that is too long is broken";
}

// However many lines a name takes, it does not run into what stands below it.
TEST(Drawing, KeepsANameWithinItsPlace) {
  const world::Scratch disk;
  for (std::string name = "\u1EA4y"; true; name += " \u1EB6y") {
    const auto picture = drawn_name(name);
    if (!picture.starts_with("\x89PNG")) break;
    const auto card = world::read_luma(disk.write("card.png", picture));
    const int from = static_cast<int>(millimetres(20.7)), to = static_cast<int>(millimetres(21.5));
    for (int y = from; y < to; ++y)
      for (int x = 4; x < static_cast<int>(millimetres(44)); ++x) ASSERT_EQ(world::luma_at(card, x, y), 255) << name;
  }
}

TEST(Drawing, RefusesWhatItCannotPrint) {
  EXPECT_THAT(drawn_name("\u0378"), HasSubstr("no font here has all of its letters; install one"));
  EXPECT_THAT(drawn_name("a\xFF"), HasSubstr("the name: it is no UTF-8 text"));
  EXPECT_THAT(drawn_name("a\nb"), HasSubstr("cannot be printed"));
  EXPECT_THAT(drawn_name("a\u202Eb"), HasSubstr("cannot be printed")) << "it would turn what follows about";
  const auto long_code = picture_of({.payload = std::string(700, 'x')}, Format::png);
  ASSERT_FALSE(long_code);
  EXPECT_THAT(to_line(long_code.error()), HasSubstr("too long for a card: its squares would be smaller"));
  EXPECT_FALSE(picture_of({.payload = ""}, Format::png));
  EXPECT_FALSE(picture_of({.title = std::string(300, 'W'), .payload = "E1"}, Format::png)) << "nor is an issuer cut";
  EXPECT_FALSE(picture_of({.payload = "E1", .number = std::string(100, 'W')}, Format::png)) << "nor a number";
  EXPECT_FALSE(picture_of({.payload = "E1", .group = std::string(100, 'W')}, Format::png)) << "nor a class";
}

TEST(Drawing, ShowsEachFactThatItIsGiven) {
  const Face bare{.payload = "E1"};
  std::vector<std::string> pictures{*picture_of(bare, Format::png)};
  Photo red;
  red.pixels.assign(std::size_t{photo_width} * photo_height, 0xC02020);
  for (const auto& change : std::vector<std::function<void(Face&)>>{
           [](Face& face) { face.title = "x"; }, [](Face& face) { face.name = "x"; },
           [](Face& face) { face.number = "x"; }, [](Face& face) { face.group = "x"; },
           [](Face& face) { face.from = "x"; }, [](Face& face) { face.until = "x"; },
           [](Face& face) { face.payload = "E2"; },
           [&](Face& face) { face.photo = std::make_shared<const Photo>(red); }}) {
    Face face = bare;
    change(face);
    pictures.push_back(*picture_of(face, Format::png));
  }
  std::ranges::sort(pictures);
  EXPECT_EQ(std::ranges::adjacent_find(pictures), pictures.end()) << "two facts look alike, or one like none";
}

TEST(Drawing, MakesASheetOfAsManyPagesAsItTakes) {
  const auto pages = [](std::size_t cards, Paper paper) {
    const auto sheet = sheet_of(
        cards, [](std::size_t) -> Result<Face> { return Face{.payload = "E1"}; }, paper);
    std::size_t count = 0;
    for (auto at = sheet->find("/Type /Page %"); at != std::string::npos; at = sheet->find("/Type /Page %", at + 1))
      ++count;
    return count;
  };
  EXPECT_EQ(pages(10, Paper::a4), 1U);
  EXPECT_EQ(pages(11, Paper::a4), 2U);
  EXPECT_EQ(pages(8, Paper::letter), 1U);
  EXPECT_EQ(pages(9, Paper::letter), 2U);
  EXPECT_EQ(pages(3, Paper::card), 3U);
  const auto broken = sheet_of(
      3,
      [](std::size_t i) {
        return i == 2 ? Result<Face>(Error{"w", "x", "r"}) : Face{.payload = "1"};
      },
      Paper::a4);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().what, "w");
}

}  // namespace
}  // namespace gatepost::card
