// What happens in one run: the site, the people, and the faults with their moments. A text that survives changes which
// a seed does not.
#pragma once

#include <cstdint>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::simulation {

enum class FaultKind : std::uint8_t {
  // The engine's process and machine.
  freeze,     ///< the process stands still, its clocks go on
  sleep,      ///< the machine sleeps: the monotonic clock stands still too
  kill,       ///< and a new one is started `for` later
  stop,       ///< in good order, and a new one is started `for` later
  reload,     ///< other settings and new objects; value=1: without a pause
  swap,       ///< the lane gets another actuator
  lane_gone,  ///< for that long
  // The alarm contact.
  fire,
  // The wall clock.
  wall_leap,  ///< by `for`, back where value=1
  wall_unset,
  // The disk.
  disk_stall,
  disk_slow,   ///< each commit takes `for` longer
  disk_fails,  ///< nothing is kept
  disk_doubt,  ///< an Error, and half of it is kept all the same
  // Formats and policies. value=1: what hangs never comes back.
  format_hangs,
  format_fails,
  policy_hangs,
  policy_fails,
  policy_twice,  ///< each answer comes twice
  // The board of a lane's actuator.
  board_lost,      ///< takes no command and gives no answer; an "on" that failed may arrive until the driver's settling
  board_mute,      ///< acts and does not answer
  board_deaf,      ///< answers and does not act
  board_slow,      ///< the answer comes `for` late
  board_hangs,     ///< the call does not come back while it lasts
  board_refuses,   ///< an Error at once
  board_reboots,   ///< every channel off
  board_stays_on,  ///< welded
  look,            ///< a device has come or gone
  // Passages.
  passage_hangs,
  passage_fails,
  sensor_stuck,
  sensor_early,  ///< it closes as the gate opens
  // The machine: of the real journal's disk, and else as a kill or nothing.
  power_cut,  ///< value=1: now; else during one of the next calls of the disk
  copy,       ///< of all that stands on the disk
  put_back,   ///< the copy stands there again, marks and all, and the engine is started on it
  // Outputs, by their number. value=1: what hangs does not listen to a stop.
  output_slow,
  output_hangs,
  output_fails,
  output_gone,     ///< nobody is there
  output_busy,     ///< asks to be left alone for a time
  output_refuses,  ///< some Records for good
  output_refuses_all,
  output_mute,     ///< takes, and its answer is lost
  output_part,     ///< takes a part, and says so
  output_forgets,  ///< was put back itself: value=1: all that it had. A carrier: what is on its way is lost
  network_changes,
  letters_resent,  ///< a person has dead letters sent again
  // Of a board at the end of a wire.
  guard_killed,   ///< by somebody, while its engine lives
  guard_freezes,  ///< it stands still; its engine does not
  board_freezes,  ///< it takes what it is sent, answers nothing, and then acts on all of it
  // Of a gate that is looked at.
  board_switched,  ///< on, by somebody else
};
inline constexpr std::size_t fault_kinds = static_cast<std::size_t>(FaultKind::board_switched) + 1;
std::string_view to_word(FaultKind kind);
/// It has no lane.
constexpr bool is_of_site(FaultKind kind) {
  return kind == FaultKind::fire || kind == FaultKind::wall_unset || kind == FaultKind::disk_stall ||
         kind == FaultKind::disk_slow || kind == FaultKind::disk_fails || kind == FaultKind::disk_doubt;
}

constexpr bool is_of_board(FaultKind kind) {
  return (kind >= FaultKind::board_lost && kind <= FaultKind::board_stays_on) || kind >= FaultKind::guard_killed;
}

/// Its `lane` is an output's number.
constexpr bool is_of_output(FaultKind kind) {
  return (kind >= FaultKind::output_slow && kind <= FaultKind::output_forgets) || kind == FaultKind::letters_resent;
}

struct Fault {
  FaultKind kind{};
  int lane = 0;
  Duration at{};
  std::uint64_t effect = 0;  ///< at this effect of the machines instead, counted from 1
  bool after = false;        ///< it has been performed
  Duration length{};
  int value = 0;
};

enum class Board : std::uint8_t {
  pulse,      ///< each "on" ends by itself
  guarded,    ///< a coil that is held; a process beside the engine ends it
  unguarded,  ///< a coil that is held, and nobody ends it when the engine is gone
};

/// How its board is driven: by a model of an actuator, or by the real driver over simulated bytes.
enum class WireKind : std::uint8_t { none, tcp, rtu, lcus };

struct LanePlan {
  bool fail_open = false;
  bool output = true;  ///< its scanner tells the answer
  int formats = 1, policies = 1;
  Duration repeat{}, policy_timeout{}, record_deadline{}, actuator_deadline{};
  Board board = Board::pulse;
  Duration pulse{};    ///< an "on" ends after it, by itself or by the guard
  Duration passage{};  ///< the actuator waits for somebody to pass this long
  Duration again{};    ///< hold_open() is to be said again within it
  Duration timeout{};  ///< of a command
  bool sensor = true;
  WireKind wire = WireKind::none;
  int clients = 64;    ///< that its TCP board serves
  Duration forgets{};  ///< after so long a connection whose end it has not heard of
  Duration look{};     ///< how often it is looked at, at rest; zero: never
  Duration ask{};      ///< its scanner asks in or out, and waits so long to be told; zero: it does not
  Duration stays{};    ///< so long a direction that was said holds
};

struct OutputPlan {
  bool tells = true;  ///< what it holds
  std::size_t batch = 256;
  std::uint32_t refusals = 5, in_a_row = 20;
  std::uint64_t most_letters = 10'000;
  Duration alarm = std::chrono::minutes(1);
  std::uint64_t on_their_way = 0;  ///< not 0: a carrier takes them, and its other side says later what it keeps
};

/// What somebody shows. The same card is the same credential.
enum class Card : std::uint8_t {
  good,
  limited,
  not_listed,
  expired,
  not_yet_valid,
  unknown_code,
  not_genuine,
  damaged,
  refused,   ///< its format knows it and does not accept it
  member,    ///< its holder is judged by rules that know who is inside
  once,      ///< its holder may pass once, whatever the lane
  direction  ///< nobody's: the posted code of `out`, or of in
};
std::string_view to_word(Card card);

struct Act {
  Duration at{};
  int lane = 0;
  bool press = false;
  Card card = Card::good;
  int person = 0;
  bool out = false;                  ///< on the way out
  Duration held{};                   ///< the scan is handed over this long after the device has seen it
  std::optional<Duration> passes{};  ///< this long after the gate has opened; nothing: turns back
};

struct Plan {
  std::string why{};        ///< a sentence
  std::string mutant{};     ///< the guard that makes it red when it is taken out
  std::string invariant{};  ///< which is broken then
  std::uint64_t seed = 0;   ///< of latencies
  Duration length{};
  bool disk = false;  ///< the real journal, on a disk in memory
  std::vector<LanePlan> lanes{};
  std::vector<OutputPlan> outputs{};
  std::vector<Act> people{};
  std::vector<Fault> faults{};
};

Plan draw_plan(std::uint64_t seed);
std::string to_text(const Plan& plan);
Result<Plan> parse_plan(std::string_view text, const std::string& name);

}  // namespace gatepost::simulation
