// A site of one gun, one gate and the outputs of your choice, run by the real command. The test is the gun and the
// relay board.
#pragma once

#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "journal/reader.hpp"
#include "world/command.hpp"
#include "world/guards.hpp"
#include "world/places.hpp"
#include "world/pty.hpp"

namespace gatepost {

class OutputSite {
 public:
  /// `outputs`: the entries below "outputs:", in braces.
  explicit OutputSite(const std::string& outputs) : shell_(world::plugins_folder() + ":" + world::faults_folder()) {
    std::string people = "subject\n";
    for (int i = 0; i < 1000; ++i) people += code(i) + "\n";
    disk().write("people.csv", people);
    std::filesystem::permissions(disk().write("key", "a key that both sides of the test share\n"),
                                 std::filesystem::perms(0600));
    disk().write("site.yaml",
                 "site: { name: Outputs, code: 4017 }\njournal: { file: journal.db }\ndevices:\n  gun: { plugin: "
                 "serial, lines: many, "
                 "device: 'serial:" +
                     gun_.name() + "' }\n  gate: { plugin: turnstile_relay, out: 0, board: 'lcus:" + board_.name() +
                     "', pulse: 1ms }\ncredentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }\n"
                     "policies: { list: { plugin: roster, file: people.csv } }\noutputs: " +
                     outputs +
                     "\nlanes: { main: { inputs: { gun: in }, credentials: [card], policies: [list], actuator: gate, "
                     "repeat_within: 0s, denied_at_most: none } }\n");
  }

  const world::Scratch& disk() const { return shell_.disk(); }
  std::filesystem::path journal() const { return disk() / "journal.db"; }
  std::string file() const { return (disk() / "site.yaml").string(); }

  /// Until it is ready and its gate at rest.
  void run() {
    engine_ = shell_.start({"run", file()});
    ASSERT_TRUE(engine_->says("ready in")) << engine_->output();
    ASSERT_TRUE(engine_->says("gun up")) << engine_->output();
    ASSERT_TRUE(engine_->says("gate up")) << engine_->output();
    board_.read(100);
  }
  world::Process& engine() { return *engine_; }
  void kill() { engine_.reset(); }
  /// Its exit status; nothing when it does not end in time.
  std::optional<int> stop(std::chrono::milliseconds patience = std::chrono::seconds(5)) {
    engine_->send(SIGTERM);
    return engine_->ends(patience);
  }

  /// From the scan to the board's order to close the relay; nothing when none comes within 2 s.
  std::optional<std::chrono::microseconds> scan() {
    const auto begun = std::chrono::steady_clock::now();
    gun_.write(code(scans_++ % 1000) + "\r");
    if (!board_says(std::string_view("\xA0\x01\x01\xA2", 4))) return {};
    const auto took = std::chrono::steady_clock::now() - begun;
    board_says(std::string_view("\xA0\x01\x00\xA1", 4));
    comes_to_rest();
    return std::chrono::duration_cast<std::chrono::microseconds>(took);
  }

  world::Said say(const std::string& command, std::vector<std::string> options = {}) {
    options.insert(options.begin(), {command, file()});
    return shell_.say(options);
  }

  /// Kilobytes of /proc/PID/status, by its key.
  long memory(const std::string& key) const {
    std::ifstream status("/proc/" + std::to_string(engine_->pid()) + "/status");
    for (std::string line; std::getline(status, line);)
      if (line.starts_with(key + ":")) return std::strtol(line.c_str() + key.size() + 1, nullptr, 10);
    return 0;
  }

 private:
  /// Until whoever was let in has passed: before that the gate answers "busy".
  void comes_to_rest() {
    world::soon([&] { return say("status").text.find("at rest") != std::string::npos; }, std::chrono::seconds(5));
  }

  bool board_says(std::string_view frame) {
    std::string got;
    while (got.find(frame) == std::string::npos) {
      const std::string more = board_.read(2000, 4);
      if (more.empty()) return false;
      got += more;
    }
    return true;
  }
  static std::string code(int i) {
    char text[16];
    std::snprintf(text, sizeof text, "E%06d", i);
    return text;
  }

  world::Shell shell_;
  world::Pty gun_, board_;
  std::unique_ptr<world::Process> engine_;
  int scans_ = 0;
};

}  // namespace gatepost
