#include <gatepost/support/text.hpp>

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <algorithm>

namespace gatepost::support {
namespace {

using testing::ElementsAre;

TEST(Text, IsUtf8OnlyStrictly) {
  for (const char* bytes : {"\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "ab\xFF", "\x80"})
    EXPECT_FALSE(valid_utf8(bytes)) << testing::PrintToString(std::string(bytes));
  EXPECT_TRUE(valid_utf8("Nữ 👍"));
  EXPECT_TRUE(valid_utf8(std::string_view("a\0b", 3)));
  EXPECT_EQ(characters("Nữ 👍"), 4U);
}

TEST(Text, HasOneComposedForm) {
  EXPECT_EQ(composed("Nu\xCC\x9B\xCC\x83"), "Nữ");
  EXPECT_EQ(composed("\xFF"), std::nullopt);
  EXPECT_EQ(composed_capitals("đỗ a12"), "ĐỖ A12");
  EXPECT_EQ(folded("ＳＴＡＴＵＳ\xC2\xAD"), "status") << "full-width letters, a soft hyphen";
}

TEST(Text, OfDigitsIsAsciiDigits) {
  EXPECT_TRUE(is_digits("012"));
  EXPECT_TRUE(is_digits("012", 3));
  EXPECT_FALSE(is_digits("012", 4));
  EXPECT_FALSE(is_digits("0１2")) << "a full-width digit";
  EXPECT_FALSE(is_digits(""));
  EXPECT_FALSE(is_digits("-1"));
}

TEST(Text, LosesAtItsEdgesWhatNobodySees) {
  EXPECT_EQ(trimmed("\xEF\xBB\xBF E1 \xC2\xA0\r\n"), "E1");
  EXPECT_EQ(trimmed("\x1D"
                    "E1"),
            "\x1D"
            "E1");
  EXPECT_EQ(trimmed("\r\n \xE3\x80\x80"), "");
  EXPECT_EQ(trimmed("\xE3\x80\x80"), "") << "one character of three bytes";
  EXPECT_EQ(trimmed("\xF3\xA0\x80\xA0"), "") << "one of four (a tag)";
  EXPECT_EQ(trimmed_latin1("\xA0M\xFCller\xA0"), "M\xFCller");
}

TEST(Text, OfACodeBeginsBehindItsMarkAndEndsBeforeItsLineEnds) {
  EXPECT_EQ(code_line("\xEF\xBB\xBF a \r\n").text, " a ");
  EXPECT_TRUE(code_line("\xEF\xBB\xBF").bom);
  EXPECT_EQ(code_line("a\n\r").text, "a");
  EXPECT_FALSE(code_line("a").bom);
}

TEST(Text, HasControlsWhereSomethingActsOnTheTextAroundIt) {
  EXPECT_FALSE(has_controls("Đỗ Thị Ữ, 12/3; --"));
  for (const char* text : {"a\x1B[31m", "a\tb", "a\x7F", "a\xC2\x9B", "\xE2\x80\xAE", "a\xEF\xBB\xBF", "\xE2\x80\xA8"})
    EXPECT_TRUE(has_controls(text)) << testing::PrintToString(std::string(text));
}

TEST(Text, IsRepairedWhereItsBytesWereTakenForCharacters) {
  EXPECT_EQ(repaired("Ná»¯"), "Nữ");
  EXPECT_EQ(repaired("\xC3\x84\xC2\x90\xC3\xA1\xC2\xBB\xC2\x97"), "Đỗ") << "ISO 8859-1: 0x90 and 0x97 as controls";
  EXPECT_EQ(repaired("\xC3\x84\xC2\x90\xC3\xA1\xC2\xBB\xE2\x80\x94"), "Đỗ") << "Windows-1252: 0x97 as a dash";
  EXPECT_EQ(repaired("Nam"), std::nullopt) << "nothing to repair";
  EXPECT_EQ(repaired("Nữ"), std::nullopt);
  EXPECT_EQ(repaired("Hà"), std::nullopt) << "its bytes in ISO 8859-1 are no UTF-8";
  EXPECT_EQ(repaired("\xFF"), std::nullopt);
}

// Any text of letters of the first plane, with something beyond ASCII in it.
rc::Gen<std::string> any_text() {
  return rc::gen::map(rc::gen::container<std::vector<int>>(rc::gen::inRange(0x80, 0x1F00)), [](const auto& points) {
    std::string text = "Hà";
    for (const int point : points) {
      if (point < 0x800) {
        text += {static_cast<char>(0xC0 | (point >> 6)), static_cast<char>(0x80 | (point & 0x3F))};
      } else {
        text += {static_cast<char>(0xE0 | (point >> 12)), static_cast<char>(0x80 | (point >> 6 & 0x3F)),
                 static_cast<char>(0x80 | (point & 0x3F))};
      }
    }
    return text;
  });
}

TEST(Text, ComesBackFromItsBytesTakenForCharacters) {
  EXPECT_TRUE(rc::check("repaired() undoes utf8_of_latin1()", [] {
    const auto text = *any_text();
    RC_ASSERT(valid_utf8(text));
    RC_ASSERT(repaired(utf8_of_latin1(text)) == text);
  }));
}

TEST(Text, NamesAreWrittenInCapitalsWithoutDiacritics) {
  EXPECT_EQ(ascii_capitals("Đỗ Thị Ữ"), "DO THI U");
  EXPECT_EQ(ascii_capitals("y đêm H'Hen Nie\xCC\x82"), "Y DEM H'HEN NIE");
  EXPECT_EQ(ascii_capitals("山田"), std::nullopt);
  EXPECT_EQ(ascii_capitals("\xFF"), std::nullopt);
}

TEST(Text, ThatIsANameBeginsWithALetterAndHasNoDigits) {
  for (const char* name : {"Đỗ Thị Ữ", "H'Hen Niê", "Y-Bhiu", "Nguyen", "AZaz", "Z", "a"})
    EXPECT_TRUE(is_name(name)) << name;
  for (const char* name :
       {"", " A", "-A", "=A", "@A", "A1", "A|B", "A\"", "A<", "山田", "A\t", "A;", "[", "`", "{", "A[", "\xFF"})
    EXPECT_FALSE(is_name(name)) << name;
}

TEST(Text, IsSplitIntoOneMorePartThanItHasSeparators) {
  EXPECT_THAT(split("a||b|", '|'), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(split("", '|'), ElementsAre(""));
  EXPECT_TRUE(rc::check("what is split is joined again", [](const std::string& text) {
    const auto parts = split(text, '|');
    RC_ASSERT(parts.size() == static_cast<std::size_t>(std::count(text.begin(), text.end(), '|')) + 1);
    std::string joined;
    for (const auto part : parts) joined += std::string(part) + "|";
    RC_ASSERT(joined == text + "|");
  }));
}

TEST(Text, AnyBytesAreTakenByEachOfThem) {
  EXPECT_TRUE(rc::check("nothing that is given is no UTF-8", [](const std::string& bytes) {
    const bool valid = valid_utf8(bytes);
    for (const auto& made : {composed(bytes), composed_capitals(bytes), folded(bytes), repaired(bytes),
                             ascii_capitals(bytes), std::optional(utf8_of_latin1(bytes))})
      if (made) RC_ASSERT(valid_utf8(*made));
    RC_ASSERT(composed(bytes).has_value() == valid);
    RC_ASSERT(trimmed(trimmed(bytes)) == trimmed(bytes));
    RC_ASSERT(!is_name(bytes) || valid);
    RC_ASSERT(has_controls(bytes) || valid);
  }));
}

}  // namespace
}  // namespace gatepost::support
