// gatepost-card draws what gatepost decode reads.
#include <gmock/gmock.h>

#include <array>
#include <boost/json.hpp>
#include <fstream>
#include <map>

#include "world/places.hpp"
#include "world/process.hpp"
#include "world/scratch.hpp"

namespace {

using namespace gatepost;
using testing::HasSubstr;

struct Said {
  int exit;
  std::string text;
};

class Cards : public testing::Test {
 protected:
  Said run(std::vector<std::string> words) {
    ::setenv("GATEPOST_PLUGIN_PATH", world::plugins_folder().c_str(), 1);
    world::Process process(std::move(words), scratch_ / "said");
    const int exit = process.wait();
    return {exit, process.output()};
  }
  Said card(std::vector<std::string> words) {
    words.insert(words.begin(), world::card_tool());
    return run(std::move(words));
  }
  Said decode(std::vector<std::string> words) {
    words.insert(words.begin(), {world::command(), "decode"});
    return run(std::move(words));
  }
  std::string path(std::string_view name) { return (scratch_ / name).string(); }

  world::Scratch scratch_;
};

TEST_F(Cards, AreReadBackByteForByte) {
  ASSERT_EQ(card({"--code", "E000101", "--name", "Sample Person 1", "--out", path("a card?&.png")}).exit, 0);
  const auto said = decode({"--json", path("a card?&.png"), path("absent.png")});
  EXPECT_EQ(said.exit, 1);
  const auto newline = said.text.find('\n');
  const auto read = boost::json::parse(said.text.substr(0, newline)).as_object();
  EXPECT_EQ(read.at("file"), path("a card?&.png").c_str());
  const auto& code = read.at("codes").at(0).as_object();
  EXPECT_EQ(code.at("symbology"), "QRCode");
  EXPECT_EQ(code.at("aim"), "]Q1");
  EXPECT_EQ(code.at("text"), "E000101");
  EXPECT_EQ(code.at("bytes"), "RTAwMDEwMQ==");
  EXPECT_EQ(code.at("corners").as_array().size(), 4U);
  const auto absent = boost::json::parse(said.text.substr(newline + 1)).as_object();
  EXPECT_THAT(std::string(absent.at("error").as_string()), HasSubstr("absent.png"));
}

// Twelve vowels in six tones, and a D with a stroke: none is a frame, and no two look alike.
TEST_F(Cards, HaveEveryLetterOfVietnamese) {
  constexpr std::array vowels{"A", "A\u0306", "A\u0302", "E", "E\u0302", "I",
                              "O", "O\u0302", "O\u031B", "U", "U\u031B", "Y"};
  constexpr std::array tones{"", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"};
  std::map<std::string, std::string> pictures;  // what was drawn, by its picture
  const auto drawn = [&](const std::string& name) {
    EXPECT_EQ(card({"--code", "E1", "--name", name, "--out", path("one.png")}).exit, 0);
    std::ifstream file(path("one.png"), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  pictures[drawn("\u6F22")] = "a frame";
  std::vector<std::string> letters{"\u0110", "D"};
  for (const char* vowel : vowels)
    for (const char* tone : tones) letters.push_back(std::string(vowel) + tone);
  for (const auto& letter : letters) {
    const auto [same, is_new] = pictures.emplace(drawn(letter), letter);
    EXPECT_TRUE(is_new) << letter << " looks like " << same->second;
  }
  EXPECT_EQ(letters.size(), 74U);
}

TEST_F(Cards, LookTheSameHoweverANameIsComposed) {
  const auto drawn = [&](const std::string& name) {
    EXPECT_EQ(card({"--code", "E1", "--name", name, "--out", path("one.png")}).exit, 0);
    std::ifstream file(path("one.png"), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string composed = drawn("Nguy\u1EC5n V\u0103n \u1EA4u, \u0110\u1EB7ng Th\u1ECB \u1EEEu");
  EXPECT_EQ(composed,
            drawn("Nguye\u0302\u0303n Va\u0306n A\u0302\u0301u, \u0110a\u0306\u0323ng Thi\u0323 U\u031B\u0303u"));
  EXPECT_EQ(composed,
            drawn("Nguye\u0302\u0303n Va\u0306n A\u0302\u0301u, \u0110a\u0323\u0306ng Thi\u0323 U\u0303\u031Bu"))
      << "in whatever order the marks are written";
  EXPECT_NE(composed, drawn("Nguyen Van Au, Dang Thi Uu"));
  EXPECT_NE(composed, drawn("Nguy\u1EC5n V\u0103n \u1EA4u, \u0110\u1EB7ng Th\u1ECB \u1EEF\u6F22"));
}

TEST_F(Cards, AreMadeFromAList) {
  scratch_.write("people.csv", "code,name\r\nE1,\"Person, One\"\nE2,Two\n");
  ASSERT_EQ(card({"--from", path("people.csv"), "--out-dir", scratch_.path().string()}).exit, 0);
  const auto said = decode({path("E1.png"), path("E2.png")});
  EXPECT_EQ(said.exit, 0);
  EXPECT_EQ(said.text, path("E1.png") + ": QRCode E1\n" + path("E2.png") + ": QRCode E2\n");
}

TEST_F(Cards, AreNeverWrittenElsewhere) {
  scratch_.write("people.csv", "code,name\n../../E1,One\n");
  const auto said = card({"--from", path("people.csv"), "--out-dir", path(".")});
  EXPECT_EQ(said.exit, 1);
  EXPECT_THAT(said.text, HasSubstr("cannot name a file"));
}

TEST_F(Cards, SaysWhatIsWrong) {
  EXPECT_EQ(card({}).exit, 2);
  EXPECT_EQ(card({"--code", std::string(3000, 'x'), "--out", path("x.png")}).exit, 1);
  EXPECT_EQ(card({"--code", "", "--out", path("x.png")}).exit, 1);
  EXPECT_EQ(card({"--code", "E1", "--out", path("no/x.png")}).exit, 1);
  scratch_.write("people.csv", "name\nOne\n");
  EXPECT_THAT(card({"--from", path("people.csv"), "--out-dir", path(".")}).text, HasSubstr("first line is code,name"));
}

}  // namespace
