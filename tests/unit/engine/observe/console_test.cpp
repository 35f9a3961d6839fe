#include "observe/console.hpp"

#include <gmock/gmock.h>

#include "config/site.hpp"

namespace gatepost::observe {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Console, ShowsARecordInOneLine) {
  std::vector<std::string> lines;
  const MessageCatalogue messages({"en"});
  Console console([&](std::string line) { lines.push_back(std::move(line)); }, messages, {});
  Record record{.kind = RecordKind::device};
  record.reason = "up";
  record.details["identity"] = "two\nlines";
  console.recorded(record);
  EXPECT_THAT(lines, ElementsAre(HasSubstr("device")));
  EXPECT_EQ(lines[0].find('\n'), std::string::npos);
}

// `gatepost check` warns of every other language.
TEST(MessageCatalogue, HasTheEnginesReasonsInTheLanguagesThatItClaims) {
  for (const auto language : config::engine_languages) {
    const MessageCatalogue messages({std::string(language)});
    for (const char* code : {"granted", "damaged", "fail_open"}) EXPECT_FALSE(messages.text(code, language).empty());
  }
  EXPECT_TRUE(MessageCatalogue({}).text("granted", "fr").empty());
}

}  // namespace
}  // namespace gatepost::observe
