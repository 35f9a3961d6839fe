// The channels of one board in a guard's hands: what it is asked, and what it does unasked when a time is over.
#pragma once

#include <functional>
#include <gatepost/hal/relay.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "guard/message.hpp"

namespace gatepost::hal::guard {

/// Used by one thread. Times are the boot clock's: what is out of rest when the machine falls asleep is overdue when it
/// wakes.
class Failsafe {
 public:
  using Open = std::function<Result<std::unique_ptr<Relay>>()>;

  /// `terms`: a request to take. `open` opens the board, at first and whenever it was lost.
  Failsafe(const Request& terms, Open open, const Clock& clock);

  /// Opens the board and moves nothing. The answer has its identity.
  Answer take(std::uint32_t number);

  /// A request that came after its deadline moves nothing; one to put to rest is never late.
  Answer answer(const Request& request);

  /// When expire() has something to do.
  std::optional<BootTime> next_due() const;

  /// Puts to rest what has been out of it for as long as it may, and what a command that failed may have moved, until
  /// nothing of that can arrive any more. What the board does not take is tried again soon.
  void expire();

  /// Puts every channel to rest, whatever becomes of one, and then asks the board whether it is so. An Error as long as
  /// something of a command that failed may still arrive, too.
  Result<void> rest();

  /// The same when the engine is gone: what is held without end stays so, for nobody is there who could end it.
  Result<void> rest_after_engine();

 private:
  struct Channel {
    std::optional<BootTime> due{};   ///< out of rest until then
    std::optional<Error> trouble{};  ///< why it could not be put to rest then
    BootTime held_until{};           ///< no pulse ends before
    bool stays = false;              ///< out of rest until it is told otherwise, whatever becomes of the engine
    BootTime settled_at{};           ///< until then something of a command that failed may arrive
  };

  Answer act(const Request& request, Channel& channel);
  Result<void> move(int number, Channel& channel, bool on, Duration out_of_rest, BootTime not_after = BootTime::max());
  Result<void> hold(const Request& request, Channel& channel);
  Result<void> read_back(int number, const Channel& channel, State& state);
  Answer ask_input(const Request& request);
  void put_to_rest(int number, Channel& channel);
  Result<void> confirm_rest(Relay& board, int number) const;
  /// Opens the board where it is lost; lets go of it after an Error where it does not connect anew by itself.
  template <class F>
  Result<void> with_board(F work);

  const bool rest_on_;
  const Duration longest_;
  const Open open_;
  const Clock& clock_;
  std::unique_ptr<Relay> board_;
  Duration unsettled_{};  ///< what the board said of that after the last Error
  std::map<int, Channel> channels_;
};

}  // namespace gatepost::hal::guard
