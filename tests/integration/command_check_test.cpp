// What `gatepost` answers before anything runs: usage, exit status, and what is wrong with a site file.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "world/command.hpp"

namespace gatepost {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using world::Said;
using world::Shell;

namespace json = boost::json;

constexpr const char* good_site = R"yaml(site: { name: Cầu Bắc, code: 4017 }
devices: { gun: { plugin: serial, device: 'sim:gun' } }
credentials: { card: { plugin: pattern, match: '(?P<subject>.+)' } }
outputs: { store: { plugin: local_store, file: store.db } }
lanes: { entry: { inputs: { gun: in }, credentials: [card] } }
)yaml";

// Five mistakes in five places.
constexpr const char* bad_site = R"yaml(site: { name: North Bridge, code: 4017, colour: red }
devices:
  gun: { plugin: serail, device: "sim:gun" }
  other: { plugin: serial, device: "sim:gun", buad: 9600 }
credentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6}' } }
outputs: { store: { plugin: local_store, file: store.db } }
lanes: { entry: { inputs: { gum: in }, credentials: [card] } }
)yaml";

class Command : public testing::Test {
 protected:
  Said check(std::string_view content, const std::vector<std::string>& options = {}) {
    std::vector<std::string> words{"check", site(content)};
    words.insert(words.end(), options.begin(), options.end());
    return shell_.say(words);
  }
  std::string site(std::string_view content) { return shell_.disk().write("site.yaml", content).string(); }

  Shell shell_;
};

const std::vector<std::string> commands{"run", "check", "schema", "plugins", "records", "counts", "verify", "version"};

TEST_F(Command, TellsWhatItCanDoWhenAskedNothing) {
  const auto said = shell_.say({});
  EXPECT_EQ(said.exit, 2);
  for (const auto& name : commands) EXPECT_THAT(said.text, HasSubstr("\n  " + name));
}

TEST_F(Command, TellsWhatItCanDoWhenAskedForHelp) {
  for (const char* word : {"--help", "-h", "help"}) {
    const auto said = shell_.say({word});
    EXPECT_EQ(said.exit, 0) << word;
    EXPECT_THAT(said.text, StartsWith("Usage: gatepost COMMAND"));
  }
}

TEST_F(Command, RefusesAnUnknownCommandByName) {
  const auto said = shell_.say({"chekc", "site.yaml"});
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.text,
              AllOf(StartsWith("gatepost: there is no command 'chekc'"), HasSubstr("did you mean 'check'?")));
}

TEST_F(Command, HelpsWithEachCommand) {
  for (const auto& name : commands) {
    const auto said = shell_.say({name, "--help"});
    EXPECT_EQ(said.exit, 0) << name;
    EXPECT_THAT(said.text, StartsWith("Usage: gatepost " + name));
  }
}

TEST_F(Command, RefusesWhatACommandDoesNotTake) {
  for (const auto& name : commands) {
    SCOPED_TRACE(name);
    auto said = shell_.say({name, "--nonsense"});
    EXPECT_EQ(said.exit, 2);
    EXPECT_THAT(said.text, AllOf(HasSubstr("--nonsense"), HasSubstr("Usage: gatepost " + name)));
    said = shell_.say({name, "one", "two"});
    EXPECT_EQ(said.exit, 2);
    EXPECT_THAT(said.text, HasSubstr("too many arguments"));
  }
}

TEST_F(Command, AsksForTheSiteFileThatIsMissing) {
  for (const char* name : {"run", "check", "records", "counts", "verify"}) {
    SCOPED_TRACE(name);
    auto said = shell_.say({name});
    EXPECT_EQ(said.exit, 2);
    EXPECT_THAT(said.text, HasSubstr("name the site file"));
    said = shell_.say({name, "/nowhere/site.yaml"});
    EXPECT_EQ(said.exit, 2);
    EXPECT_THAT(said.text,
                AllOf(HasSubstr("/nowhere/site.yaml: "), HasSubstr("cannot read"), HasSubstr("check the file's")));
  }
}

// What only looks at a site that runs asks for no more of the file: command_records_test.cpp.
TEST_F(Command, WhatNeedsTheWholeSiteRefusesABadFile) {
  const auto file = site(bad_site);
  for (const char* name : {"run", "check", "unit"}) {
    const auto said = shell_.say({name, file});
    EXPECT_EQ(said.exit, 2) << name;
    EXPECT_THAT(said.text, HasSubstr(file + ":3:18: error: there is no plugin 'serail'")) << name;
  }
}

TEST_F(Command, SaysItsVersionAndAbi) {
  for (const char* word : {"version", "--version"}) {
    const auto said = shell_.say({word});
    EXPECT_EQ(said.exit, 0);
    EXPECT_THAT(said.text, AllOf(StartsWith("gatepost "), HasSubstr("plugin ABI "), HasSubstr("policy 3.")));
  }
}

TEST_F(Command, SaysThatItsAnswerCouldNotBeWritten) {
  const auto file = site(good_site);
  for (const auto& words : std::vector<std::vector<std::string>>{{"--help"}, {"version"}, {"plugins"}, {"check", file}})
    EXPECT_EQ(shell_.start(words, "/dev/full")->ends(), 1) << words[0];
}

TEST_F(Command, DoesNotMindAReaderThatLeaves) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  ASSERT_EQ(::fcntl(ends[1], F_SETPIPE_SZ, 4096), 4096);  // less than the answer: it cannot be written before
  auto answer = shell_.start({"plugins", "--json"}, "/proc/self/fd/" + std::to_string(ends[1]));
  char first;
  EXPECT_EQ(::read(ends[0], &first, 1), 1);
  ::close(ends[0]);
  EXPECT_EQ(answer->ends(), 0);
  ::close(ends[1]);
}

TEST_F(Command, ShowsAnArgumentWithoutItsEscapes) {
  const std::string escape = "\x1b]0;mine\x07";
  EXPECT_FALSE(world::acts_on_a_terminal(shell_.say({escape}).text));
  EXPECT_FALSE(world::acts_on_a_terminal(shell_.say({"run", "--" + escape}).text));
  EXPECT_FALSE(world::acts_on_a_terminal(shell_.say({"plugins", escape}).text));
  EXPECT_FALSE(world::acts_on_a_terminal(shell_.say({"check", "/nowhere/" + escape}).text));
}

TEST_F(Command, CheckSaysThatAFileIsGood) {
  const auto said = check(good_site);
  EXPECT_EQ(said.exit, 0);
  EXPECT_EQ(said.text, (shell_.disk() / "site.yaml").string() +
                           ": good: checkpoint 'Cầu Bắc' (4017), 1 lane, 1 device, 1 output\n");
  EXPECT_FALSE(std::filesystem::exists(shell_.disk() / "store.db")) << "check must touch nothing";
}

TEST_F(Command, CheckSaysAllThatIsWrongAtOnce) {
  const auto said = check(bad_site);
  const std::string file = (shell_.disk() / "site.yaml").string();
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.text, HasSubstr(file + ":1:41: error: site has no setting 'colour'\n"));
  EXPECT_THAT(said.text, HasSubstr(file + ":3:18: error: there is no plugin 'serail'\n"
                                          "    3 |   gun: { plugin: serail, device: \"sim:gun\" }\n"
                                          "      |                  ^\n"));
  EXPECT_THAT(said.text, HasSubstr("did you mean 'serial'?"));
  EXPECT_THAT(said.text, AllOf(HasSubstr(file + ":4:47: error:"), HasSubstr("did you mean 'baud'?")));
  EXPECT_THAT(said.text, HasSubstr(file + ":5:48: error:"));
  EXPECT_THAT(said.text, AllOf(HasSubstr(file + ":7:29: error:"), HasSubstr("did you mean 'gun'?")));
}

TEST_F(Command, CheckJsonSaysTheSame) {
  const auto answer = json::parse(check(bad_site, {"--json"}).text).as_object();
  EXPECT_FALSE(answer.at("good").as_bool());
  std::vector<std::pair<std::int64_t, std::int64_t>> places;
  for (const auto& finding : answer.at("diagnostics").as_array()) {
    EXPECT_EQ(finding.at("severity"), "error");
    EXPECT_FALSE(finding.at("remedy").as_string().empty());
    places.emplace_back(finding.at("line").as_int64(), finding.at("column").as_int64());
  }
  EXPECT_THAT(places, testing::ElementsAre(testing::Pair(1, 41), testing::Pair(3, 18), testing::Pair(4, 47),
                                           testing::Pair(5, 48), testing::Pair(7, 29)));
}

TEST_F(Command, CheckJsonOfAGoodFileHasNoDiagnostics) {
  const auto said = check(good_site, {"--json"});
  EXPECT_EQ(said.exit, 0);
  EXPECT_EQ(
      json::parse(said.text),
      (json::value{
          {"good", true},
          {"diagnostics", json::array()},
          {"offline",
           json::array{json::object{
               {"rule", "card"}, {"needs_network", ""}, {"files", json::array()}, {"then", "such codes are refused"}}}},
          {"after_kill", json::array()},
          {"after_power_cut", json::array()},
          {"contents", json::object()}}));
}

// A site whose lane has a gate; `gate`: its settings.
std::string site_with(const std::string& gate, const std::string& more_of_the_lane = {}) {
  return "site: { name: North Bridge, code: 4017 }\ndevices:\n  gun: { plugin: serial, device: 'sim:gun' }\n"
         "  gate: { plugin: turnstile_relay, " +
         gate +
         " }\ncredentials: { card: { plugin: pattern, match: '(?P<subject>.+)' } }\n"
         "policies: { list: { plugin: roster, file: people.csv } }\n"
         "lanes:\n  north: { inputs: { gun: in }, credentials: [card], policies: [list], actuator: gate" +
         more_of_the_lane + " }\n";
}

// What check says of the lane's gate, at that worst moment; the file is good.
testing::Matcher<const world::Said&> tells_of(const std::string& moment, const std::string& what) {
  const std::string line = "\nlane north: " + moment + " at the worst moment, ";
  return AllOf(testing::Field(&world::Said::exit, 0),
               testing::Field(&world::Said::text, AllOf(HasSubstr(line), HasSubstr(what))));
}

TEST_F(Command, CheckSaysHowLongAGateStaysOpenAfterAKill) {
  shell_.disk().write("people.csv", "subject\nE1\n");
  const std::string modbus = "board: 'modbus:tcp://192.0.2.1:502/unit/1";
  const std::pair<std::string, const char*> gates[] = {
      {modbus + "?pulse=waveshare'", "the gate is shut after at most 0.5 s, by the board's own pulse\n"},
      {modbus + "?pulse=waveshare', pulse: 150ms", "the gate is shut after at most 0.2 s, by the board's own pulse\n"},
      {modbus + "'", "the gate is shut after at most 0.8 s, by the guard process; where the engine hangs"},
      {modbus + "?pulse=waveshare', fail: safe", "at most 0.8 s, by the guard process"},
      {modbus + "?pulse=waveshare', mode: hold", "by the guard process; where the engine hangs and is not dead, 6.8 s"},
      {modbus + "?pulse=waveshare', after_kill: guard", "by the guard process"},
      {modbus + "?pulse=waveshare', out: 2, after_kill: guard", "at most 1.1 s, by the guard process"},
      {"board: 'lcus:/dev/nowhere'", "the gate is shut after at most 0.63 s, by the guard process"},
      {"board: 'sim:turnstile'", "the gate is shut at once, by the end of the simulation"},
  };
  for (const auto& [gate, told] : gates) EXPECT_THAT(check(site_with(gate)), tells_of("killed", told)) << gate;
}

TEST_F(Command, CheckSaysWhatAPowerCutLeaves) {
  shell_.disk().write("people.csv", "subject\nE1\n");
  const std::string modbus = "board: 'modbus:tcp://192.0.2.1:502/unit/1";
  const std::pair<std::string, const char*> gates[] = {
      {modbus + "?pulse=waveshare'", "keeps its own, it is shut after at most 0.5 s, by the board itself\n"},
      {modbus + "'", "the gate is shut where its board is without power too; where the board keeps its own, it stays"},
      {modbus + "', fail: safe", "the gate is open where its board is without power too"},
      {"board: 'lcus:/dev/nowhere'", "the gate is shut, since its board has its power from this computer\n"},
      {"board: 'lcus:/dev/nowhere', fail: safe", "the gate is open, since its board has its power from this computer"},
  };
  for (const auto& [gate, told] : gates) EXPECT_THAT(check(site_with(gate)), tells_of("in a power cut", told)) << gate;
}

TEST_F(Command, CheckRefusesAGateThatStaysOpenAfterAKill) {
  shell_.disk().write("people.csv", "subject\nE1\n");
  const std::string gate = "board: 'lcus:/dev/nowhere', after_kill: nobody";
  const auto file = (shell_.disk() / "site.yaml").string();
  for (const char* name : {"check", "run"}) {
    const auto said = shell_.say({name, site(site_with(gate))});
    EXPECT_EQ(said.exit, 2) << name;
    EXPECT_THAT(said.text, HasSubstr(file + ":8:82: error: when the engine is killed while 'gate' is open, nobody"));
  }
  const auto accepted = site_with(gate, ", open_after_kill: accepted");
  EXPECT_THAT(check(accepted).text, HasSubstr("the gate stays open until the engine runs again (accepted)\n"));
  EXPECT_EQ(json::parse(check(accepted, {"--json"}).text).at("after_kill"),
            (json::value{{{"lane", "north"}, {"seconds", nullptr}, {"by", nullptr}}}));
}

TEST_F(Command, CheckMissesTheGuardProgram) {
  shell_.disk().write("people.csv", "subject\nE1\n");
  ::setenv("GATEPOST_GUARD", "/nowhere/gatepost-guard", 1);
  const auto said = check(site_with("board: 'lcus:/dev/nowhere'"));
  ::unsetenv("GATEPOST_GUARD");
  EXPECT_EQ(said.exit, 2);
  EXPECT_THAT(said.text,
              AllOf(HasSubstr("site.yaml:4:"), HasSubstr("/nowhere/gatepost-guard: the guard program cannot")));
}

TEST_F(Command, CheckRefusesAPulseThatTheBoardDoesNotHave) {
  shell_.disk().write("people.csv", "subject\nE1\n");
  const std::string pulsing = "board: 'modbus:tcp://192.0.2.1:502/unit/1?pulse=waveshare', after_kill: board";
  const std::pair<std::string, const char*> gates[] = {
      {"board: 'lcus:/dev/nowhere', after_kill: board", "the board has no pulse of its own"},
      {"board: 'sim:turnstile', after_kill: board", "the board has no pulse of its own"},
      {pulsing + ", mode: hold", "does not hold a gate open"},
      {pulsing + ", fail: safe", "keeps a fail-safe gate shut"},
  };
  for (const auto& [gate, told] : gates) {
    const auto said = check(site_with(gate));
    EXPECT_EQ(said.exit, 2) << gate;
    EXPECT_THAT(said.text, AllOf(HasSubstr("site.yaml:4:"), HasSubstr(told), HasSubstr("after_kill: guard"))) << gate;
  }
}

TEST_F(Command, CheckRefusesWhatIsNoSiteFile) {
  const std::pair<const char*, std::string> files[] = {
      {"empty", ""},
      {"YAML that ends early", "site: { name: A"},
      {"a tab", "site:\n\tname: A\n"},
      {"an escape", "site: { name: \"A\x1b[2J\", code: 1 }\n"},
      {"a hidden escape", "site: { name: \"A\\e[2J\", code: 1 }\n"},
      {"Latin-1", "site: { name: \"Caf\xe9\", code: 1 }\n"},
      {"NUL", std::string("site: \0", 7)},
      {"a list", "- 1\n- 2\n"},
      {"nested without end", std::string(5000, '[')},
      {"a megabyte", std::string(1 << 20, 'a')},
  };
  for (const auto& [what, content] : files) {
    SCOPED_TRACE(what);
    const auto said = check(content);
    EXPECT_EQ(said.exit, 2);
    EXPECT_THAT(said.text, HasSubstr("error: "));
    EXPECT_LT(said.text.size(), 20'000U);
    EXPECT_FALSE(world::acts_on_a_terminal(said.text)) << said.text;
    EXPECT_FALSE(json::parse(check(content, {"--json"}).text).at("good").as_bool());
  }
}

}  // namespace
}  // namespace gatepost
