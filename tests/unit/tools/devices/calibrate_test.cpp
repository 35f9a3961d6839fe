// What a scanner's bytes and keys tell, against the codes of the sheet.
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "devices/calibrate/advice.hpp"
#include "unit/hal/linux/typist.hpp"

namespace gatepost::calibrate {
namespace {

using namespace std::chrono_literals;
using hal::KeyLayout;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string payload_of(char letter) {
  for (const auto& code : sheet_codes())
    if (code.letter == letter) return code.payload;
  return {};
}

/// A gun that types, 2 ms a key.
class Gun {
 public:
  explicit Gun(KeyLayout layout) : strokes_(hal::strokes_of(layout)) {}

  Gun& types(std::string_view text) {
    for (const char c : text) {
      if (c == '\r')
        tap(KEY_ENTER);
      else if (c == '\x1d')
        held({KEY_LEFTCTRL}, KEY_RIGHTBRACE);
      else if (c == '\x1e')
        held({KEY_LEFTCTRL}, KEY_6);
      else if (strokes_.contains(c))
        for (const auto& [key, with] : strokes_.at(c))
          with == "S" ? held({KEY_LEFTSHIFT}, key) : with == "G" ? held({KEY_RIGHTALT}, key) : tap(key);
    }
    return *this;
  }
  /// Capitals and small letters change places, as where the gun takes Caps Lock for on.
  Gun& types_inverted(std::string_view text) {
    std::string other;
    for (const char c : text)
      other += static_cast<char>((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? c ^ 0x20 : c);
    return types(other);
  }
  Gun& types_numbers(std::string_view text) {
    constexpr unsigned keypad[] = {KEY_KP0, KEY_KP1, KEY_KP2, KEY_KP3, KEY_KP4,
                                   KEY_KP5, KEY_KP6, KEY_KP7, KEY_KP8, KEY_KP9};
    for (const char c : text) {
      key(KEY_LEFTALT, 1);
      const auto byte = static_cast<unsigned char>(c);
      for (const unsigned digit : {byte / 100U, byte / 10U % 10U, byte % 10U}) tap(keypad[digit]);
      key(KEY_LEFTALT, 0);
    }
    return *this;
  }
  Gun& pauses(Duration time) {
    now_ += time;
    return *this;
  }
  Take take() { return std::exchange(take_, {}); }

 private:
  void key(unsigned code, int value) {
    now_ += 2ms;
    take_.keys.push_back({code, value, now_});
  }
  void tap(unsigned code) {
    key(code, 1);
    key(code, 0);
  }
  void held(std::initializer_list<unsigned> with, unsigned code) {
    for (const unsigned one : with) key(one, 1);
    tap(code);
    for (const unsigned one : with) key(one, 0);
  }

  hal::Table strokes_;
  MonotonicTime now_{1h};
  Take take_;
};

KeyMaps maps() {
  auto loaded = load_key_maps();
  EXPECT_TRUE(loaded);
  return loaded ? *loaded : KeyMaps{};
}

Diagnosis diagnosed(const Take& take) {
  auto found = diagnose(take, maps());
  EXPECT_TRUE(found);
  return found ? *found : Diagnosis{};
}

Take bytes(std::string text) { return {.keys = {}, .bytes = std::move(text), .times = {}, .lost = false}; }

std::map<char, Diagnosis> all_of(const std::vector<Diagnosis>& found) {
  std::map<char, Diagnosis> seen;
  for (const auto& one : found) seen[one.letter] = one;
  return seen;
}

const Scanner gun{.address = "usb:0c2e:0b61@1-1.2", .plugin = "usb_hid"};

TEST(Sheet, HoldsWhatItPromises) {
  EXPECT_THAT(sheet_codes(), SizeIs(5));
  for (char c = ' '; c <= '~'; ++c) EXPECT_THAT(payload_of(ascii_code), Contains(c));
  EXPECT_THAT(payload_of(control_code), AllOf(Contains('\x1d'), Contains('\x1e')));
  EXPECT_EQ(payload_of(sixty_code).size(), 60U);
  EXPECT_EQ(payload_of(long_code).size(), 600U);
}

TEST(Compare, TellsWhatComesBeforeAndAfter) {
  const auto found = compare("GPTB1234BTPG", "]Q1GPTB1234BTPG\r");
  EXPECT_EQ(found.prefix, "]Q1");
  EXPECT_EQ(found.suffix, "\r");
  EXPECT_EQ(found.distance, 0U);
}

TEST(Compare, TellsWhichBytesAreLostWrongOrTooMuch) {
  EXPECT_THAT(compare("abcdefgh", "abefgh").flaws, ElementsAre(Flaw{2, "cd", ""}));
  EXPECT_THAT(compare("abcdefgh", "abXYefgh").flaws, ElementsAre(Flaw{2, "cd", "XY"}));
  EXPECT_THAT(compare("abcdefgh", "abcd!efgh").flaws, ElementsAre(Flaw{4, "", "!"}));
  EXPECT_THAT(compare("abcdefgh", "acdefh").flaws, ElementsAre(Flaw{1, "b", ""}, Flaw{6, "g", ""}));
  EXPECT_EQ(compare("abcdefgh", "abefgh").lost(), 2U);
}

RC_GTEST_PROP(CompareProperties, LostBytesAreCountedAndEndsAreFound, ()) {
  const std::string code = payload_of(sixty_code);
  // Letters that the code does not have, so that they cannot be taken for its own.
  const auto before = *rc::gen::container<std::string>(rc::gen::inRange('a', 'z'));
  const auto after = *rc::gen::container<std::string>(rc::gen::inRange('a', 'z'));
  const auto at = *rc::gen::inRange<std::size_t>(8, 40);
  const auto size = *rc::gen::inRange<std::size_t>(0, 8);
  std::string got = code;
  got.erase(at, size);
  const auto found = compare(code, before + got + after);
  RC_ASSERT(found.prefix == before);
  RC_ASSERT(found.suffix == after);
  RC_ASSERT(found.distance == size);
  RC_ASSERT(found.lost() == size);
}

RC_GTEST_PROP(DiagnoseProperties, AnyBytesAreReadWithoutHarm, (std::string text)) {
  static const KeyMaps known = maps();
  static_cast<void>(diagnose(bytes(text), known));
  const auto found = diagnose(bytes("GPTB" + text), known);
  RC_ASSERT(found && found->letter == ascii_code);
}

TEST(Diagnose, FindsTheLayoutThatAGunTypesFor) {
  for (const KeyLayout layout : {KeyLayout::us, KeyLayout::uk, KeyLayout::de, KeyLayout::fr}) {
    const auto found = diagnosed(Gun(layout).types(payload_of(ascii_code) + "\r").take());
    EXPECT_EQ(found.letter, ascii_code);
    EXPECT_THAT(found.typing, ElementsAre(Typing{layout, false})) << to_word(layout);
    EXPECT_TRUE(found.whole());
    EXPECT_EQ(found.comparison().suffix, "\r");
  }
}

TEST(Diagnose, LeavesOpenWhatACodeCannotTell) {
  const auto found = diagnosed(Gun(KeyLayout::uk).types(payload_of(sixty_code)).take());
  EXPECT_THAT(found.typing, AllOf(Contains(Typing{KeyLayout::us, false}), Contains(Typing{KeyLayout::uk, false}),
                                  Contains(Typing{KeyLayout::de, false})));
  EXPECT_THAT(found.typing, Not(Contains(Typing{KeyLayout::fr, false})));
}

TEST(Diagnose, TellsAltModeAndCapsLock) {
  const auto numbers = diagnosed(Gun(KeyLayout::us).types_numbers(payload_of(ascii_code)).take());
  EXPECT_TRUE(numbers.alt_mode);
  EXPECT_TRUE(numbers.whole());
  const auto inverted = diagnosed(Gun(KeyLayout::us).types_inverted(payload_of(ascii_code)).take());
  EXPECT_THAT(inverted.typing, ElementsAre(Typing{KeyLayout::us, true}));
  EXPECT_FALSE(inverted.alt_mode);
}

TEST(Diagnose, MeasuresSpeedAndTheLongestGap) {
  const std::string code = payload_of(sixty_code);
  Gun typing(KeyLayout::us);
  const auto found = diagnosed(typing.types(code.substr(0, 30)).pauses(70ms).types(code.substr(30)).take());
  EXPECT_EQ(found.longest_gap, 72ms);
  EXPECT_GT(found.rate, 60);
  EXPECT_LT(found.rate, 250);
}

TEST(Diagnose, KnowsNoCodeWhereThereIsNone) { EXPECT_FALSE(diagnose(bytes("E000101\r"), maps())); }

TEST(Advise, WritesTheEntryOfAGunThatTypesGermanWithAPrefix) {
  const auto scan = [](char letter) {
    return diagnosed(Gun(KeyLayout::de).types("IN-" + payload_of(letter) + "\r").take());
  };
  const auto advice = advise(gun, all_of({scan('B'), scan('C'), scan('E'), scan('F')}));
  EXPECT_EQ(advice.yaml,
            "devices:\n  scanner: { plugin: usb_hid, device: \"usb:0c2e:0b61@1-1.2\", layout: de, prefix: 'IN-' }\n");
  EXPECT_THAT(advice.words, AllOf(Contains("it types de"), Contains("it ends each code with \\r"),
                                  Contains(AllOf(HasSubstr("not scanned"), HasSubstr("D (Vietnamese")))));
  EXPECT_FALSE(advice.all_good) << "a code is missing";
}

TEST(Advise, SaysThatAKeyboardCannotCarryWhatIsLost) {
  Gun typing(KeyLayout::us);
  const auto vietnamese = diagnosed(typing.types(payload_of(vietnamese_code) + "\r").take());
  const auto ascii = diagnosed(typing.types(payload_of(ascii_code) + "\r").take());
  const auto advice = advise(gun, all_of({ascii, vietnamese}));
  EXPECT_THAT(advice.words, AllOf(Contains(HasSubstr("UTF-8 does not come through")),
                                  Contains(AllOf(HasSubstr("this gun types us"), HasSubstr("serial or POS mode")))));
  EXPECT_FALSE(advice.all_good);
}

TEST(Advise, NamesTheBytesThatAreLostAndWhatHelps) {
  std::string code = payload_of(long_code);
  code.erase(300, 2);
  const auto advice = advise(gun, all_of({diagnosed(Gun(KeyLayout::us).types(code + "\r").take())}));
  EXPECT_THAT(advice.words, AllOf(Contains(AllOf(HasSubstr("code F"), HasSubstr("lost at byte"))),
                                  Contains(HasSubstr("inter-character delay"))));
}

TEST(Advise, WritesControlCharactersInWords) {
  std::string code = payload_of(control_code);
  code.erase(code.find('\x1d'), 1);
  EXPECT_THAT(line_of(diagnosed(bytes(code + "\r"))), HasSubstr(R"(lost at byte 8: "\x1D")"));
  const auto advice = advise(gun, all_of({diagnosed(bytes(code + "\r"))}));
  EXPECT_THAT(advice.words, Contains(HasSubstr("GS (1D) does not come through")));
  EXPECT_THAT(advice.words, Not(Contains(HasSubstr("RS (1E)"))));
}

TEST(Advise, GivesAFittingIdleAndATerminator) {
  Gun typing(KeyLayout::us);
  const std::string code = payload_of(sixty_code);
  auto take = bytes(code + "\t");
  for (std::size_t i = 0; i < take.bytes.size(); ++i)
    take.times.push_back(MonotonicTime(1h + (i < 30 ? 0ms : 110ms) + static_cast<int>(i) * 1ms));
  const auto advice = advise({.address = "serial:/dev/ttyUSB0", .plugin = "serial"}, all_of({diagnosed(take)}));
  EXPECT_EQ(
      advice.yaml,
      "devices:\n  scanner: { plugin: serial, device: \"serial:/dev/ttyUSB0\", terminator: '\\t', idle: 350ms }\n");
  EXPECT_EQ(fitting_idle(0ms), 100ms);
  EXPECT_EQ(fitting_idle(34ms), 150ms);
  EXPECT_EQ(fitting_idle(20s), 10s);
}

TEST(Advise, KnowsAimIdentifiersAndAMissingEnd) {
  const auto advice =
      advise({.address = "serial:/dev/ttyUSB0", .plugin = "serial"},
             all_of({diagnosed(bytes("]Q1" + payload_of('B'))), diagnosed(bytes("]Q1" + payload_of('E')))}));
  EXPECT_THAT(advice.yaml, HasSubstr("aim: true"));
  EXPECT_THAT(advice.words, Contains(HasSubstr("set it to send Enter")));
  EXPECT_FALSE(advice.all_good);
}

TEST(Advise, IsContentWithAScannerThatDoesNothingToCodes) {
  std::map<char, Diagnosis> seen;
  for (const auto& code : sheet_codes()) seen[code.letter] = diagnosed(bytes(code.payload + "\r\n"));
  const auto advice = advise({.address = "serial:/dev/ttyACM0", .plugin = "serial", .more = "baud: 115200"}, seen);
  EXPECT_TRUE(advice.all_good) << testing::PrintToString(advice.words);
  EXPECT_EQ(advice.yaml, "devices:\n  scanner: { plugin: serial, device: \"serial:/dev/ttyACM0\", baud: 115200 }\n");
}

TEST(Advise, IsHonestWhereTheLayoutIsOpen) {
  const auto advice = advise(gun, all_of({diagnosed(Gun(KeyLayout::uk).types(payload_of(sixty_code) + "\r").take())}));
  EXPECT_THAT(advice.words, Contains(AllOf(HasSubstr("us or uk or de"), HasSubstr("scan code B"))));
  EXPECT_FALSE(advice.all_good);
}

}  // namespace
}  // namespace gatepost::calibrate
