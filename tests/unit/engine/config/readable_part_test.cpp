// What is told of a site while its file is being edited.
#include "config/readable_part.hpp"

#include <gmock/gmock.h>

#include "shelf.hpp"
#include "world/scratch.hpp"

namespace gatepost::config {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class ReadPart : public testing::Test {
 protected:
  Result<ReadablePart> read(std::string_view content) { return ReadablePart::read(disk_.write("site.yaml", content)); }
  std::string journal(std::string_view content) {
    const auto part = read(content);
    if (!part) return "! " + to_line(part.error());
    const auto file = part->journal();
    return file ? file->file.lexically_relative(disk_.path()).string() : "! " + to_line(file.error());
  }
  world::Scratch disk_;
  plugin::Catalogue catalogue_ = shelf::catalogue();
};

constexpr std::string_view head = "site: { name: North, code: 4017 }\njournal:\n  file: kept/north.db\n";
constexpr std::string_view rest = R"(devices:
  gun: { plugin: scanner, device: "sim:gun" }
outputs:
  store: { plugin: store, file: a.db }
lanes:
  main: { inputs: [gun], policies: [list] }
)";

TEST_F(ReadPart, TellsWhatAWholeFileSays) {
  const auto part = read(std::string(head) + std::string(rest));
  ASSERT_TRUE(part);
  EXPECT_EQ(part->checkpoint().name, "North");
  EXPECT_EQ(part->checkpoint().code, 4017U);
  EXPECT_EQ(part->journal().value().file, disk_ / "kept/north.db");
}

TEST_F(ReadPart, TellsTheJournalWhereverTheEditOfAnotherSectionHasBroken) {
  for (std::size_t cut = 0; cut <= rest.size(); ++cut)
    for (const char* end : {"", "{", "[", "'", "\"", ": :", "&x *y", "\t"}) {
      const std::string text(rest.substr(0, cut));
      EXPECT_EQ(journal(std::string(head) + text + end), "kept/north.db") << text << end;
      EXPECT_EQ(journal(text + end + "\n" + std::string(head)), "kept/north.db") << text << end;
    }
}

TEST_F(ReadPart, IsBesideTheSiteFileWhereNothingIsSaid) {
  EXPECT_EQ(journal("site: { name: North, code: 4017 }\n"), "journal.db");
  EXPECT_EQ(journal("site: { name: North, code: 4017 }\nlanes: {"), "journal.db");
  EXPECT_EQ(journal("journal: { keep: forever, no_such: 1 }\n"), "journal.db");
}

TEST_F(ReadPart, SkipsAByteOrderMark) {
  EXPECT_EQ(journal("\xEF\xBB\xBFjournal: { file: north.db }\nlanes: {"), "north.db");
}

TEST_F(ReadPart, SaysSoWhereTheJournalsOwnSectionCannotBeRead) {
  EXPECT_THAT(journal("site: { name: North, code: 4017 }\njournal: { file: 'north\n"),
              HasSubstr("its section 'journal' cannot be read"));
}

TEST_F(ReadPart, TakesWhatFragmentsSay) {
  disk_.write("journal.yaml", head);
  EXPECT_EQ(journal("include: [journal.yaml, nowhere.yaml]\nlanes: {\n"), "kept/north.db");
}

TEST_F(ReadPart, FollowsNoCircleOfFragments) {
  disk_.write("other.yaml", "include: site.yaml\nlanes: [");
  EXPECT_EQ(journal("include: other.yaml\njournal: { file: north.db }\nlanes: ["), "north.db");
}

TEST_F(ReadPart, ASecretPlaceOfTheJournalIsAskedFor) {
  EXPECT_THAT(journal("journal: { file: !env GATEPOST_NO_SUCH_VARIABLE }\n"),
              HasSubstr("there is no environment variable 'GATEPOST_NO_SUCH_VARIABLE'"));
}

TEST_F(ReadPart, HasTheOutputsThatAreRight) {
  const auto part = read("outputs:\n  bad: { plugin: nowhere }\n  store: { plugin: store, file: a.db }\nlanes: {\n");
  ASSERT_TRUE(part);
  const auto outputs = part->outputs(catalogue_);
  ASSERT_EQ(outputs.uses.size(), 1U);
  EXPECT_EQ(outputs.uses[0].instance.name, "store");
  EXPECT_THAT(part->shown(outputs), HasSubstr("site.yaml:2:"));
}

TEST_F(ReadPart, SaysWhatIsWrongWithTheFileItself) {
  const auto part = ReadablePart::read(disk_ / "absent.yaml");
  ASSERT_FALSE(part);
  EXPECT_THAT(part.error().where, HasSubstr("absent.yaml"));
  EXPECT_THAT(part.error().remedy, testing::Not(IsEmpty()));
}

}  // namespace
}  // namespace gatepost::config
