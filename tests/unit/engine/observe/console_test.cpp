#include "observe/console.hpp"

#include <gmock/gmock.h>

#include <thread>

#include "config/reasons.hpp"

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

constexpr std::array plugin_texts{ReasonText{"full", "en", "no more people"}, ReasonText{"full", "vi", "đủ người"},
                                  ReasonText{"granted", "fr", "Passez"}};

TEST(MessageCatalogue, ATextOfAFileComesBeforeOneThatIsBuiltIn) {
  MessageCatalogue messages({"fr", "vi"}, {{"fr", {{"full", "C'est plein"}}}, {"vi", {{"granted", "Xin mời"}}}});
  messages.add(plugin_texts);
  EXPECT_EQ(messages.text("full"), "C'est plein");
  EXPECT_EQ(messages.text("granted", "fr"), "Passez") << "a plugin has it built in";
  EXPECT_EQ(messages.text("granted", "vi"), "Xin mời");
  EXPECT_EQ(messages.text("full", "vi"), "đủ người");
  EXPECT_EQ(messages.text("busy"), "Xin chờ cổng trống") << "the next language of the site";
}

TEST(MessageCatalogue, FallsBackToEnglishAndThenToTheCode) {
  MessageCatalogue messages({"km"}, {{"km", {{"read", "អានហើយ"}}}});
  EXPECT_EQ(messages.text("read"), "អានហើយ");
  EXPECT_EQ(messages.text("granted"), "You may pass");
  EXPECT_EQ(messages.text("of_nobody"), "of_nobody");
  EXPECT_EQ(messages.text("granted", "km"), "");
}

TEST(MessageCatalogue, TakesOtherLanguagesAndTextsWhileOthersAsk) {
  MessageCatalogue messages({"fr"}, {{"fr", {{"granted", "Passez"}}}});
  std::jthread speaker([&](const std::stop_token& stop) {
    for (int i = 0; !stop.stop_requested(); ++i)
      messages.speak({"fr"}, {{"fr", {{"granted", i % 2 == 0 ? "Passez" : "Vous pouvez passer, s'il vous plaît"}}}});
  });
  for (int i = 0; i < 20'000; ++i)
    EXPECT_THAT(messages.text("granted"), testing::AnyOf("Passez", "Vous pouvez passer, s'il vous plaît"));
  messages.speak({"en"});
}

}  // namespace
}  // namespace gatepost::observe
