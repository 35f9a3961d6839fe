// What devices call themselves is theirs to write: nothing of it reaches a terminal, a Record or an address as it came.
#include <gmock/gmock.h>

#include <sstream>

#include "devices/acm_serial.hpp"
#include "site.hpp"

namespace gatepost::lab {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::uint8_t text_kind = 3;
constexpr std::size_t most_letters = 126;  // of a descriptor, whose size is a byte

/// A scanner whose maker, name and serial number are all these units of UTF-16.
class Named {
 public:
  explicit Named(const std::u16string& units) {
    Bytes text{static_cast<std::uint8_t>(2 + 2 * units.size()), text_kind};
    for (const char16_t unit : units) text = joined({text, little(unit, 2)});
    scanner.lie(text_kind, [text](std::uint8_t index, Bytes truth) { return index == 0 ? std::move(truth) : text; });
    scanner.plug();
  }
  AcmSerial scanner;
};

/// UTF-8 with nothing in it that moves a cursor or rings a bell.
bool is_harmless(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool second = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if ((byte < 0x20 && byte != '\n') || byte == 0x7F || second) return false;
  }
  boost::system::error_code failure;
  boost::json::parse(boost::json::serialize(boost::json::string(text)), failure);  // takes valid UTF-8 alone
  return !failure;
}

class Names : public testing::Test {
 protected:
  void SetUp() override {
    for (Named* one : {&controls, &endless, &broken}) ASSERT_NE(one->scanner.tty(), "");
  }
  // Escape sequences with 7 and 8 bits, a bell, line ends, quotes, and what would be YAML or an option of an address.
  Named controls{
      u"\x1b]0;x\x07\n- a: \"b'\\?baud=1#\x9b"
      u"2J\r\x7f"};
  Named endless{std::u16string(most_letters, u'\u597d')};  // three bytes each in UTF-8
  Named broken{std::u16string(u"E") + char16_t{0xD800} + u"F" + char16_t{0xDC00} + char16_t{0xDBFF}};
};

TEST_F(Names, AreShownHarmlesslyByDevices) {
  world::Shell shell;
  for (const char* option : {"", "--json", "--yaml"}) {
    std::vector<std::string> words{"devices"};
    if (*option != '\0') words.emplace_back(option);
    const auto said = shell.say(words);
    EXPECT_EQ(said.exit, 0);
    EXPECT_TRUE(is_harmless(said.text)) << option << said.text;
    for (Named* one : {&controls, &endless, &broken}) EXPECT_THAT(said.text, HasSubstr(one->scanner.address()));
    std::istringstream lines(said.text);
    for (std::string line; std::getline(lines, line);) {
      if (words.back() == "--json") {
        EXPECT_NO_THROW(boost::json::parse(line)) << line;
      } else if (words.back() == "--yaml") {
        EXPECT_TRUE(line == "devices:" || line.starts_with("  #") || line.find(": { plugin: ") != line.npos) << line;
      }
    }
  }
}

TEST_F(Names, BreakNoRecordAndNoAddress) {
  Site site("  one: { plugin: serial, lines: many, device: '" + controls.scanner.address() +
                "' }\n  two: { plugin: serial, lines: many, device: '" + endless.scanner.address() +
                "' }\n  three: { plugin: serial, lines: many, device: '" + broken.scanner.address() + "' }\n",
            "one: in, two: in, three");
  site.run({"one up", "two up", "three up"});
  int number = 0;
  for (Named* one : {&controls, &endless, &broken}) {
    const std::string code = "E00000" + std::to_string(++number);
    one->scanner.write(code + "\r");
    EXPECT_TRUE(site.recorded("attempt granted " + code)) << site.engine().output();
  }
  EXPECT_TRUE(is_harmless(site.engine().output())) << site.engine().output();
  for (const auto& row : site.rows()) {
    const auto text = boost::json::serialize(row);
    EXPECT_TRUE(is_harmless(text)) << text;
    EXPECT_THAT(text, Not(HasSubstr("\uFFFD"))) << "a Record has half a letter: " << text;
  }
}

}  // namespace
}  // namespace gatepost::lab
