// How a running site ends: by its terminal, and with a gate that cannot be shut.
#include <gmock/gmock.h>
#include <sys/ioctl.h>

#include "world/command.hpp"
#include "world/places.hpp"
#include "world/pty.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

// As a terminal's window has it: a session of its own, whose terminal it is.
class InATerminal {
 public:
  InATerminal(const std::filesystem::path& site, const std::filesystem::path& output) {
    char name[128];
    if (::openpty(&master_, &slave_, name, nullptr, nullptr) != 0) std::abort();
    const std::string program = world::command(), file = site.string(), plugins = world::plugins_folder(),
                      out = output.string();
    pid_ = ::fork();
    if (pid_ != 0) return;
    ::close(master_);
    ::setsid();
    ::ioctl(slave_, TIOCSCTTY, 0);
    ::dup2(slave_, 0);
    const int log = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY, 0600);
    ::dup2(log, 1);
    ::dup2(log, 2);
    ::close(slave_);
    ::setenv("GATEPOST_PLUGIN_PATH", plugins.c_str(), 1);
    ::execl(program.c_str(), program.c_str(), "run", file.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ~InATerminal() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
    if (master_ >= 0) ::close(master_);
  }
  InATerminal(const InATerminal&) = delete;
  InATerminal& operator=(const InATerminal&) = delete;
  void hang_up() { ::kill(pid_, SIGHUP); }
  void close_the_window() {
    ::close(slave_);
    ::close(std::exchange(master_, -1));
  }
  std::optional<int> ends(std::chrono::seconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < end) {
      int status = 0;
      if (::waitpid(pid_, &status, WNOHANG) == pid_) {
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
      }
      std::this_thread::sleep_for(5ms);  // a child of another session: nothing to wait on
    }
    return {};
  }

 private:
  int master_ = -1, slave_ = -1;
  pid_t pid_ = -1;
};

bool appears(const std::filesystem::path& file, const std::string& text) {
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (std::chrono::steady_clock::now() < end) {
    std::ifstream in(file);
    const std::string all{std::istreambuf_iterator<char>(in), {}};
    if (all.find(text) != std::string::npos) return true;
    std::this_thread::sleep_for(5ms);  // a file has nothing to wait on
  }
  return false;
}

constexpr const char* empty_site = R"(site: { name: End, code: 7 }
journal: { file: journal.db }
devices: { tape: { plugin: replay, file: tape.jsonl } }
credentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }
lanes: { entry: { inputs: { tape: in }, credentials: [card] } }
)";

TEST(EndOfRun, ALostTerminalStopsIt) {
  const world::Scratch disk;
  disk.write("tape.jsonl", "{\"at_us\":1,\"text\":\"E000001\"}\n");
  const auto site = disk.write("site.yaml", empty_site);
  InATerminal engine(site, disk / "out");
  ASSERT_TRUE(appears(disk / "out", "ready in"));
  engine.hang_up();  // by a person: a reload, as the terminal is still there
  ASSERT_TRUE(appears(disk / "out", "The site file is as it was."));
  engine.close_the_window();
  EXPECT_EQ(engine.ends(10s), std::optional(0));
  EXPECT_TRUE(appears(disk / "out", "Stopped; every gate is at rest."));
}

TEST(EndOfRun, AGateThatCannotBeShutIsSaidAndNotCalledAtRest) {
  world::Shell shell;
  auto board = std::make_unique<world::Pty>();
  shell.disk().write("people.csv", "subject\nE000001\n");
  const auto site = shell.disk().write(
      "site.yaml",
      "site: { name: End, code: 7 }\njournal: { file: journal.db }\ndevices:\n  tape: { plugin: replay, file: "
      "tape.jsonl }\n  gate: { plugin: turnstile_relay, out: 0, after_kill: nobody, board: 'lcus:" +
          board->name() +
          "' }\ncredentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }\npolicies: { list: { "
          "plugin: roster, file: people.csv } }\nlanes: { entry: { inputs: { tape: in }, credentials: [card], "
          "policies: [list], actuator: gate, open_after_kill: accepted } }\n");
  shell.disk().write("tape.jsonl", "{\"at_us\":1,\"text\":\"nobody\"}\n");
  const auto engine = shell.start({"run", site.string()});
  ASSERT_TRUE(engine->says("ready in")) << engine->output();
  ASSERT_TRUE(engine->says("gate up")) << engine->output();
  board.reset();
  engine->send(SIGTERM);
  EXPECT_EQ(engine->ends(), std::optional(1));
  EXPECT_THAT(engine->output(), HasSubstr("not known to be at rest: the gate of lane entry: "));
  EXPECT_THAT(engine->output(), Not(HasSubstr("every gate is at rest")));
  EXPECT_THAT(shell.say({"records", site.string()}).text, HasSubstr("not_at_rest"));
}

}  // namespace
}  // namespace gatepost
