// gatepost-card draws what gatepost decode reads.
#include <gmock/gmock.h>

#include <boost/json.hpp>

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

TEST_F(Cards, ShowWhereACodeIsCut) {
  const std::string code(200, '7');
  ASSERT_EQ(card({"--code", code, "--out", path("long.png")}).exit, 0);
  EXPECT_EQ(decode({path("long.png")}).text, path("long.png") + ": QRCode " + code + "\n") << "but not in the QR code";
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
  EXPECT_THAT(card({"--from", path("people.csv"), "--out-dir", path(".")}).text,
              HasSubstr("the list has no column 'subject'"));
}

}  // namespace
