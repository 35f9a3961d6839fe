// Who shuts a gate that is open when the engine is killed: the board itself, a guard process, or nobody.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <gatepost/actuator.hpp>
#include <gatepost/hal/guarded_relay.hpp>
#include <gatepost/settings.hpp>
#include <memory>
#include <optional>
#include <set>

namespace turnstile {

enum class Mode : std::uint8_t { pulse, hold };
constexpr auto setting_names(Mode) {
  return std::array{gatepost::Choice{"pulse", Mode::pulse}, gatepost::Choice{"hold", Mode::hold}};
}
enum class Fail : std::uint8_t { secure, safe };
constexpr auto setting_names(Fail) {
  return std::array{gatepost::Choice{"secure", Fail::secure}, gatepost::Choice{"safe", Fail::safe}};
}
enum class Choice : std::uint8_t { automatic, board, guard, nobody };
constexpr auto setting_names(Choice) {
  return std::array{gatepost::Choice{"auto", Choice::automatic}, gatepost::Choice{"board", Choice::board},
                    gatepost::Choice{"guard", Choice::guard}, gatepost::Choice{"nobody", Choice::nobody}};
}

/// What a gate that an alarm holds open becomes when the engine is killed then.
enum class InAlarm : std::uint8_t { automatic, shut, open };
constexpr auto setting_names(InAlarm) {
  return std::array{gatepost::Choice{"auto", InAlarm::automatic}, gatepost::Choice{"shut", InAlarm::shut},
                    gatepost::Choice{"open", InAlarm::open}};
}

/// How the gate is driven.
struct Gate {
  InAlarm in_alarm = InAlarm::automatic;
  Mode mode = Mode::pulse;
  Fail fail = Fail::secure;
  gatepost::Duration pulse{};
  gatepost::Duration passage_timeout{};
  std::set<int> channels{};
};

class GateCloser {
 public:
  /// An Error where the board cannot do what was chosen, or the guard's program is not there.
  static gatepost::Result<GateCloser> make(Choice choice, const Gate& gate, const gatepost::hal::RelayShape& board);

  /// `find`: the drivers that plugins bring.
  gatepost::Result<std::unique_ptr<gatepost::hal::Relay>> open(const gatepost::hal::Address& address,
                                                               const gatepost::hal::FindBoard& find) const;

  bool is_guard() const { return who_ == Who::guard; }

  /// Whether a release is a pulse() that ends without the engine.
  bool ends_pulses() const { return who_ == Who::board || (is_guard() && pulses_); }

  /// Without a word so long the guard shuts a gate that is held open; without_end: not even when the engine is gone.
  gatepost::Duration held_at_most() const;

  const std::optional<gatepost::AfterKill>& after_kill() const { return after_kill_; }
  std::optional<gatepost::AfterKill> after_kill_in_alarm() const;
  const gatepost::AfterPowerCut& after_power_cut() const { return after_power_cut_; }

 private:
  enum class Who : std::uint8_t { board, guard, simulation, nobody };
  gatepost::Result<void> set_in_alarm(InAlarm chosen);
  static gatepost::Result<GateCloser> of(Choice choice, const Gate& gate, const gatepost::hal::RelayShape& board);
  static gatepost::Result<GateCloser> by_board(const Gate& gate, const gatepost::hal::RelayShape& board);
  static gatepost::Result<GateCloser> by_guard(const Gate& gate, const gatepost::hal::RelayShape& board);

  Who who_ = Who::nobody;
  bool pulses_ = false;
  bool shuts_in_alarm_ = false;
  gatepost::Duration guard_within_{};
  gatepost::hal::GuardTerms terms_{};
  std::optional<gatepost::AfterKill> after_kill_{};
  gatepost::AfterPowerCut after_power_cut_{};
};

}  // namespace turnstile
