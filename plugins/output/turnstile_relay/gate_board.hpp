// What is said to the board of a gate, what is believed of its answers, and when a command that failed is over.
//
// Without threads, locks and clocks of its own, so that the simulation runs it as it is here.
#pragma once

#include <functional>
#include <gatepost/actuator.hpp>
#include <gatepost/hal/relay.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace turnstile {

/// Used by one thread at a time.
class GateBoard {
 public:
  struct Manner {
    std::set<int> channels{};  ///< every one that is used
    bool on_is_open = true;    ///< no for a gate that a relay keeps shut
    bool pulses = true;        ///< a release is a pulse, whoever ends it
    gatepost::Duration pulse{};
    bool ends_pulses = false;  ///< whoever keeps the board ends a pulse without the engine
    bool is_guard = false;     ///< the board is held by a guard
    std::string where{};       ///< for people
  };
  using Open = std::function<gatepost::Result<std::unique_ptr<gatepost::hal::Relay>>()>;

  /// `open` opens the board, at first and whenever it was lost. The clock outlives it.
  GateBoard(Manner manner, Open open, const gatepost::Clock& clock);

  bool is_open() const { return board_ != nullptr; }
  /// Nothing where it is not open.
  const std::shared_ptr<gatepost::hal::Relay>& relay() const { return board_; }

  /// All channels, whatever becomes of one.
  gatepost::Result<void> shut_all();
  gatepost::Result<void> hold_all(gatepost::Duration renewed_within);

  /// Whether a channel that was shut last is so no more: a board that cannot say so is told again.
  gatepost::Result<bool> has_moved();

  /// An Error as long as a command that failed may be on its way: who asks for the next one would be let in by it, or
  /// behind it.
  gatepost::Result<void> is_settled() const;

  /// When the board had taken the command. After an Error it has been shut again, as far as the board took that.
  gatepost::Result<gatepost::MonotonicTime> release(int channel, gatepost::BootTime deadline, std::string_view lane);

  /// A pulse that its closer ends is over at `ends`; the board's own is left alone, a guard is asked what became of it.
  gatepost::Result<void> shut(int channel, gatepost::MonotonicTime ends);

 private:
  template <class F>
  gatepost::Result<void> keeping_the_board(F work);
  template <class F>
  gatepost::Result<void> moving_the_board(F work);
  gatepost::Result<void> put(gatepost::hal::Relay& board, int channel, bool open);
  gatepost::Result<void> confirm(gatepost::hal::Relay& board, int channel, bool open) const;
  gatepost::Result<void> not_denied(gatepost::hal::Relay& board, int channel, gatepost::MonotonicTime begun) const;
  gatepost::Error contradiction(const gatepost::hal::Relay& board, int channel, bool open) const;
  /// `open`: the gate's state, not the relay's.
  bool relay_of(bool open) const { return open == manner_.on_is_open; }

  const Manner manner_;
  const Open open_;
  const gatepost::Clock& clock_;
  std::shared_ptr<gatepost::hal::Relay> board_;
  std::map<int, gatepost::MonotonicTime> shut_{};  ///< channels, from when they are shut; not those that are open
  gatepost::BootTime settled_at_{};  ///< until then something of a command that failed may reach the board
};

}  // namespace turnstile
