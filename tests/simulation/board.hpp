// One relay of a board that moves a gate: what its contact does, whoever asks.
#pragma once

#include <cstdint>
#include <functional>
#include <gatepost/time.hpp>

#include "faults.hpp"
#include "plan.hpp"
#include "relay_board.hpp"
#include "scheduler.hpp"

namespace gatepost::simulation {

class BoardModel {
 public:
  BoardModel(Scheduler& scheduler, Faults& faults, int lane) : scheduler_(scheduler), faults_(faults), lane_(lane) {}

  /// The contact is closed: the gate is open.
  bool is_on() const { return wired_ != nullptr ? wired_->on(1) : contact_; }
  /// It is the relay of a board at the end of a wire.
  void is_of(const RelayBoard& wired) { wired_ = &wired; }
  /// By itself or by the guard it ends after `longest`; zero: it never does.
  void on(Duration longest) {
    asked_ = coil_ = contact_ = true;
    const std::uint64_t version = ++version_;
    pulse_ = longest > Duration::zero() ? version : 0;
    if (longest > Duration::zero())
      scheduler_.in_world(longest, [this, version] {
        if (version == version_) off();
      });
  }
  void off() {
    ++version_;
    pulse_ = 0;
    asked_ = coil_ = false;
    settle();
  }
  /// The number of the pulse that it is in; 0: of none.
  std::uint64_t pulse() const { return pulse_; }
  /// The board says that it did, and does not.
  void pretend(bool on) { asked_ = on; }
  /// What it says when it is asked.
  bool says_on() const { return faults_.active(FaultKind::board_deaf, lane_) != nullptr ? asked_ : contact_; }
  /// By a hand switch of its own: it stays on until it is told off.
  void switch_on() {
    if (wired_ == nullptr) on(Duration::zero());
  }
  /// It is well again: what was welded falls off, and what was pretended is done.
  void heal() {
    if (faults_.active(FaultKind::board_deaf, lane_) == nullptr && !asked_) coil_ = false;
    settle();
  }

 private:
  void settle() {
    if (!coil_ && faults_.active(FaultKind::board_stays_on, lane_) == nullptr) contact_ = false;
  }

  Scheduler& scheduler_;
  Faults& faults_;
  const int lane_;
  const RelayBoard* wired_ = nullptr;
  bool asked_ = false, coil_ = false, contact_ = false;
  std::uint64_t version_ = 0, pulse_ = 0;
};

}  // namespace gatepost::simulation
