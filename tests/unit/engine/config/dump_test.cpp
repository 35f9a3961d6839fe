// A Site, printed as a site file, is the same Site again.
#include "config/dump.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "config/load.hpp"
#include "config/reader.hpp"
#include "config/sections.hpp"
#include "config/values.hpp"
#include "shelf.hpp"
#include "texts.hpp"

namespace gatepost::config {
namespace {

using shelf::with;
using testing::HasSubstr;
using testing::Not;

// Everything that a Site holds, as text.
std::string all_of(const Site& site) {
  const auto printed = [](const std::vector<Value>& values) {
    std::string text;
    for (const auto& value : values) text += std::to_string(value.index()) + to_yaml(value) + "\n";
    return text;
  };
  std::string text = site.file.string() + "\n" +
                     printed(site_table.values({site.checkpoint.name, site.checkpoint.code, site.languages,
                                                site.texts_folder, site.how_to_get})) +
                     printed(journal_table.values(site.journal));
  for (const auto* uses : {&site.devices, &site.credentials, &site.policies, &site.outputs})
    for (const auto& use : *uses) {
      text += use.instance.name + use.plugin->name + use.instance.directory.string() + "\n" + printed(use.values);
      for (const bool hidden : use.hidden) text += hidden ? "h" : "-";
    }
  for (const auto& lane : site.lanes) {
    text += lane.name + printed(lane_names_table.values({lane.credentials, lane.policies, lane.actuator})) +
            printed(lane_rules_table.values(lane.rules));
    for (const auto& input : lane.inputs) text += input.device + std::string(direction_word(input)) + "\n";
  }
  for (const auto& [setting, tag] : site.tags) text += setting + tag + "\n";
  return text;
}

class Variables {
 public:
  Variables() {
    ::setenv("GATEPOST_TEST_TEXT", "open: sesame #", 1);
    ::setenv("GATEPOST_TEST_TIME", "90ms", 1);
  }
  ~Variables() {
    ::unsetenv("GATEPOST_TEST_TEXT");
    ::unsetenv("GATEPOST_TEST_TIME");
  }
  Variables(const Variables&) = delete;
  Variables& operator=(const Variables&) = delete;
};

std::string maybe(const std::string& line) { return *rc::gen::arbitrary<bool>() ? line : std::string(); }

std::string in_quotes(const std::string& text) { return to_yaml(Value(text)); }

std::string without_controls(const std::string& text) {
  std::string kept;
  for (const char c : text)
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) kept += c;
  return kept.size() > 100 ? "long" : kept;
}

std::string random_path() {
  std::string text = "/any/" + *texts::any_text();
  for (char& c : text)
    if (c == '\0') c = '0';
  return in_quotes(text);
}

// A site file with some settings set and others left out.
std::string random_site() {
  using rc::gen::inRange;
  std::string text = "site:\n  name: " + in_quotes("a" + without_controls(*texts::any_text())) +
                     "\n  code: " + std::to_string(*inRange(1, 1'000'000)) + "\n" + maybe("  languages: [vi, en]\n");
  text += "journal:\n" + maybe("  file: " + random_path() + "\n") +
          maybe("  keep: " + std::to_string(*inRange(1, 80'000)) + "h\n") +
          maybe("  max_size: " + std::to_string(*inRange(1, 1'000'000)) + "MiB\n") + maybe("  subjects: none\n");
  const int guns = *inRange(1, 4);
  text += "devices:\n  gate: { plugin: relay }\n";
  for (int i = 0; i < guns; ++i) {
    const std::string tagged = maybe("    token: !env GATEPOST_TEST_TEXT\n");
    text += "  gun" + std::to_string(i) + ":\n    plugin: scanner\n    device: " + in_quotes("x" + *texts::any_text()) +
            "\n" +
            (*rc::gen::arbitrary<bool>() ? maybe("    idle: " + std::to_string(*inRange(1, 10'000)) + "ms\n")
                                         : "    idle: !env GATEPOST_TEST_TIME\n") +
            maybe("    framing: length\n") + maybe("    port: " + std::to_string(*inRange(0, 65'536)) + "\n") +
            maybe("    beep: false\n") + maybe("    longest: " + std::to_string(*inRange(16, 1 << 20)) + "B\n") +
            tagged;
  }
  text += "credentials:\n  card: { plugin: pattern, match: " + in_quotes(*texts::any_text()) + " }\n";
  text +=
      "policies:\n  list:\n    plugin: roster\n" + maybe("    file: " + random_path() + "\n") +
      maybe("    columns: " + to_yaml(Value(*rc::gen::container<std::vector<std::string>>(texts::any_text()))) + "\n");
  text += maybe("outputs: { store: { plugin: store } }\n") + "lanes:\n";
  for (int i = 0; i < guns; ++i)
    text += "  lane" + std::to_string(i) + ":\n    inputs: { gun" + std::to_string(i) + ": " +
            *rc::gen::element<std::string>("in", "out") + " }\n" + maybe("    actuator: gate\n") +
            maybe("    credentials: [card]\n") + maybe("    policies: [list]\n") +
            maybe("    repeat_within: " + std::to_string(*inRange(0, 3'600'000)) + "ms\n") +
            maybe("    fail_open: true\n") + maybe("    open_after_kill: accepted\n");
  return text;
}

RC_GTEST_PROP(Dumper, LoadsAsAnEqualSite, ()) {
  static const plugin::Catalogue catalogue = shelf::catalogue();
  const Variables variables;
  const auto text = random_site();
  const auto loaded = load_text(text, "/gates/north/site.yaml", catalogue);
  if (!loaded.site) RC_FAIL(loaded.shown() + text);
  const auto printed = dump(*loaded.site);
  const auto again = load_text(printed, "/gates/north/site.yaml", catalogue);
  if (!again.site) RC_FAIL(again.shown() + printed);
  RC_ASSERT(all_of(*again.site) == all_of(*loaded.site));
  RC_ASSERT(dump(*again.site) == printed);
  RC_ASSERT(printed.find("sesame") == std::string::npos);
  RC_ASSERT(printed.find("90ms") == std::string::npos || text.find("90ms") != std::string::npos);
}

TEST(Dumper, PrintsEveryDefault) {
  const auto catalogue = shelf::catalogue();
  const auto printed = dump(*load_text(shelf::good_site(), "/gates/north/site.yaml", catalogue).site);
  EXPECT_THAT(printed, HasSubstr("  exit_gun:\n    plugin: scanner\n    device: \"sim:gun2\"\n    idle: 50ms\n"
                                 "    framing: terminator\n    port: 4001\n    beep: true\n    longest: 4KiB\n"));
  EXPECT_THAT(printed, HasSubstr("  file: /gates/north/data/journal.db\n  keep: 90d\n  max_size: 1GiB\n"));
  EXPECT_THAT(printed, HasSubstr("    repeat_within: 3s\n    policy_timeout: 500ms\n"));
}

TEST(Dumper, ASecretThatStandsInTheFileIsLeftOut) {
  const auto catalogue = shelf::catalogue();
  const auto printed = dump(*load_text(with("idle: 80ms", "token: hunter2"), "/site.yaml", catalogue).site);
  EXPECT_THAT(printed, Not(HasSubstr("hunter2")));
  EXPECT_THAT(printed, HasSubstr("    # token: *** is a secret"));
  EXPECT_TRUE(load_text(printed, "/site.yaml", catalogue).site);
}

}  // namespace
}  // namespace gatepost::config
