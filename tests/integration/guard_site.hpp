// A site of one gun and one gate whose board a guard holds, run by the real command. The test is the gun and the board.
#pragma once

#include <sys/prctl.h>

#include <boost/json/parse.hpp>
#include <memory>
#include <string>
#include <vector>

#include "world/command.hpp"
#include "world/guards.hpp"
#include "world/pty.hpp"

namespace gatepost {

class GuardSite {
 public:
  using Clock = std::chrono::steady_clock;
  static inline const std::string on{"\xA0\x01\x01\xA2", 4}, off{"\xA0\x01\x00\xA1", 4};

  /// `gate`: settings of its device beside board. `address`: in place of the LCUS board's that the test plays.
  /// `plugins`: the folders where the command looks for them.
  explicit GuardSite(const std::string& gate, const std::string& address = {},
                     const std::string& plugins = world::plugins_folder())
      : shell_(plugins) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // a guard whose engine is killed becomes the test's to bury
    plug();
    board_address_ = address.empty() ? "lcus:" + link().string() : address;
    disk().write("people.csv", "subject\nE000001\n");
    write(gate);
  }
  ~GuardSite() {
    engine_.reset();
    world::soon([] { return ::waitpid(-1, nullptr, WNOHANG) == -1; });
  }

  /// The site file anew, with those settings of the gate beside board, and of the lane.
  void write(const std::string& gate, const std::string& lane = "") {
    disk().write("site.yaml",
                 "site: { name: Guard, code: 4017 }\ndevices:\n  gun: { plugin: serial, lines: many, device: 'serial:" +
                     gun_.name() + "' }\n  gate: { plugin: turnstile_relay, " + gate + ", board: '" + board_address_ +
                     "' }\ncredentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }\n"
                     "policies: { list: { plugin: roster, file: people.csv } }\n"
                     "lanes: { main: { inputs: { gun: in }, credentials: [card], policies: [list], "
                     "actuator: gate, repeat_within: 0s, denied_at_most: none" +
                     lane + " } }\n");
  }
  world::Said say(const std::string& command, const std::vector<std::string>& options = {}) {
    std::vector<std::string> words{command, (disk() / "site.yaml").string()};
    words.insert(words.end(), options.begin(), options.end());
    return shell_.say(words);
  }

  const world::Scratch& disk() const { return shell_.disk(); }
  world::Process& engine() { return *engine_; }

  /// The board's cable is put in: its name leads to a new terminal.
  void plug() {
    board_ = std::make_unique<world::Pty>();
    std::filesystem::create_symlink(board_->name(), link());
  }
  void unplug() {
    std::filesystem::remove(link());
    board_.reset();
  }

  /// Until its gate is at rest.
  void run() {
    engine_ = shell_.start({"run", (disk() / "site.yaml").string()});
    ASSERT_TRUE(engine_->says("gate up")) << engine_->output();
    ASSERT_TRUE(engine_->says("gun up")) << engine_->output();
  }
  void kill() {
    engine_->send(SIGKILL);
    engine_->wait();
  }
  void scan() { gun_.write("E000001\r"); }
  /// Scans; whether the gate opens. A gate at rest may be told so once more before that: the engine sees to it when the
  /// kernel tells of any device of this machine.
  bool opens(std::chrono::milliseconds patience = std::chrono::seconds(5)) {
    scan();
    std::string said = frame(patience);
    while (said == off) said = frame(patience);
    return said == on;
  }

  /// The next frame at the board; empty when none comes.
  std::string frame(std::chrono::milliseconds patience = std::chrono::seconds(5)) {
    return board_->read(static_cast<int>(patience.count()), 4);
  }

  /// The one guard that holds the board, or -1.
  pid_t guard() const {
    const auto found = world::guards_of(board_address_);
    return found.size() == 1 ? found[0] : -1;
  }
  bool guard_ends(std::chrono::milliseconds patience = std::chrono::seconds(5)) const {
    return world::soon([&] { return world::guards_of(board_address_).empty(); }, patience);
  }

  /// What `gatepost check` says of the lane.
  std::chrono::milliseconds printed_bound() {
    const auto said = say("check", {"--json"});
    const auto lanes = boost::json::parse(said.text).at("after_kill").as_array();
    return std::chrono::milliseconds(std::lround(lanes.at(0).at("seconds").to_number<double>() * 1000));
  }

 private:
  std::filesystem::path link() const { return disk() / "board"; }

  world::Shell shell_;
  world::Pty gun_;
  std::unique_ptr<world::Pty> board_;
  std::string board_address_;
  std::unique_ptr<world::Process> engine_;
};

}  // namespace gatepost
