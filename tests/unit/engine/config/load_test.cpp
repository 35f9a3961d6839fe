// A right site file becomes a Site; every rule that is broken is told in full.
#include "config/load.hpp"

#include <gmock/gmock.h>

#include "shelf.hpp"
#include "world/places.hpp"

namespace gatepost::config {
namespace {

using namespace std::chrono_literals;
using shelf::told;
using shelf::with;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(Load, ReadsAWholeSite) {
  const auto catalogue = shelf::catalogue();
  const auto loaded = load_text(shelf::good_site(), "/gates/north/site.yaml", catalogue);
  ASSERT_TRUE(loaded.site) << loaded.shown();
  EXPECT_EQ(loaded.shown(), "");
  const Site& site = *loaded.site;
  EXPECT_EQ(site.file, "/gates/north/site.yaml");
  EXPECT_EQ(site.checkpoint.name, "Cầu Bắc, gate 1");
  EXPECT_EQ(site.checkpoint.code, 4017U);
  EXPECT_THAT(site.languages, ElementsAre("vi", "en"));
  EXPECT_EQ(site.journal.file, "/gates/north/data/journal.db");
  EXPECT_EQ(site.journal.keep, 90 * 24h);
  EXPECT_EQ(site.journal.max_size, ByteSize{1 << 30});
  EXPECT_EQ(site.journal.subjects, Privacy::hash);
  EXPECT_EQ(site.journal.hash_key, "/gates/north/journal.key");
  ASSERT_EQ(site.devices.size(), 3U);
  EXPECT_EQ(site.devices[0].instance.name, "entry_gun");
  EXPECT_EQ(site.devices[0].instance.directory, "/gates/north");
  EXPECT_EQ(site.devices[0].values[0], Value(std::string("sim:gun")));
  EXPECT_EQ(site.devices[0].values[1], Value(Duration(80ms)));
  EXPECT_EQ(site.devices[1].values[1], Value(Duration(50ms)));  // the default
  EXPECT_EQ(site.policies[0].values[0], Value(std::filesystem::path("/gates/north/people.csv")));
  ASSERT_EQ(site.lanes.size(), 1U);
  const Lane& lane = site.lanes[0];
  EXPECT_EQ(lane.name, "main");
  ASSERT_EQ(lane.inputs.size(), 2U);
  EXPECT_EQ(lane.inputs[1].device, "exit_gun");
  EXPECT_EQ(lane.inputs[1].direction, Direction::out);
  EXPECT_THAT(lane.credentials, ElementsAre("staff_card"));
  EXPECT_THAT(lane.policies, ElementsAre("staff_list"));
  EXPECT_EQ(lane.actuator, "gate");
  EXPECT_EQ(lane.rules.repeat_within, 3s);
  EXPECT_EQ(lane.rules.policy_timeout, 500ms);
}

TEST(Load, ShowsPlaceLineCaretExpectationAndRemedy) {
  EXPECT_EQ(told(with("idle: 80ms", "idel: 80ms")),
            R"(site.yaml:12:52: error: device 'entry_gun' (plugin 'scanner') has no setting 'idel'
   12 |   entry_gun: { plugin: scanner, device: "sim:gun", idel: 80ms }
      |                                                    ^
  expected plugin, device, idle, framing, port, beep, longest, token or ignore
  did you mean 'idle'?
)");
}

struct Broken {
  std::string_view part, changed;     // of the good site
  std::string_view heading;           // of the only diagnostic
  std::string_view expected, remedy;  // parts of the lines below
};

class Rule : public testing::TestWithParam<Broken> {};

TEST_P(Rule, IsToldWithPlaceAndRemedy) {
  const auto& [part, changed, heading, expected, remedy] = GetParam();
  const std::string text = told(with(part, changed));
  EXPECT_EQ(text.substr(0, text.find('\n')), heading) << text;
  EXPECT_THAT(text, HasSubstr(expected));
  EXPECT_THAT(text, HasSubstr(std::string("  ") + std::string(remedy) + "\n"));
  EXPECT_EQ(text.find("site.yaml:", 1), text.npos) << "more than one diagnostic:\n" << text;
}

INSTANTIATE_TEST_SUITE_P(
    Sections, Rule,
    testing::Values(
        Broken{"outputs:", "output:", "site.yaml:21:1: error: there is no section 'output'", "site, journal",
               "did you mean 'outputs'?"},
        Broken{"name: \"Cầu Bắc, gate 1\"", "nam: X", "site.yaml:2:3: error: site has no setting 'nam'",
               "name, code, languages, texts or how_to_get", "did you mean 'name'?"},
        Broken{"  code: 4017\n", "", "site.yaml:1:1: error: site lacks 'code'", "whole number, 1 to 9007199254740992",
               "add 'code: …'"},
        Broken{"code: 4017", "code: 0", "site.yaml:3:9: error: '0' is too small", "1 to 9007199254740992",
               "write 1 or more"},
        Broken{"code: 4017", "code: 9007199254740993", "site.yaml:3:9: error: '9007199254740993' is too large", "",
               "write 9007199254740992 or less"},
        Broken{"code: 4017", "code: 0x10", "site.yaml:3:9: error: '0x10' is not a whole number", "whole number",
               "write digits only"},
        Broken{"[vi, en]", "[vi, english]", "site.yaml:4:19: error: 'english' is not a language", "ISO 639-1",
               "write the language's two letters"},
        Broken{"[vi, en]", "[]", "site.yaml:4:14: error: no language is named", "[vi, en]",
               "name one, or remove the key"},
        Broken{"\"Cầu Bắc, gate 1\"", "''", "site.yaml:2:9: error: the checkpoint's name has 0 characters",
               "1 to 200 characters", "write a name that people know it by"},
        Broken{"  hash_key: journal.key\n", "", "site.yaml:9:13: error: 'subjects: hash' needs 'hash_key'", "hash_key",
               "add 'hash_key: journal.key' to the journal"},
        Broken{"subjects: hash", "subjects: hashed", "site.yaml:9:13: error: 'hashed' is not a choice for 'subjects'",
               "clear, hash or none", "did you mean 'hash'?"},
        Broken{"subjects: hash", "subjects: none",
               "site.yaml:10:3: warning: 'hash_key' has no effect without 'subjects: hash' or 'hashed_attributes'", "",
               "add 'subjects: hash', or remove 'hash_key'"},
        Broken{"  hash_key: journal.key\n", "  hash_key: journal.key\n  attributes: [name, subject]\n",
               "site.yaml:11:22: error: 'subject' is no attribute of a credential", "such as name",
               "remove it: 'subjects' says what is kept of subjects, and of the bytes of damaged scans"},
        Broken{"  hash_key: journal.key\n",
               "  hash_key: journal.key\n  attributes: [name]\n  hashed_attributes: [name]\n",
               "site.yaml:12:23: error: 'name' stands in 'attributes' too", "", "remove it from one of the two"},
        Broken{"subjects: hash\n  hash_key: journal.key\n", "subjects: clear\n  hashed_attributes: [name]\n",
               "site.yaml:10:23: error: 'hashed_attributes' needs 'hash_key'", "a file with the key",
               "add 'hash_key: journal.key' to the journal"},
        Broken{"subjects: hash\n  hash_key: journal.key\n", "subjects: none\n  attributes: [name]\n",
               "site.yaml:10:16: error: attributes are kept of people whom Records do not name (subjects: none)", "",
               "write 'subjects: hash' with a 'hash_key', or keep no attributes"},
        Broken{"  hash_key: journal.key\n", "  hash_key: journal.key\n  forget: [subject in 3d]\n",
               "site.yaml:11:12: error: 'subject in 3d' does not say what is erased, and when", "FIELD after TIME",
               "write it as 'subject after 30d'"},
        Broken{"  hash_key: journal.key\n", "  hash_key: journal.key\n  forget: [name after 3d]\n",
               "site.yaml:11:12: error: Records keep no 'name'", "subject", "remove it, or keep it by 'attributes'"},
        Broken{"  hash_key: journal.key\n", "  hash_key: journal.key\n  forget: [subject after 3s]\n",
               "site.yaml:11:12: error: 'subject' is forgotten too soon to be of use", "10min or more",
               "do not keep it at all, or keep it longer"},
        Broken{"  hash_key: journal.key\n", "  hash_key: journal.key\n  forget: [subject after 3d, subject after 4d]\n",
               "site.yaml:11:30: error: 'subject' is forgotten twice", "one time for each", "remove one of them"},
        Broken{"  hash_key: journal.key\n", "  hash_key: journal.key\n  forget: [subject after 90d]\n",
               "site.yaml:11:12: warning: 'subject' is forgotten no sooner than its Records, which are kept for 90d",
               "", "write less than that, or remove it"},
        Broken{"  hash_key: journal.key\n",
               "  hash_key: journal.key\n  attributes: [name]\n  forget: [subject after 3d]\n",
               "site.yaml:12:12: error: 'name' is kept longer than the subject that it is of: nobody could "
               "find it to erase it",
               "name after 3d, or sooner", "add 'name after 3d'"},
        Broken{"keep: 90d", "keep: 90min", "site.yaml:7:9: error: '90min' is finer than 'keep' can be",
               "a multiple of 1h", "write 1h"},
        Broken{"keep: 90d", "keep: 30min", "site.yaml:7:9: error: '30min' is too small", "1h to 3660d",
               "write 1h or more"}));

INSTANTIATE_TEST_SUITE_P(
    Plugins, Rule,
    testing::Values(
        Broken{"plugin: scanner, device", "plugin: scaner, device",
               "site.yaml:12:24: error: there is no plugin 'scaner'", "scanner, relay or latch",
               "did you mean 'scanner'?"},
        Broken{"plugin: scanner, device", "plugin: roster, device",
               "site.yaml:12:24: error: plugin 'roster' is of kind policy and cannot be a device",
               "scanner, relay or latch", "move this entry to 'policies:'"},
        Broken{"plugin: scanner, device", "device", "site.yaml:12:3: error: device 'entry_gun' names no plugin",
               "plugin: scanner, relay or latch", "add 'plugin: …'"},
        Broken{"device: \"sim:gun\", ", "",
               "site.yaml:12:3: error: device 'entry_gun' (plugin 'scanner') lacks 'device'",
               "device: address of the scanner (text)", "add 'device: …'"},
        Broken{"device: \"sim:gun\"", "devise: \"sim:gun\"",
               "site.yaml:12:33: error: device 'entry_gun' (plugin 'scanner') has no setting 'devise'", "device, idle",
               "did you mean 'device'?"},
        Broken{"idle: 80ms", "idle: 80", "site.yaml:12:58: error: '80' has no unit", "500ms or 1h30min",
               "write 80ms or 80s"},
        Broken{"idle: 80ms", "idle: 20s", "site.yaml:12:58: error: '20s' is too large", "1ms to 10s",
               "write 10s or less"},
        Broken{"idle: 80ms", "idle: 5m", "site.yaml:12:58: error: there is no unit 'm'", "min",
               "write min for minutes, or ms for milliseconds"},
        Broken{"idle: 80ms", "idle: 80 ms", "site.yaml:12:58: error: a space stands inside '80 ms'", "",
               "write the unit right behind its number"},
        Broken{"idle: 80ms", "port: 70000", "site.yaml:12:58: error: '70000' is too large", "0 to 65535",
               "write 65535 or less"},
        Broken{"idle: 80ms", "port: 99999999999999999999999",
               "site.yaml:12:58: error: '99999999999999999999999' is too large", "0 to 65535",
               "write a number in these bounds"},
        Broken{"idle: 80ms", "beep: yes", "site.yaml:12:58: error: 'yes' is not true or false", "true or false",
               "write true"},
        Broken{"idle: 80ms", "longest: 64", "site.yaml:12:61: error: '64' has no unit", "64MiB", "write 64kB or 64MiB"},
        Broken{"idle: 80ms", "longest: 64k", "site.yaml:12:61: error: there is no unit 'k'", "kB", "write kB"},
        Broken{"idle: 80ms", "framing: terminater",
               "site.yaml:12:61: error: 'terminater' is not a choice for 'framing'", "terminator, idle or length",
               "did you mean 'terminator'?"},
        Broken{"idle: 80ms", "idle: [1, 2]", "site.yaml:12:58: error: a list stands where one value belongs",
               "length of time, 1ms to 10s", "write one value behind 'idle:'"},
        Broken{"idle: 80ms", "idle: ", "site.yaml:12:52: error: 'idle' has no value", "length of time",
               "write one behind the colon, or remove the key"},
        Broken{"\"sim:gun\", idle: 80ms", "\"usb:1\", framing: idle",
               "site.yaml:12:59: error: scanner 'entry_gun': setting framing: a USB scanner cannot be framed by idle "
               "time",
               "", "write framing: terminator"},
        Broken{"file: people.csv", "file: absent.csv",
               "site.yaml:20:39: error: roster 'staff_list': file: cannot be read", "", "put it there"},
        Broken{"file: people.csv", "columns: name", "site.yaml:20:42: error: 'name' is not a list", "a list of words",
               "write [name]"},
        Broken{"file: people.csv", "file: ~/people.csv", "site.yaml:20:39: error: ~ does not mean a home folder here",
               "", "write the whole path, or one from this file's folder"}));

INSTANTIATE_TEST_SUITE_P(
    Lanes, Rule,
    testing::Values(
        Broken{"{ entry_gun: in,", "{ entri_gun: in,", "site.yaml:25:15: error: there is no 'entri_gun' under devices",
               "entry_gun or exit_gun", "did you mean 'entry_gun'?"},
        Broken{"{ entry_gun: in,", "{ gate: in,",
               "site.yaml:25:15: error: 'gate' (line 16) is an actuator and cannot be this lane's input", "an input",
               "name a device whose plugin is of kind input"},
        Broken{"{ entry_gun: in,", "{ entry_gun: inn,", "site.yaml:25:26: error: 'inn' is not a direction",
               "in, out or ask", "write which way people go who scan at 'entry_gun', or that they are asked"},
        Broken{"{ entry_gun: in, exit_gun: out }", "[]", "site.yaml:25:5: error: lane 'main' has no inputs",
               "inputs: {", "name the devices that are scanned at"},
        Broken{"    inputs: { entry_gun: in, exit_gun: out }\n", "", "site.yaml:24:3: error: lane 'main' has no inputs",
               "inputs: {", "name the devices that are scanned at"},
        Broken{"[staff_card]", "[staf_card]", "site.yaml:26:19: error: there is no 'staf_card' under credentials",
               "staff_card", "did you mean 'staff_card'?"},
        Broken{"[staff_list]", "[staff_list, staff_list]",
               "site.yaml:27:28: error: 'staff_list' stands in this list twice", "", "remove one"},
        Broken{"actuator: gate", "actuator: exit_gun",
               "site.yaml:28:15: error: 'exit_gun' (line 13) is an input and cannot be this lane's actuator",
               "an actuator", "name a device whose plugin is of kind actuator"},
        Broken{"  main:\n", "  Main Gate:\n", "site.yaml:24:3: error: 'Main Gate' cannot name a lane", "a-z",
               "rename it, for example to entry_1"},
        Broken{"repeat_within: 3s\n",
               "repeat_within: 3s\n  other: { inputs: [entry_gun], credentials: [staff_card] }\n",
               "site.yaml:30:21: error: input 'entry_gun' is already read by lane 'main' in line 25", "",
               "give each lane a device of its own"},
        Broken{"  gate: { plugin: relay }", "  gate: { plugin: relay }\n  spare: { plugin: relay }",
               "site.yaml:17:3: warning: no lane uses 'spare'", "", "name it in a lane, or remove it"}));

TEST(Load, AnActuatorMayBeShared) {
  EXPECT_EQ(told(with("    inputs: { entry_gun: in, exit_gun: out }",
                      "    inputs: [entry_gun]\n    credentials: [staff_card]\n    policies: [staff_list]\n"
                      "    actuator: gate\n  back:\n    inputs: { exit_gun: out }")),
            "");
}

TEST(Load, WarnsOfAGateThatNobodyCanPass) {
  const auto catalogue = shelf::catalogue();
  const auto loaded = load_text(with("    policies: [staff_list]\n", ""), "site.yaml", catalogue);
  EXPECT_TRUE(loaded.site);
  EXPECT_THAT(loaded.shown(), HasSubstr("site.yaml:24:3: warning: lane 'main' has an actuator and no policies, so it "
                                        "denies all"));
  EXPECT_THAT(loaded.shown(), HasSubstr("site.yaml:20:3: warning: no lane uses 'staff_list'"));
}

TEST(Load, RefusesAGateThatNobodyShutsAfterAKill) {
  const auto text = told(with("gate: { plugin: relay }", "gate: { plugin: latch }"));
  EXPECT_THAT(text,
              HasSubstr("site.yaml:28:15: error: when the engine is killed while 'gate' is open, nobody shuts it\n"
                        "   28 |     actuator: gate\n"
                        "      |               ^\n"));
  EXPECT_THAT(text, HasSubstr("write 'open_after_kill: accepted' into lane 'main'"));
}

TEST(Load, TakesAGateThatNobodyShutsWhereTheLaneSaysSo) {
  const auto catalogue = shelf::catalogue();
  std::string text = with("gate: { plugin: relay }", "gate: { plugin: latch }");
  const auto loaded = load_text(text + "    open_after_kill: accepted\n", "site.yaml", catalogue);
  ASSERT_TRUE(loaded.site) << loaded.shown();
  EXPECT_EQ(loaded.site->lanes[0].rules.open_after_kill, OpenAfterKill::accepted);
  EXPECT_FALSE(load_text(text + "    open_after_kill: refused\n", "site.yaml", catalogue).site);
}

TEST(Load, RefusesAPolicyThatTellsPeopleApartWhereRecordsNameNobody) {
  const auto catalogue = shelf::catalogue();
  const std::string quota = with("{ plugin: roster, file: people.csv }", "{ plugin: quota }");
  EXPECT_TRUE(load_text(quota, "site.yaml", catalogue).site) << "hashed subjects tell people apart";
  std::string nameless = quota;
  const std::string hashed = "subjects: hash\n  hash_key: journal.key";
  nameless.replace(nameless.find(hashed), hashed.size(), "subjects: none");
  const auto loaded = load_text(nameless, "site.yaml", catalogue);
  EXPECT_FALSE(loaded.site);
  EXPECT_THAT(loaded.shown(), HasSubstr("policy 'staff_list' tells people apart, and this site's Records name nobody"));
}

TEST(Load, KeepsWhatAnActuatorSaysOfItself) {
  const auto catalogue = shelf::catalogue();
  const auto loaded = load_text(shelf::good_site(), "site.yaml", catalogue);
  ASSERT_TRUE(loaded.site);
  ASSERT_TRUE(loaded.site->devices[2].after_kill);
  EXPECT_EQ(loaded.site->devices[2].after_kill->longest, 500ms);
  EXPECT_FALSE(loaded.site->devices[0].after_kill);
}

TEST(Load, TellsEverythingAtOnceInOrder) {
  std::string text = with("code: 4017", "code: x");
  text.replace(text.find("80ms"), 4, "80");
  text.replace(text.find("actuator: gate"), 14, "actuator: gat");
  const std::string all = told(text);
  const auto first = all.find("site.yaml:3:9"), second = all.find("site.yaml:12:58"),
             third = all.find("site.yaml:28:15");
  EXPECT_LT(first, second) << all;
  EXPECT_LT(second, third) << all;
  EXPECT_NE(third, all.npos) << all;
}

TEST(Load, ABadDeviceIsNotASecondErrorInItsLane) {
  EXPECT_THAT(told(with("plugin: relay", "plugin: relays")), Not(HasSubstr("site.yaml:28")));
}

TEST(Load, NeverShowsASecret) {
  for (const std::string_view given :
       {"token: hunter2, port: x", "port: x, token: hunter2", "token: [hunter2]", "tokn: hunter2",
        "token: hunter2, token: hunter2", "\"token\" : hunter2, port: x", "token: hunter2 ]"}) {
    const std::string text = told(with("idle: 80ms", given));
    EXPECT_THAT(text, HasSubstr("site.yaml:12:")) << given;
    EXPECT_THAT(text, Not(HasSubstr("hunter2"))) << given << "\n" << text;
  }
  const std::string block =
      told(with("    device: \"sim:gun2\"\n", "    device: a\n    token: |\n      hunter2\n   bad\n"));
  EXPECT_THAT(block, Not(HasSubstr("hunter2"))) << block;
  EXPECT_THAT(told(with("idle: 80ms", "token: let-me-in")), Not(HasSubstr("let-me-in")));
}

TEST(Load, TellsWhyAPluginWasRefused) {
  const std::vector<std::filesystem::path> folders{world::source_folder() + "/no/such/folder"};
  const auto catalogue = plugin::Catalogue::load(folders);
  const auto loaded = load_text(with("plugin: relay", "plugin: folder"), "site.yaml", catalogue);
  EXPECT_THAT(loaded.shown(), HasSubstr("plugin 'folder' was not loaded: cannot list the plugin folder"));
}

TEST(Load, AnEmptyFileAndOneOfWordsAreNoSites) {
  EXPECT_THAT(told(""), HasSubstr("site.yaml: error: the site file is empty"));
  EXPECT_THAT(told("# nothing\n"), HasSubstr("is empty"));
  EXPECT_THAT(told("hello"), HasSubstr("site.yaml:1:1: error: the site file holds a single value"));
  EXPECT_THAT(told("site:\nlanes:\n"), HasSubstr("the site has no lanes"));
  EXPECT_THAT(told("journal:\n"), HasSubstr("the file has no section 'lanes'"));
}

}  // namespace
}  // namespace gatepost::config
