// A fire alarm while another part of the site hangs: each in turn holds nobody's gate shut.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "world/command.hpp"
#include "world/modbus_server.hpp"
#include "world/places.hpp"
#include "world/pty.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;

// What is hung, and how: of the other lane its policy or its gate; an output; the disk; the screen.
struct Hung {
  const char* name;
  std::string devices{}, policies{}, lane{}, output{}, disk{};
  bool screen = false;
};
void PrintTo(const Hung& hung, std::ostream* out) { *out << hung.name; }

// Lane fire has a gate that the panel opens. Lane bad is where something hangs.
class Site {
 public:
  explicit Site(const Hung& hung) : shell_(world::plugins_folder() + ":" + world::faults_folder()), hung_(hung) {
    disk().write("people.csv", "subject\nE000001\n");
    disk().write("orders", "");
    ::mkfifo((disk() / "fifo").c_str(), 0600);
    ::mkfifo((disk() / "screen").c_str(), 0600);
    screen_ = ::open((disk() / "screen").c_str(), O_RDWR | O_CLOEXEC);
    disk().write("tape.jsonl", [] {
      std::string tape;
      for (int i = 0; i < 4000; ++i)
        tape += R"({"at_us":1,"text":"nobody"})"
                "\n";
      return tape;
    }());
    disk().write("site.yaml", text());
    std::vector<std::string> line{"/usr/bin/env",
                                  "GATEPOST_PLUGIN_PATH=" + world::plugins_folder() + ":" + world::faults_folder()};
    if (!hung.disk.empty()) {
      line.push_back("LD_PRELOAD=" + world::preload("faulty_disk"));
      line.emplace_back("ASAN_OPTIONS=verify_asan_link_order=0");
      line.push_back("FAULTY_DISK_ORDERS=" + (disk() / "orders").string());
      line.push_back("FAULTY_DISK_PREFIX=" + (disk() / "journal.db").string());
    }
    line.insert(line.end(), {world::command(), "run", file()});
    engine = std::make_unique<world::Process>(line, hung.screen ? disk() / "screen" : disk() / "out");
  }
  ~Site() { ::close(screen_); }

  const world::Scratch& disk() const { return shell_.disk(); }
  std::string file() const { return (disk() / "site.yaml").string(); }
  bool is_ready() {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (std::chrono::steady_clock::now() < end)
      if (shell_.say({"status", file()}).exit == 0) return true;
    return false;
  }
  void hang() {
    if (!hung_.disk.empty()) {
      disk().write("orders.new", hung_.disk);
      std::filesystem::rename(disk() / "orders.new", disk() / "orders");
    }
    gun_.write("E000001\r");
    std::this_thread::sleep_for(300ms);  // whatever hangs does so by now; the disk's is a sync of many seconds
  }
  std::string output() { return hung_.screen ? std::string() : engine->output(); }

  world::ModbusServer panel, board;
  std::unique_ptr<world::Process> engine;

 private:
  std::string text() const {
    return "site: { name: Fire, code: 7 }\njournal: { file: journal.db }\ndevices:\n"
           "  panel: { plugin: contact, device: '" +
           panel.board() +
           "/input/1', means: alarm }\n  gun: { plugin: serial, lines: many, device: 'serial:" + gun_.name() +
           "' }\n  tape: { plugin: replay, file: tape.jsonl, speed: max }\n  fire_gate: { plugin: turnstile_relay, "
           "board: '" +
           board.board() + "' }\n" + hung_.devices +
           "credentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }\n"
           "policies:\n  list: { plugin: roster, file: people.csv }\n" +
           hung_.policies + "outputs: { store: { plugin: local_store, file: store.db }" + hung_.output +
           " }\nlanes:\n  fire: { inputs: { panel: in" + (hung_.screen ? ", tape: in" : "") +
           " }, credentials: [card], policies: [list], actuator: fire_gate, opens_on_alarm: true, repeat_within: 0s, "
           "denied_at_most: none }\n"
           "  bad: { inputs: { gun: in }, credentials: [card], open_after_kill: accepted, " +
           (hung_.lane.empty() ? "policies: [list]" : hung_.lane) + " }\n";
  }

  world::Shell shell_;
  const Hung hung_;
  world::Pty gun_;
  int screen_ = -1;
};

bool becomes(const world::ModbusServer& board, bool on, std::chrono::milliseconds within) {
  const auto end = std::chrono::steady_clock::now() + within;
  while (board.coil(1) != on && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(1ms);  // a coil tells nobody
  return board.coil(1) == on;
}

// The contact is looked at every 20 ms and the board answers at once: the rest is this machine's. What hangs does so
// for longer than three times this.
constexpr auto bound = 5s;

class AlarmWhileHung : public testing::TestWithParam<Hung> {};

TEST_P(AlarmWhileHung, opens_in_time_and_shuts_again) {
  Site site(GetParam());
  ASSERT_TRUE(site.is_ready()) << site.output();
  site.hang();
  for (int i = 0; i < 3; ++i) {
    site.panel.input(1, true);
    EXPECT_TRUE(becomes(site.board, true, bound)) << site.output();
    site.panel.input(1, false);
    EXPECT_TRUE(becomes(site.board, false, bound)) << site.output();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Parts, AlarmWhileHung,
    testing::Values(Hung{.name = "nothing"},
                    Hung{.name = "policy",
                         .policies = "  oracle: { plugin: bad_policy, hang: true }\n",
                         .lane = "policies: [oracle], policy_timeout: 20s"},
                    Hung{.name = "gate",
                         .devices = "  door: { plugin: bad_actuator, fault: hang_in_release }\n",
                         .lane = "policies: [list], actuator: door, actuator_deadline: 20s"},
                    Hung{.name = "passage",
                         .devices = "  door: { plugin: bad_actuator, fault: hang_in_passage }\n",
                         .lane = "policies: [list], actuator: door"},
                    Hung{.name = "output", .output = ", bad: { plugin: faulty, fault: fifo, file: fifo }"},
                    Hung{.name = "disk", .disk = "slow 16000\n"}, Hung{.name = "screen", .screen = true}),
    [](const auto& hung) { return std::string(hung.param.name); });

// Four thousand verdicts are more than a pipe takes.
TEST(Screen, that_nobody_reads_holds_neither_a_lane_nor_the_stop) {
  Site site({.name = "screen", .screen = true});
  ASSERT_TRUE(site.is_ready());
  site.hang();
  world::Shell shell;
  const auto handled = [&] {
    const auto text = shell.say({"records", site.file(), "--json", "--limit", "10000"}).text;
    std::size_t count = 0;
    for (auto at = text.find("\"attempt\""); at != std::string::npos; at = text.find("\"attempt\"", at + 1)) ++count;
    return count;
  };
  std::size_t before = 0, now = handled();
  for (auto got_on = std::chrono::steady_clock::now(); now < 4000 && std::chrono::steady_clock::now() < got_on + 10s;
       now = handled()) {
    if (now > std::exchange(before, now)) got_on = std::chrono::steady_clock::now();
    std::this_thread::sleep_for(100ms);
  }
  EXPECT_GE(now, 4000U);
  site.engine->send(SIGTERM);
  EXPECT_EQ(site.engine->ends(20s), std::optional(0)) << "it waits for nobody who does not read";
}

}  // namespace
}  // namespace gatepost
