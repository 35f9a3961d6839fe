#include "gate_board.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace turnstile {

using gatepost::BootTime;
using gatepost::Duration;
using gatepost::Error;
using gatepost::MonotonicTime;
using gatepost::Result;
using gatepost::hal::Relay;
using namespace std::chrono_literals;

namespace {

constexpr Duration longest_step = 1s;  // that a board's own pulse is rounded up by

Error too_late(std::string_view lane) {
  return {"the command came after its deadline and was not carried out", std::string(lane),
          "look for what holds the engine or the board up, or set actuator_deadline"};
}

}  // namespace

GateBoard::GateBoard(Manner manner, Open open, const gatepost::Clock& clock)
    : manner_(std::move(manner)), open_(std::move(open)), clock_(clock) {}

// Opens the board where it is not open, and lets go of it after an Error, so that the next command opens it anew. What
// it was asked before that may still arrive, and the next one knows nothing of it.
template <class F>
Result<void> GateBoard::keeping_the_board(F work) {
  if (!board_) {
    auto opened = open_();
    if (!opened) return opened.error();
    board_ = std::move(*opened);
  }
  Result<void> done = work(*board_);
  if (done || board_->reconnects()) return done;
  settled_at_ = std::max(settled_at_, clock_.boot() + board_->unsettled());
  board_.reset();
  return done;
}

// As keeping_the_board, for what opens the gate.
template <class F>
Result<void> GateBoard::moving_the_board(F work) {
  return keeping_the_board([&](Relay& board) {
    const Result<void> moved = work(board);
    if (!moved) settled_at_ = std::max(settled_at_, clock_.boot() + board.unsettled());
    return moved;
  });
}

Result<void> GateBoard::shut_all() {
  return keeping_the_board([&](Relay& board) -> Result<void> {
    Result<void> first;
    for (const int channel : manner_.channels)
      if (auto set = put(board, channel, false); !set && first) first = set;
    return first;
  });
}

// Of a gate that another lane has open nothing is asked.
Result<bool> GateBoard::has_moved() {
  bool moved = false;
  const auto looked = keeping_the_board([&](Relay& board) -> Result<void> {
    for (const auto& [channel, from] : shut_) {
      if (clock_.now() < from) continue;
      const auto state = board.read_back(channel);
      if (!state) return state.error();
      if (*state && **state != relay_of(false)) moved = true;
      if (*state) continue;
      if (auto told = board.set(channel, relay_of(false)); !told) return told;
    }
    return {};
  });
  if (!looked) return looked.error();
  return moved;
}

Result<void> GateBoard::hold_all(Duration renewed_within) {
  return moving_the_board([&](Relay& board) -> Result<void> {
    Result<void> first;
    shut_.clear();
    for (const int channel : manner_.channels) {
      auto set = board.hold(channel, relay_of(true), renewed_within);
      if (set) set = confirm(board, channel, true);
      if (!set && first) first = set;
    }
    return first;
  });
}

Result<void> GateBoard::is_settled() const {
  if (clock_.boot() >= settled_at_ && (!board_ || board_->unsettled() <= 0s)) return {};
  return Error{"a command that failed may still reach the board; the gate is kept shut until that is over",
               manner_.where, "look for what the board or its network suffers from"};
}

Result<MonotonicTime> GateBoard::release(int channel, BootTime deadline, std::string_view lane) {
  if (auto settled = is_settled(); !settled) return settled.error();
  MonotonicTime begun{}, done{};
  bool taken = false;
  const auto moved = moving_the_board([&](Relay& board) -> Result<void> {
    begun = clock_.now();  // opening the board may have taken long
    shut_.erase(channel);
    auto told = manner_.ends_pulses ? board.pulse(channel, manner_.pulse, deadline)
                                    : board.set(channel, relay_of(true), deadline);
    done = clock_.now();
    taken = told.has_value();
    if (!taken) return told;
    if (manner_.ends_pulses && !manner_.is_guard) shut_[channel] = done + manner_.pulse + longest_step;
    // The board was slow, and whoever asked counts on a gate that stays shut.
    return clock_.boot() <= deadline ? not_denied(board, channel, begun) : too_late(lane);
  });
  if (moved) return done;
  // It may have moved the gate all the same. What a guard's board failed the guard undoes by itself.
  if (begun != MonotonicTime{} && (taken || !manner_.is_guard))
    static_cast<void>(keeping_the_board([&](Relay& board) { return put(board, channel, false); }));
  return moved.error();
}

Result<void> GateBoard::shut(int channel, MonotonicTime ends) {
  const bool over = board_ && clock_.now() >= ends;  // a board that is opened anew knows of no pulse
  return keeping_the_board([&](Relay& board) -> Result<void> {
    if (!manner_.ends_pulses || (manner_.is_guard && !over)) return put(board, channel, false);
    if (!manner_.is_guard) return {};
    auto confirmed = confirm(board, channel, false);
    if (confirmed) shut_[channel] = clock_.now();
    return confirmed;
  });
}

Result<void> GateBoard::put(Relay& board, int channel, bool open) {
  shut_.erase(channel);
  auto done = board.set(channel, relay_of(open));
  if (done) done = confirm(board, channel, open);
  if (done && !open) shut_[channel] = clock_.now();
  return done;
}

// A board that says otherwise afterwards is not believed to have obeyed.
Result<void> GateBoard::confirm(Relay& board, int channel, bool open) const {
  auto state = board.read_back(channel);
  if (!state) return state.error();
  if (*state && **state != relay_of(open)) return contradiction(board, channel, open);
  return {};
}

// Whether the board says that a gate stayed shut that it was told to open. One that does not answer has perhaps
// obeyed, and so has one whose pulse may be over; of its own pulse no board is known to say what its relay is.
Result<void> GateBoard::not_denied(Relay& board, int channel, MonotonicTime begun) const {
  if (manner_.ends_pulses && !manner_.is_guard) return {};
  const auto state = board.read_back(channel);
  const bool may_be_over = manner_.pulses && clock_.now() >= begun + manner_.pulse;
  if (!state || !*state || **state == relay_of(true) || may_be_over) return {};
  return contradiction(board, channel, true);
}

Error GateBoard::contradiction(const Relay& board, int channel, bool open) const {
  return {"relay " + std::to_string(channel) + " was switched " + (relay_of(open) ? "on" : "off") +
              " and says that it is not",
          board.identity(), "check the board and its power"};
}

}  // namespace turnstile
