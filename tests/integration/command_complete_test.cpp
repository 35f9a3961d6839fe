// What a person gets who presses Tab: asked of real shells.
#include <gmock/gmock.h>

#include <sstream>

#include "world/command.hpp"

namespace gatepost {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAre;

const fs::path scripts = fs::path(world::source_folder()) / "engine/cli/completion";

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

bool has(const std::string& program) { return fs::exists("/usr/bin/" + program); }

class Completion : public testing::Test {
 protected:
  Completion() {
    for (const char* name : {"north.yaml", "south.yml", "journal.db", "notes.txt", "card.png", "sites/east.yaml"})
      disk_.write(name, "");
    fs::create_directories(disk_ / "bin");
    fs::create_symlink(world::command(), disk_ / "bin/gatepost");
  }

  /// What a shell says to a script, in a folder of these files, with gatepost in its PATH.
  std::string ask(std::vector<std::string> shell, const std::string& script) {
    const std::string file = disk_.write(".script", script).string();
    std::vector<std::string> line{"/usr/bin/env", "--chdir=" + disk_.path().string(),
                                  "PATH=" + (disk_ / "bin").string() + ":/usr/bin:/bin",
                                  "HOME=" + disk_.path().string(), "GATEPOST_PLUGIN_PATH=" + world::plugins_folder()};
    line.insert(line.end(), shell.begin(), shell.end());
    line.push_back(file);
    world::Process process(line, disk_ / ".out");
    EXPECT_EQ(process.ends(), 0) << process.output();
    return process.output();
  }

  /// COMPREPLY for the words; the last one is begun.
  std::vector<std::string> bash(const std::vector<std::string>& words) {
    std::string all;
    for (const auto& word : words) all += " '" + word + "'";
    return lines(ask({"bash"}, "source " + (scripts / "gatepost.bash").string() + "\nCOMP_WORDS=(gatepost" + all +
                                   ")\nCOMP_CWORD=" + std::to_string(words.size()) +
                                   "\n_gatepost gatepost\n[ ${#COMPREPLY[@]} = 0 ] || printf '%s\\n' "
                                   "\"${COMPREPLY[@]}\"\n"));
  }
  /// What fish offers for a line: the words, without what they mean.
  std::vector<std::string> fish(const std::string& line) {
    auto all = lines(ask({"fish", "--no-config"},
                         "source " + (scripts / "gatepost.fish").string() + "\ncomplete -C '" + line + "'\n"));
    for (auto& one : all) one = one.substr(0, one.find('\t'));
    return all;
  }

  world::Scratch disk_;
};

TEST_F(Completion, OffersTheCommandsThatHelpTellsOf) {
  EXPECT_THAT(bash({"re"}), UnorderedElementsAre("reload", "records", "record", "replay", "revoke"));
  EXPECT_THAT(bash({""}), AllOf(IsSupersetOf({"run", "status", "unit", "help"}), Not(Contains("complete"))));
  EXPECT_THAT(bash({"help", "ver"}), UnorderedElementsAre("verify", "version"));
  EXPECT_THAT(bash({"frobnicate", ""}), IsEmpty());
}

TEST_F(Completion, OffersOptionsAndTheWordsThatTheyTake) {
  EXPECT_THAT(bash({"check", "--"}), UnorderedElementsAre("--json", "--echo", "--help"));
  EXPECT_THAT(bash({"records", "north.yaml", "--kind", "a"}), UnorderedElementsAre("attempt", "alarm"));
  EXPECT_THAT(bash({"records", "--kind", "=", "pa"}), ElementsAre("passage")) << "bash parts a word at =";
  EXPECT_THAT(bash({"records", "--kind", "="}), Contains("change"));
  EXPECT_THAT(bash({"trace", "-n", ""}), IsEmpty()) << "a number is the user's own";
}

TEST_F(Completion, OffersSiteFilesAndFoldersAndNothingElse) {
  EXPECT_THAT(bash({"run", ""}), UnorderedElementsAre("north.yaml", "south.yml", "sites", "bin"));
  EXPECT_THAT(bash({"run", "sites/"}), ElementsAre("sites/east.yaml"));
  EXPECT_THAT(bash({"records", "--limit", "5", "jo"}), ElementsAre("journal.db")) << "5 is no argument";
  EXPECT_THAT(bash({"decode", "a.png", "ca"}), ElementsAre("card.png"));
  EXPECT_THAT(bash({"diff", "north.yaml", "sou"}), ElementsAre("south.yml"));
  EXPECT_THAT(bash({"run", "north.yaml", "s"}), IsEmpty());
}

TEST_F(Completion, OffersThePluginsThatAreInstalled) {
  EXPECT_THAT(bash({"plugins", ""}), IsSupersetOf({"serial", "roster", "local_store"}));
  EXPECT_THAT(bash({"plugins", "ro"}), ElementsAre("roster"));
}

TEST_F(Completion, WorksInFish) {
  if (!has("fish")) GTEST_SKIP() << "fish is not installed";
  EXPECT_THAT(fish("gatepost re"), UnorderedElementsAre("reload", "records", "record", "replay", "revoke"));
  EXPECT_THAT(fish("gatepost records --kind a"), UnorderedElementsAre("attempt", "alarm"));
  EXPECT_THAT(fish("gatepost run "), UnorderedElementsAre("north.yaml", "south.yml", "sites/", "bin/"));
  EXPECT_THAT(fish("gatepost plugins "), IsSupersetOf({"serial", "roster"}));
}

// zsh completes only on a terminal: one of its own, which zpty gives it.
TEST_F(Completion, WorksInZsh) {
  if (!has("zsh")) GTEST_SKIP() << "zsh is not installed";
  const std::string said = ask({"zsh", "-f"}, "fpath=(" + scripts.string() + " $fpath)\n" + R"zsh(
zmodload zsh/zpty
zpty -b shell zsh -f
zpty -w shell "fpath=(${(j: :)fpath}); autoload -U compinit; compinit -u -d $HOME/.dump
show() { print -r -- \$BUFFER >>$HOME/.said; BUFFER= }; zle -N show; bindkey '^T' show; bindkey '^I' complete-word"
typeset -i asked=0
for line in 'gatepost rel' 'gatepost records --kind al' 'gatepost run no' 'gatepost plugins rost'; do
  zpty -w -n shell "$line"$'\t\C-t'
  asked+=1
  for i in {1..400}; do
    while zpty -rt shell rest; do :; done
    [[ -e $HOME/.said ]] && (( $(wc -l <$HOME/.said) >= asked )) && break
    sleep 0.02
  done
done
cat $HOME/.said
)zsh");
  EXPECT_THAT(lines(said), ElementsAre("gatepost reload ", "gatepost records --kind alarm ", "gatepost run north.yaml ",
                                       "gatepost plugins roster "));
}

TEST_F(Completion, IsTextForATerminalOnly) {
  world::Shell shell;
  EXPECT_THAT(lines(shell.say({"complete", "plugins", ""}).text), Each(Not(StartsWith("\x1b"))));
  EXPECT_EQ(shell.say({"complete"}).exit, 0);
}

}  // namespace
}  // namespace gatepost
