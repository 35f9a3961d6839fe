// A simulated turnstile behind a simulated board.
#pragma once

#include <gatepost/hal/relay.hpp>

namespace gatepost::hal {

/// sim:turnstile?pass_after=800ms&balk=0.2&seed=1&log=FILE&fail_after=N&silent=yes. Relay 1 unlocks it inwards, relay 2
/// outwards; `pass_after` later somebody walks through and input 1 or 2 closes for a moment, or, with the probability
/// `balk`, nobody does. Each command that changes a relay is appended to `log` as "NANOSECONDS relay CHANNEL on|off".
/// For faults: after `fail_after` commands the board answers none any more; a `silent` one takes commands and does
/// nothing.
Result<std::unique_ptr<Relay>> open_sim_turnstile(const Address& address);

Result<RelayShape> sim_turnstile_shape(const Address& address);

}  // namespace gatepost::hal
