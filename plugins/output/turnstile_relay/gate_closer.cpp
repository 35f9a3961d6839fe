#include "gate_closer.hpp"

#include <string>

namespace turnstile {

using gatepost::Duration;
using gatepost::Error;
using gatepost::Result;
using gatepost::hal::RelayShape;
using namespace std::chrono_literals;

namespace {

// The engine shuts a gate that is held; the guard does only where the engine has not by then.
constexpr Duration engine_may_be_late = 1s;
// As when the engine hangs during an alarm.
constexpr Duration held_without_a_word = 5s;

Duration round_up(Duration time, Duration step) { return (time + step - 1ns) / step * step; }

std::string in_seconds(Duration time) {
  const auto tenths = round_up(time, 100ms) / 100ms;
  return std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10)) + " s";
}

std::optional<Error> board_cannot(const Gate& gate, const RelayShape& board) {
  const char* key = "after_kill";
  if (!board.pulse_step)
    return Error{
        "the board has no pulse of its own", key,
        "write 'after_kill: guard'; or, where the board can and its address does not say so, add pulse=waveshare"};
  if (gate.mode == Mode::hold)
    return Error{"a board's own pulse does not hold a gate open", key, "write 'mode: pulse' or 'after_kill: guard'"};
  if (gate.fail == Fail::safe)
    return Error{"a board's own pulse switches on, which keeps a fail-safe gate shut", key,
                 "write 'after_kill: guard'"};
  return {};
}

}  // namespace

Result<GateCloser> GateCloser::by_board(const Gate& gate, const RelayShape& board) {
  if (auto why = board_cannot(gate, board)) return *why;
  GateCloser closer;
  closer.who_ = Who::board;
  closer.after_kill_ = {round_up(gate.pulse, *board.pulse_step), "the board's own pulse"};
  return closer;
}

Result<GateCloser> GateCloser::by_guard(const Gate& gate, const RelayShape& board) {
  if (auto program = gatepost::hal::guard_program(); !program) return program.error();
  GateCloser closer;
  closer.who_ = Who::guard;
  closer.pulses_ = gate.mode == Mode::pulse;
  closer.terms_ = {.channels = gate.channels,
                   .on_at_rest = gate.fail == Fail::safe,
                   .longest = closer.pulses_ ? gate.pulse : gate.passage_timeout + engine_may_be_late};
  const Duration within = gatepost::hal::guard_releases_within(board, gate.channels.size());
  closer.guard_within_ = within;
  closer.after_kill_ = {within, "the guard process; where the engine hangs and is not dead, " +
                                    in_seconds(closer.terms_.longest + within) + " after it was opened"};
  return closer;
}

// A guard goes with the engine; only the board's own pulse does not.
Result<GateCloser> GateCloser::make(Choice choice, const Gate& gate, const RelayShape& board) {
  auto closer = of(choice, gate, board);
  if (!closer) return closer;
  if (auto set = closer->set_in_alarm(gate.in_alarm); !set) return set.error();
  closer->after_power_cut_ = {.shut_without_power = gate.fail == Fail::secure, .own_power = board.own_power};
  if (closer->who_ == Who::board) closer->after_power_cut_.longest = closer->after_kill_->longest;
  return closer;
}

// Nobody but a guard can end what is held: a board's own clock knows pulses alone.
Result<void> GateCloser::set_in_alarm(InAlarm chosen) {
  if (chosen == InAlarm::shut && who_ != Who::guard && who_ != Who::simulation)
    return Error{"nobody shuts a gate that an alarm holds open when the engine is killed", "in_alarm",
                 "write 'after_kill: guard' too, or 'in_alarm: open'"};
  shuts_in_alarm_ = chosen != InAlarm::open && who_ == Who::guard;
  return {};
}

Duration GateCloser::held_at_most() const { return shuts_in_alarm_ ? held_without_a_word : gatepost::hal::without_end; }

std::optional<gatepost::AfterKill> GateCloser::after_kill_in_alarm() const {
  if (who_ == Who::simulation) return after_kill_;
  if (!shuts_in_alarm_) return {};
  return gatepost::AfterKill{guard_within_, "the guard process; where the engine hangs and is not dead, " +
                                                in_seconds(held_without_a_word + guard_within_) +
                                                " after it said last that there is an alarm"};
}

Result<GateCloser> GateCloser::of(Choice choice, const Gate& gate, const RelayShape& board) {
  GateCloser closer;
  switch (choice) {
    case Choice::board:
      return by_board(gate, board);
    case Choice::guard:
      return by_guard(gate, board);
    case Choice::nobody:
      return closer;
    case Choice::automatic:
      break;
  }
  if (!board.simulated) return board_cannot(gate, board) ? by_guard(gate, board) : by_board(gate, board);
  closer.who_ = Who::simulation;
  closer.after_kill_ = {0s, "the end of the simulation, which runs in the engine"};
  return closer;
}

Result<std::unique_ptr<gatepost::hal::Relay>> GateCloser::open(const gatepost::hal::Address& address,
                                                               const gatepost::hal::FindBoard& find) const {
  return is_guard() ? open_guarded_relay(address, terms_, find) : open_relay(address, find);
}

}  // namespace turnstile
