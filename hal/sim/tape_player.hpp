// Plays a tape's entries with their times.
#pragma once

#include <gatepost/hal/address.hpp>
#include <gatepost/hal/tape.hpp>
#include <optional>
#include <stop_token>

#include "linux/wait.hpp"

namespace gatepost::hal {

class TapePlayer {
 public:
  /// sim:tape/FILE?pace=real (as it was; at its end it is silent) or none (at once, by a clock of its own that begins
  /// now and jumps; at its end an Error, tape_ended). An Error where the tape holds other entries than those of `kind`.
  static Result<TapePlayer> open(const Address& address, TapeEntry::Kind kind);

  struct Played {
    const TapeEntry* entry = nullptr;  ///< null: `timeout` was over, or stop was asked for
    MonotonicTime at{};
  };
  Result<Played> next(Duration timeout, const std::stop_token& stop);

  const Tape& tape() const { return tape_; }
  std::string identity() const { return "tape of " + (tape_.device.empty() ? file_ : tape_.device); }

 private:
  TapePlayer(Tape tape, std::string file, bool waits, StopEvent bell);
  Result<Played> jump(Duration timeout);

  Tape tape_;
  std::string file_;
  bool waits_;
  StopEvent bell_;
  MonotonicTime begun_, now_;
  std::size_t next_ = 0;
  bool over_ = false;
};

}  // namespace gatepost::hal
