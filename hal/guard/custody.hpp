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

/// Used by one thread.
class Custody {
 public:
  using Open = std::function<Result<std::unique_ptr<Relay>>()>;

  /// `terms`: a request to take. `open` opens the board, at first and whenever it was lost.
  Custody(const Request& terms, Open open, const Clock& clock);

  /// Opens the board and moves nothing. The answer has its identity.
  Answer take(std::uint32_t number);

  Answer answer(const Request& request);

  /// When expire() has something to do.
  std::optional<MonotonicTime> next_due() const;

  /// Puts to rest what has been out of it for as long as it may; what the board does not take is tried again soon.
  void expire();

  /// Puts every channel to rest, whatever becomes of one, and then asks the board whether it is so.
  Result<void> rest();

 private:
  struct Channel {
    std::optional<MonotonicTime> due{};  ///< out of rest until then
    std::optional<Error> trouble{};      ///< why it could not be put to rest then
  };

  Answer act(const Request& request, Channel& channel);
  Result<void> move(int number, Channel& channel, bool on, Duration out_of_rest);
  Answer ask_input(const Request& request);
  /// Opens the board where it is lost; lets go of it after an Error.
  template <class F>
  Result<void> with_board(F work);

  const bool rest_on_;
  const Duration longest_;
  const Open open_;
  const Clock& clock_;
  std::unique_ptr<Relay> board_;
  std::map<int, Channel> channels_;
};

}  // namespace gatepost::hal::guard
