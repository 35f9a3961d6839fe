// What the benches of a lane's whole road share: a site of one gun and one gate, run by the real command, and the time
// from the last byte on the scanner's wire to the command on the relay board's wire, both real pseudo-terminals.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <thread>

#include "plugin_object.hpp"
#include "world/process.hpp"
#include "world/pty.hpp"
#include "world/scratch.hpp"

namespace bench {

namespace fs = std::filesystem;
using gatepost::world::Process;
using gatepost::world::Pty;
using gatepost::world::Scratch;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::string_view frame_on("\xA0\x01\x01\xA2", 4), frame_off("\xA0\x01\x00\xA1", 4);

struct Latency {
  double p50 = 0, p99 = 0;  ///< microseconds
};

inline std::string code(int i) {
  char text[16];
  std::snprintf(text, sizeof text, "E%06d", i);
  return text;
}

inline bool comes(Pty& board, std::string_view frame) {
  std::string got;
  while (got.find(frame) == got.npos) {
    const std::string more = board.read(1000, 4);
    if (more.empty()) return false;
    got += more;
  }
  return true;
}

// From the write of a whole code to the board's frame, in microseconds; none where the engine answered no, as it must
// where a busy machine keeps its disk from it for too long.
inline std::optional<double> scan(Pty& gun, Pty& board, int number) {
  const auto begun = Clock::now();
  gun.write(code(number % 1000) + "\r");
  if (!comes(board, frame_on)) return {};
  return std::chrono::duration<double, std::micro>(Clock::now() - begun).count();
}

// The board takes 10 ms between frames; the gate is back at rest by then.
constexpr auto between_scans = 25ms;

/// One of those that are scanned in turn, so that what else the machine does falls on all alike.
struct Way {
  std::string name{};
  Pty& gun;
  Pty& board;
  bool moves_back = true;  ///< the relay falls off by a frame of its own
  std::vector<double> times{};
  int unanswered = 0;

  void scan_once(int number) {
    if (const auto time = scan(gun, board, number)) {
      times.push_back(*time);
      if (moves_back) comes(board, frame_off);
    } else {
      ++unanswered;
    }
    std::this_thread::sleep_for(between_scans);
  }
};

inline Latency latency_of(const std::vector<double>& times) {
  if (times.empty()) return {};
  return {percentile(times, 0.5), percentile(times, 0.99)};
}

inline fs::path build() { return fs::read_symlink("/proc/self/exe").parent_path().parent_path(); }

inline std::string command() { return (build() / "bin/gatepost").string(); }

// With the plugins that work badly beside those that work well.
inline std::vector<std::string> run_line(const fs::path& site) {
  return {"/usr/bin/env",
          "GATEPOST_PLUGIN_PATH=" + (build() / "lib/gatepost/plugins").string() + ":" +
              (build() / "tests/integration/faults").string(),
          command(), "run", site.string()};
}

inline std::string people() {
  std::string list = "subject\n";
  for (int i = 0; i < 1000; ++i) list += code(i) + "\n";
  return list;
}

constexpr const char* rules = R"yaml(
credentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }
policies: { list: { plugin: roster, file: people.csv } }
)yaml";
constexpr const char* one_store = "outputs: { store: { plugin: local_store, file: store.db } }\n";

/// Who holds the relay board.
enum class Board { engine, guard };

inline std::string site_of_one(const Pty& gun, const Pty& board, const fs::path& journal, const std::string& outputs,
                               Board held_by) {
  const bool guarded = held_by == Board::guard;
  return "site: { name: Bench, code: 1 }\njournal: { file: " + journal.string() + " }\ndevices:\n" +
         "  gun: { plugin: serial, lines: many, device: \"serial:" + gun.name() + "\" }\n" +
         "  gate: { plugin: turnstile_relay, out: 0, board: \"lcus:" + board.name() +
         "\", pulse: 1ms, after_kill: " + (guarded ? "guard" : "nobody") + " }\n" + rules + outputs +
         "lanes:\n  main: { inputs: { gun: in }, credentials: [card], policies: [list], actuator: gate, repeat_within: "
         "0s, open_after_kill: " +
         (guarded ? "refused" : "accepted") + " }\n";
}

inline void ready_or_die(const Process& engine) {
  if (engine.says("ready in")) return;
  std::fprintf(stderr, "road_bench: %s\n", engine.output().c_str());
  std::exit(1);
}

/// A site at work, its gun and its board.
struct Road {
  Road(const fs::path& journal_folder, const std::string& outputs, Board held_by = Board::engine) {
    disk.write("people.csv", people());
    if (::mkfifo((disk / "fifo").c_str(), 0600) != 0) std::exit(1);
    const auto site = disk.write("site.yaml", site_of_one(gun, board, journal_folder / "journal.db", outputs, held_by));
    engine.emplace(run_line(site), disk / "out");
    ready_or_die(*engine);
    Way first{.gun = gun, .board = board};
    for (int i = 0; i < 50; ++i) first.scan_once(i);
  }
  Scratch disk;
  Pty gun, board;
  std::optional<Process> engine;
};

}  // namespace bench
