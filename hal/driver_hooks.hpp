// What the simulation takes out of the drivers, to see that it is missed. In the product each of these is a constant,
// and the compiler leaves nothing of it; engine/core/hooks.hpp says more.
#pragma once

namespace gatepost::hal {

enum class Mutant {
  opening_sent_again,       ///< what opens is sent again where its answer was lost
  last_look_left_out,       ///< the deadline is not looked at right before the bytes leave
  given_up_is_settled,      ///< what opens and was given up is not waited for
  held_copy_forgotten,      ///< by a guard: the same of a hold that was sent again
  dead_guard_is_settled,    ///< what a guard that is no more had asked its board for is not waited for
  frozen_board_is_settled,  ///< what opens counts as over though its board has answered nothing since
  opened_line_is_silent,    ///< what whoever had the line before has sent last is not waited for
};

#ifdef GATEPOST_SIMULATION
bool mutant(Mutant which);
#else
constexpr bool mutant(Mutant) { return false; }
#endif

}  // namespace gatepost::hal
