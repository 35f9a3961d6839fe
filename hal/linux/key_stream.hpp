// From the events of one input device to what was typed, and when. No I/O: the device is asked through a function.
#pragma once

#include <linux/input.h>

#include <deque>
#include <functional>
#include <gatepost/hal/keyboard.hpp>
#include <gatepost/result.hpp>
#include <span>

#include "linux/key_text.hpp"

namespace gatepost::hal {

/// How the keys stand.
struct KeyState {
  HeldKeys held{};
  bool caps_lock = false;
};

/// When the kernel had it, by CLOCK_MONOTONIC.
MonotonicTime time_of(const input_event& event);

class KeyStream {
 public:
  /// `ask` tells how the keys stand now; asking throws away what the kernel still holds of their events.
  KeyStream(KeyText text, std::function<Result<KeyState>()> ask) : text_(std::move(text)), ask_(std::move(ask)) {}

  /// As it is at the beginning.
  void begin(const KeyState& state) { text_.resync(state.held, state.caps_lock); }

  /// Events as the kernel gave them, in order. At SYN_DROPPED whatever of them is not yet told is dropped too: how the
  /// keys stood then is not known.
  Result<void> feed(std::span<const input_event> events);

  /// What was typed within a moment, so that its time is right for all of it; an empty one when nothing is left.
  Typed next();

  bool caps_lock() const { return text_.caps_lock(); }

 private:
  struct Piece {
    std::string text;
    MonotonicTime first, last;
    bool lost;
  };

  Result<void> drop(MonotonicTime at);
  void take(const input_event& event);

  KeyText text_;
  std::function<Result<KeyState>()> ask_;
  std::deque<Piece> pieces_;
  bool dropping_ = false;
};

}  // namespace gatepost::hal
