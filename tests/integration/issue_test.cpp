// From gatepost issue to the gate: what is drawn is read by our decoder and by zbar, and verified by signed_pass.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <gatepost/support/files.hpp>
#include <gatepost/support/gate_pass.hpp>
#include <sstream>

#include "plugin/catalogue.hpp"
#include "world/command.hpp"
#include "world/worn.hpp"

namespace gatepost {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAreArray;

bool installed(const std::string& program) { return fs::exists("/usr/bin/" + program); }

class Issue : public testing::Test {
 protected:
  std::string path(std::string_view name) const { return (disk() / name).string(); }
  const world::Scratch& disk() const { return shell_.disk(); }
  world::Said say(const std::vector<std::string>& words) { return shell_.say(words); }

  /// `gatepost issue` of a card, with a key that is there.
  world::Said issue(std::vector<std::string> words) {
    if (!fs::exists(path("gate.key"))) {
      EXPECT_EQ(say({"issue", "--new-key", path("gate.key")}).exit, 0);
      const auto pem = say({"issue", "--public-key", path("gate.key")});
      EXPECT_THAT(pem.text, StartsWith("-----BEGIN PUBLIC KEY-----"));
      disk().write("keys.pem", pem.text);
    }
    words.insert(words.begin(), {"issue", "--key", path("gate.key")});
    return say(words);
  }

  /// Another program's output.
  std::string output_of(std::vector<std::string> words) {
    words[0] = "/usr/bin/" + words[0];
    world::Process process(words, disk() / "other-said");
    EXPECT_TRUE(process.ends(std::chrono::seconds(60)));
    return process.output();
  }

  /// The codes in a picture, as a camera reads them.
  std::vector<std::string> decoded(const std::string& file) {
    std::vector<std::string> codes;
    const auto said = say({"decode", "--json", file});
    EXPECT_EQ(said.exit, 0) << said.text;
    const auto read = boost::json::parse(said.text);
    for (const auto& code : read.at("codes").as_array()) codes.emplace_back(code.at("text").as_string());
    return codes;
  }

  std::unique_ptr<CredentialFormat> gate() {
    const fs::path folder = world::plugins_folder();
    catalogue_.emplace(plugin::Catalogue::load({&folder, 1}));
    const auto* plugin = catalogue_->find("signed_pass");
    std::vector<Value> values;
    for (const auto& field : plugin->descriptor->settings())
      values.push_back(field.key == "keys" || (field.key == "revoked" && fs::exists(path("revoked.txt")))
                           ? Value(fs::path(path(field.key == "keys" ? "keys.pem" : "revoked.txt")))
                           : field.fallback);
    auto made = plugin->descriptor->make.credential(values, {"pass", disk().path()});
    EXPECT_TRUE(made) << to_line(made.error());
    return std::move(*made);
  }

  std::optional<Credential> read_at_gate(const std::string& payload) {
    const auto format = gate();
    const auto parsed = format->parse({.payload = payload});
    EXPECT_TRUE(parsed) << to_line(parsed.error());
    return parsed ? *parsed : std::nullopt;
  }

 private:
  world::Shell shell_;
  std::optional<plugin::Catalogue> catalogue_;
};

const std::vector<std::string> visitor{"--subject", "V-0017",      "--name",  "Tr\u1EA7n Th\u1ECB V\u00ED D\u1EE5",
                                       "--class",   "visitor",     "--until", "2999-12-31",
                                       "--issuer",  "North Bridge"};

std::vector<std::string> with(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST_F(Issue, MakesACardThatAGateVerifies) {
  const auto said = issue(with(visitor, {"-o", path("card.png")}));
  ASSERT_EQ(said.exit, 0) << said.text;
  const auto codes = decoded(path("card.png"));
  ASSERT_EQ(codes.size(), 1U);
  const auto credential = read_at_gate(codes[0]);
  ASSERT_TRUE(credential);
  EXPECT_TRUE(credential->verified);
  EXPECT_EQ(credential->subject, "V-0017");
  EXPECT_EQ(credential->attributes.at("name"), "Tr\u1EA7n Th\u1ECB V\u00ED D\u1EE5");
  EXPECT_EQ(credential->attributes.at("class"), "visitor");
  EXPECT_EQ(credential->attributes.at("issuer"), "North Bridge");
  EXPECT_THAT(said.text, HasSubstr("pass " + credential->attributes.at("pass") + " of V-0017"));
  EXPECT_EQ(fs::status(path("card.png")).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Issue, MakesACardThatZbarReads) {
  if (!installed("zbarimg")) GTEST_SKIP() << "zbarimg is not installed: zbar-tools";
  ASSERT_EQ(issue(with(visitor, {"-o", path("card.png")})).exit, 0);
  EXPECT_THAT(output_of({"zbarimg", "--raw", "-q", path("card.png")}), HasSubstr(decoded(path("card.png")).at(0)));
}

// Squares of a pass are 6 pixels wide here, those of a short code 14: what is half a square out of focus is still read.
TEST_F(Issue, MakesACardThatIsReadBlurredAndTurned) {
  ASSERT_EQ(issue(with(visitor, {"-o", path("card.png")})).exit, 0);
  ASSERT_EQ(say({"issue", "--subject", "E000106", "-o", path("code.png")}).exit, 0);
  for (const auto& [name, most] : {std::pair{"card.png", 3.0}, {"code.png", 7.0}}) {
    const auto whole = decoded(path(name));
    const auto card = world::read_luma(path(name));
    for (const auto& [degrees, part] : {std::pair{3.0, 1.0}, {7.0, 0.8}, {11.0, 1.0}, {15.0, 1.0}, {-15.0, 0.6}}) {
      disk().write("worn.png", world::png_of(world::blurred(world::turned(card, degrees), part * most)));
      EXPECT_EQ(decoded(path("worn.png")), whole) << name << ": " << degrees << " degrees, sigma " << part * most;
    }
  }
}

TEST_F(Issue, PrintsAPersonalCodeAsItIs) {
  ASSERT_EQ(say({"issue", "--subject", "E000106", "-o", path("card.png")}).exit, 0);
  EXPECT_THAT(decoded(path("card.png")), testing::ElementsAre("E000106"));
  ASSERT_EQ(say({"issue", "--subject", "E000106", "--code", "a|b|c", "-o", path("card.png")}).exit, 0);
  EXPECT_THAT(decoded(path("card.png")), testing::ElementsAre("a|b|c"));
}

TEST_F(Issue, MakesASheetOnWhichEveryCardIsRead) {
  if (!installed("pdftoppm")) GTEST_SKIP() << "pdftoppm is not installed: poppler-utils";
  std::string list = "subject,name,class,until,photo\n";
  std::vector<std::string> subjects, found;
  for (int i = 0; i < 13; ++i) {
    subjects.push_back("V-" + std::to_string(100 + i));
    list += subjects.back() + ",Nguye\u0302\u0303n Th\u1ECB " + std::to_string(i) + ",staff,2999-12-31," +
            (i % 3 == 0 ? "face.jpg" : "") + "\n";
  }
  disk().write("people.csv", list);
  disk().write("face.jpg", world::jpeg_of(world::slope(300, 400)));
  for (const char* paper : {"a4", "letter"}) {
    found.clear();
    const auto said = issue(
        {"--list", path("people.csv"), "--register", path("issued.csv"), "--paper", paper, "-o", path("cards.pdf")});
    ASSERT_EQ(said.exit, 0) << said.text;
    EXPECT_THAT(output_of({"pdfinfo", path("cards.pdf")}), HasSubstr("Pages:           2"));
    EXPECT_THAT(output_of({"pdftotext", path("cards.pdf"), "-"}), HasSubstr("Nguy\u1EC5n Th\u1ECB 12")) << "in NFC";
    output_of({"pdftoppm", "-r", "200", "-gray", "-png", path("cards.pdf"), path("page")});
    const auto format = gate();
    for (const char* page : {"page-1.png", "page-2.png"})
      for (const auto& code : decoded(path(page))) found.push_back((*format->parse({.payload = code}))->subject);
    EXPECT_THAT(found, UnorderedElementsAreArray(subjects)) << paper;
  }
}

TEST_F(Issue, MakesAFolderOfPictures) {
  disk().write("people.csv", "subject,name\nE1,One\nE2,Two\n");
  ASSERT_EQ(say({"issue", "--list", path("people.csv"), "-o", path("cards/")}).exit, 0);
  EXPECT_THAT(decoded(path("cards/E2.png")), testing::ElementsAre("E2"));
  ASSERT_EQ(say({"issue", "--list", path("people.csv"), "--format", "svg", "-o", path("cards/")}).exit, 0);
  EXPECT_THAT(*support::read_file(path("cards/E1.svg"), 1 << 20), AllOf(HasSubstr("<svg"), HasSubstr("pt\"")));
}

TEST_F(Issue, DrawsANameTheSameHoweverItIsComposed) {
  const auto drawn = [&](const std::string& name) {
    EXPECT_EQ(say({"issue", "--subject", "E1", "--name", name, "-o", path("one.png")}).exit, 0);
    return *support::read_file(path("one.png"), 1 << 20);
  };
  EXPECT_EQ(drawn("Nguy\u1EC5n \u0110\u1EB7ng \u1EEEu"),
            drawn("Nguye\u0302\u0303n \u0110a\u0323\u0306ng U\u031B\u0303u"));
}

TEST_F(Issue, AndRevokeMakeAPassThatIsRefused) {
  ASSERT_EQ(issue(with(visitor, {"--register", path("issued.csv"), "-o", path("card.png")})).exit, 0);
  const auto code = decoded(path("card.png")).at(0);
  EXPECT_EQ(read_at_gate(code)->refused, "");
  const std::vector<std::string> revoke{"revoke",    "--list", path("revoked.txt"), "--register", path("issued.csv"),
                                        "--subject", "V-0017"};
  EXPECT_THAT(say(revoke).text, HasSubstr("1 pass revoked in"));
  EXPECT_EQ(read_at_gate(code)->refused, "revoked");
  const auto list = *support::read_file(path("revoked.txt"), 4096);
  EXPECT_THAT(list,
              AllOf(testing::ContainsRegex("^[0-9a-f]{16} [0-9]{4}-[0-9]{2}-[0-9]{2}\n$"), Not(HasSubstr("V-0017"))));
  const auto again = say(revoke);
  EXPECT_EQ(again.exit, 0);
  EXPECT_THAT(again.text, HasSubstr("0 passes revoked in " + path("revoked.txt") + "; 1 stood there already"));
  EXPECT_EQ(*support::read_file(path("revoked.txt"), 4096), list);
  EXPECT_EQ(say(with(revoke, {"--with-subject"})).exit, 0);
  ASSERT_EQ(say({"revoke", "--list", path("other.txt"), "--register", path("issued.csv"), "--subject", "V-0017",
                 "--with-subject"})
                .exit,
            0);
  EXPECT_THAT(*support::read_file(path("other.txt"), 4096), HasSubstr(" V-0017\n"));
}

TEST_F(Issue, MakesNothingWhereOneCardIsWrong) {
  disk().write("people.csv", "subject,photo\nE1,\nE2,absent.jpg\n");
  for (const char* output : {"cards.pdf", "cards/"}) {
    const auto said = issue({"--list", path("people.csv"), "--register", path("issued.csv"), "-o", path(output)});
    EXPECT_EQ(said.exit, 1);
    EXPECT_THAT(said.text, HasSubstr("people.csv:3: ")) << said.text;
    EXPECT_THAT(said.text, HasSubstr("absent.jpg"));
  }
  EXPECT_FALSE(fs::exists(path("issued.csv")));
  EXPECT_FALSE(fs::exists(path("cards.pdf")));
  EXPECT_TRUE(fs::is_empty(path("cards")));
}

TEST_F(Issue, SaysWhatIsWrongWithWhatAUserGives) {
  disk().write("no.jpg", "no photo");
  const auto wrong = [&](std::vector<std::string> words, int exit, const std::string& what) {
    words.insert(words.begin(), "issue");
    const auto said = say(words);
    EXPECT_EQ(said.exit, exit) << said.text;
    EXPECT_THAT(said.text, AllOf(StartsWith("gatepost issue: "), HasSubstr(what)));
  };
  const std::string card = path("card.png");
  wrong({}, 2, "say what to write: -o card.png");
  wrong({"-o", card}, 2, "say who gets a card");
  wrong({"--subjekt", "E1", "-o", card}, 2, "did you mean '--subject'?");
  wrong({"--subject", "", "-o", card}, 1, "the subject is empty");
  wrong({"--key", path("absent.key"), "--subject", "E1", "-o", card}, 1, "the key cannot be read");
  wrong({"--subject", "E1", "-o", path("no/card.png")}, 1, "it cannot be written");
  wrong({"--subject", "E1", "-o", path("card.gif")}, 1, "name a .png, .svg or .pdf file");
  wrong({"--subject", "E1", "--from", "2999-02-01", "--until", "2999-01-01", "-o", card}, 1, "'until' is not after");
  wrong({"--subject", "E1", "--photo", path("no.jpg"), "-o", card}, 1, "no.jpg: this photo cannot be read");
  wrong({"--subject", "E1", "--photo", path("absent.jpg"), "-o", card}, 1, "absent.jpg: it cannot be read");
  wrong({"--subject", "E1", "--register", path("issued.csv"), "-o", card}, 2, "give a key with --key");
  wrong({"--list", path("absent.csv"), "-o", path("a.pdf")}, 1, "absent.csv");
  wrong({"--list", path("absent.csv"), "--name", "x", "-o", path("a.pdf")}, 2, "has a column for it");
  wrong({"--subject", "E1", "--paper", "a5", "-o", path("a.pdf")}, 2, "--paper is one of a4");
  wrong({"--subject", "E1", "--format", "gif", "-o", path("a.pdf")}, 2, "and --format one of png");
  wrong({"--key", path("a.key"), "--subject", "E1", "--code", "x", "-o", card}, 2, "--code is for cards without a key");
  wrong({"--new-key", path("a.key"), "--subject", "E1"}, 2, "--new-key stands alone");
  EXPECT_FALSE(fs::exists(path("a.key")));
  EXPECT_FALSE(fs::exists(card));
  disk().write("people.csv", "subject\nE1\nE2\n");
  wrong({"--list", path("people.csv"), "-o", card}, 1, "a picture has room for one card");
  disk().write("people.csv", "subject\n../E1\n");
  wrong({"--list", path("people.csv"), "-o", path("cards/")}, 1, "people.csv:2: its subject cannot name a file");
}

TEST_F(Issue, HandsOutNoPassThatTheRegisterLacks) {
  disk().write("people.csv", "subject\nE1\n");
  for (const char* output : {"card.png", "cards.pdf", "cards/"}) {
    const auto said = issue({"--list", path("people.csv"), "--register", path("people.csv"), "-o", path(output)});
    EXPECT_EQ(said.exit, 1);
    EXPECT_THAT(said.text, HasSubstr("it is no register of passes"));
    EXPECT_FALSE(fs::is_regular_file(path(output)) || fs::exists(path("cards/E1.png"))) << output;
  }
}

TEST_F(Issue, SaysWhatIsWrongWithKeysAndCodes) {
  ASSERT_EQ(issue({"--subject", "E1", "-o", path("card.png")}).exit, 0);
  EXPECT_THAT(say({"issue", "--new-key", path("gate.key")}).text, HasSubstr("a file of that name is there"));
  disk().write("people.csv", "subject,code\nE1,other\n");
  EXPECT_THAT(issue({"--list", path("people.csv"), "-o", path("a.pdf")}).text, HasSubstr("holds no other code"));
  ::chmod(path("gate.key").c_str(), 0644);
  EXPECT_THAT(issue({"--subject", "E1", "-o", path("card.png")}).text,
              HasSubstr("the key is open to others; chmod 600"));
  EXPECT_THAT(say({"issue", "--public-key", path("gate.key")}).text, HasSubstr("the key is open to others"));
}

TEST_F(Issue, RevokeSaysWhatIsWrongWithWhatAUserGives) {
  const auto wrong = [&](std::vector<std::string> words, int exit, const std::string& what) {
    words.insert(words.begin(), "revoke");
    const auto said = say(words);
    EXPECT_EQ(said.exit, exit) << said.text;
    EXPECT_THAT(said.text, AllOf(StartsWith("gatepost revoke: "), HasSubstr(what)));
  };
  const std::string list = path("revoked.txt");
  wrong({"0102"}, 2, "name the list");
  wrong({"--list", list}, 2, "name passes by their ids");
  wrong({"--list", list, "--subject", "E1"}, 2, "give both --register and --subject");
  wrong({"--list", list, "0102", "V-0017"}, 1, "id 2: this is no pass's id");
  wrong({"--list", list, "--register", path("absent.csv"), "--subject", "E1"}, 1, "absent.csv");
  EXPECT_FALSE(fs::exists(list));
}

TEST_F(Issue, NeedsTheProgramThatDrawsAndSaysSo) {
  const auto lonely = disk() / "lonely/gatepost";
  fs::create_directories(lonely.parent_path());
  fs::copy_file(world::command(), lonely);
  world::Process process({lonely.string(), "issue", "--subject", "E1", "-o", path("card.png")}, disk() / "said");
  EXPECT_EQ(process.ends(), 1);
  EXPECT_THAT(process.output(), AllOf(HasSubstr("lonely/gatepost-card: the program that draws cards cannot be run"),
                                      HasSubstr("install gatepost-card")));
}

// What an engine loads counts at each gate.
TEST(Engine, LoadsNeitherPangoNorCairo) {
  const auto bytes = support::read_file(world::command(), std::size_t{1} << 30U);
  ASSERT_TRUE(bytes);
  for (const char* library : {"libpango", "libcairo", "libfontconfig"}) EXPECT_EQ(bytes->find(library), bytes->npos);
  EXPECT_NE(support::read_file(world::card_tool(), std::size_t{1} << 30U)->find("libpangocairo"), std::string::npos);
}

}  // namespace
}  // namespace gatepost
