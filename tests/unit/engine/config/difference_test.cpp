#include "config/difference.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <boost/json/serialize.hpp>
#include <set>

#include "shelf.hpp"

namespace gatepost::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const plugin::Catalogue& plugins() {
  static const plugin::Catalogue all = shelf::catalogue();
  return all;
}

Site site(const std::string& text) {
  auto loaded = load_text(text, "/gate/site.yaml", plugins());
  EXPECT_TRUE(loaded.site) << loaded.shown();
  return loaded.site.value_or(Site{});
}

std::vector<std::string> lines(const std::string& before, const std::string& after) {
  return to_lines(difference(site(before), site(after)));
}

std::vector<std::string> lines_with(std::string_view part, std::string_view changed) {
  return lines(shelf::good_site(), shelf::with(part, changed));
}

TEST(Difference, OfASiteToItselfIsNothing) {
  const Site good = site(shelf::good_site());
  EXPECT_TRUE(difference(good, good).empty());
  EXPECT_FALSE(difference(good, good).refusal());
}

TEST(Difference, NamesTheSettingWithBothValuesAndTheLaneThatTakesItOver) {
  EXPECT_THAT(lines_with("idle: 80ms", "idle: 120ms"),
              ElementsAre("~ device entry_gun: idle 80ms → 120ms", "> lane main: takes over device entry_gun"));
  EXPECT_THAT(lines_with("file: people.csv", "file: guests.csv"),
              ElementsAre("~ policy staff_list: file /gate/people.csv → /gate/guests.csv",
                          "> lane main: takes over policy staff_list"));
  EXPECT_THAT(lines_with("repeat_within: 3s", "repeat_within: 5s"), ElementsAre("~ lane main: repeat_within 3s → 5s"));
}

TEST(Difference, TellsOfTextsByTheirNumber) {
  Site before = site(shelf::good_site()), after = before;
  before.texts = {{"fr", {{"granted", "Passez"}, {"busy", "Attendez"}}}, {"km", {{"granted", "អញ្ជើញ"}}}};
  after.texts = {{"fr", {{"granted", "Vous pouvez passer"}, {"busy", "Attendez"}, {"read", "Lu"}}}};
  EXPECT_THAT(to_lines(difference(before, after)),
              ElementsAre("~ site: texts in fr 2 → 3 (2 new), texts in km 1 → 0 (0 new)"));
  EXPECT_FALSE(difference(before, after).refusal());
}

TEST(Difference, TellsAddedAndRemovedThings) {
  const std::string more = shelf::with("  gate: { plugin: relay }\n",
                                       "  gate: { plugin: relay }\n  third_gun: { plugin: scanner, device: x }\n");
  const std::string used = [&] {
    std::string text = more;
    const std::string inputs = "exit_gun: out }";
    return text.replace(text.find(inputs), inputs.size(), "exit_gun: out, third_gun: in }");
  }();
  EXPECT_THAT(lines(shelf::good_site(), used), ElementsAre("+ device third_gun (plugin scanner)",
                                                           "~ lane main: inputs { entry_gun: in, exit_gun: out } → "
                                                           "{ entry_gun: in, exit_gun: out, third_gun: in }"));
  EXPECT_THAT(lines(more, shelf::good_site()), ElementsAre("- device third_gun (plugin scanner)"));
}

TEST(Difference, TellsAnotherPluginWithoutItsSettings) {
  EXPECT_THAT(lines_with("gate: { plugin: relay }\n", "gate: { plugin: relay }\n  spare: { plugin: relay }\n"),
              ElementsAre("+ device spare (plugin relay)"));
  Site before = site(shelf::good_site()), after = before;
  after.devices[0].plugin = plugins().find("relay")->descriptor;
  after.devices[0].values.clear();
  EXPECT_THAT(to_lines(difference(before, after)),
              ElementsAre("~ device entry_gun: plugin scanner → relay", "> lane main: takes over device entry_gun"));
}

TEST(Difference, NeverShowsASecret) {
  const std::string with_token = shelf::with("idle: 80ms }", "idle: 80ms, token: first-token }");
  std::string other = with_token;
  other.replace(other.find("first-token"), 11, "other-token");
  const auto found = difference(site(with_token), site(other));
  ASSERT_EQ(found.changes.size(), 2U);
  const std::string shown = to_lines(found)[0] + boost::json::serialize(to_json(found));
  EXPECT_THAT(shown, AllOf(HasSubstr("token *** → ***"), Not(HasSubstr("first")), Not(HasSubstr("other"))));
}

TEST(Difference, RefusesWhatNeedsARestartWithARemedy) {
  for (const auto& [part, changed, key] : std::vector<std::array<std::string, 3>>{
           {"code: 4017", "code: 4018", "code 4017 → 4018"},
           {"file: data/journal.db", "file: other.db", "file /gate/data/journal.db → /gate/other.db"},
           {"keep: 90d", "keep: 30d", "keep 90d → 30d"}}) {
    const auto found = difference(site(shelf::good_site()), site(shelf::with(part, changed)));
    ASSERT_TRUE(found.refusal()) << changed;
    EXPECT_THAT(found.refusal()->what, HasSubstr(key));
    EXPECT_THAT(found.refusal()->remedy, HasSubstr("run it again"));
    EXPECT_THAT(to_lines(found), ElementsAre(testing::EndsWith(key + "; needs a restart")));
  }
  Site quiet = site(shelf::good_site());
  quiet.observe.log = LogLevel::off;
  quiet.observe.metrics.port = 9100;
  quiet.observe.metrics.host = "127.0.0.1";
  EXPECT_THAT(to_lines(difference(site(shelf::good_site()), quiet)),
              ElementsAre("! observe: log not set → off, metrics nowhere → 127.0.0.1:9100; needs a restart"));
  EXPECT_FALSE(difference(site(shelf::good_site()), site(shelf::with("Cầu Bắc", "Cầu Nam"))).refusal())
      << "a new name is taken over";
}

TEST(Difference, DoesNotMindTheOrderOfInputs) {
  EXPECT_THAT(lines_with("{ entry_gun: in, exit_gun: out }", "{ exit_gun: out, entry_gun: in }"), IsEmpty());
}

// Sites around the shelf's plugins, small enough that two of them often have names in common.
PluginUse any_use(const char* plugin, const std::string& name) {
  const Descriptor* descriptor = plugins().find(plugin)->descriptor;
  PluginUse use{descriptor, {}, {name, *rc::gen::element("/gate", "/door")}};
  for (const auto& info : descriptor->settings()) {
    Value value = info.fallback;
    if (auto* text = std::get_if<std::string>(&value); text != nullptr && info.choices.empty())
      *text = *rc::gen::element("a", "b");
    if (auto* flag = std::get_if<bool>(&value)) *flag = *rc::gen::arbitrary<bool>();
    use.values.push_back(std::move(value));
  }
  return use;
}

std::vector<std::string> any_names() {
  std::vector<std::string> names;
  for (const char* name : {"one", "two", "three", "four"})
    if (*rc::gen::arbitrary<bool>()) names.emplace_back(name);
  return names;
}

Site any_site() {
  Site made = site(shelf::good_site());
  made.checkpoint.code = *rc::gen::element<std::uint64_t>(1, 2);
  made.journal.keep = std::chrono::hours(*rc::gen::element(24, 48));
  made.devices.clear(), made.credentials.clear(), made.policies.clear(), made.outputs.clear(), made.lanes.clear();
  for (const auto& name : any_names()) made.devices.push_back(any_use(*rc::gen::element("scanner", "relay"), name));
  for (const auto& name : any_names()) made.credentials.push_back(any_use("pattern", name));
  for (const auto& name : any_names()) made.policies.push_back(any_use("roster", name));
  for (const auto& name : any_names()) made.outputs.push_back(any_use("store", name));
  for (const auto& name : any_names()) {
    Lane lane;
    lane.name = name;
    lane.credentials = any_names();
    lane.policies = any_names();
    for (const auto& device : any_names())
      lane.inputs.push_back(
          {device, *rc::gen::element<std::optional<Direction>>(Direction::in, Direction::out, std::nullopt)});
    lane.rules.fail_open = *rc::gen::arbitrary<bool>();
    lane.rules.open_after_kill = *rc::gen::element(OpenAfterKill::refused, OpenAfterKill::accepted);
    made.lanes.push_back(std::move(lane));
  }
  return made;
}

const std::string& name_of(const PluginUse& use) { return use.instance.name; }
const std::string& name_of(const Lane& lane) { return lane.name; }

// Does to `before` what the difference says, taking the new things from `after`.
template <class T>
void apply(const Difference& found, Part part, std::vector<T>& before, const std::vector<T>& after) {
  for (const auto& change : found.changes) {
    if (change.part != part || change.deed == Deed::follow) continue;
    std::erase_if(before, [&](const T& thing) { return name_of(thing) == change.name; });
    if (change.deed == Deed::remove) continue;
    for (const T& thing : after)
      if (name_of(thing) == change.name) before.push_back(thing);
  }
}

TEST(DifferenceProperty, SaysEverythingAndEachThingOnce) {
  EXPECT_TRUE(rc::check("what the difference names is what differs", [] {
    Site before = any_site();
    const Site after = any_site();
    const auto found = difference(before, after);
    std::set<std::pair<Part, std::string>> named;
    for (const auto& change : found.changes) {
      RC_ASSERT(named.insert({change.part, change.name}).second);
      RC_ASSERT(change.deed != Deed::change || !change.settings.empty());
      for (const auto& setting : change.settings) RC_ASSERT(setting.key == "token" || setting.before != setting.after);
    }
    before.checkpoint = after.checkpoint;
    before.journal = after.journal;
    apply(found, Part::device, before.devices, after.devices);
    apply(found, Part::credential, before.credentials, after.credentials);
    apply(found, Part::policy, before.policies, after.policies);
    apply(found, Part::output, before.outputs, after.outputs);
    apply(found, Part::lane, before.lanes, after.lanes);
    RC_ASSERT(difference(before, after).empty());
  }));
}

TEST(DifferenceProperty, BackwardIsForwardTurnedRound) {
  EXPECT_TRUE(rc::check("added one way is removed the other way", [] {
    const Site one = any_site(), other = any_site();
    const auto there = difference(one, other), back = difference(other, one);
    RC_ASSERT(there.refusal().has_value() == back.refusal().has_value());
    for (const auto& change : there.changes) {
      if (change.deed == Deed::follow) continue;
      const Change* turned = back.find(change.part, change.name);
      RC_ASSERT(turned != nullptr);
      RC_ASSERT((change.deed == Deed::add) == (turned->deed == Deed::remove));
      RC_ASSERT((change.deed == Deed::change) == (turned->deed == Deed::change));
      for (std::size_t i = 0; i < change.settings.size(); ++i) {
        RC_ASSERT(change.settings[i].before == turned->settings[i].after);
        RC_ASSERT(change.settings[i].after == turned->settings[i].before);
      }
    }
  }));
}

}  // namespace
}  // namespace gatepost::config
