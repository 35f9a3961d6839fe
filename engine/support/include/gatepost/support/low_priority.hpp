// Threads that work behind what a gate waits for.
#pragma once

#include <sys/resource.h>
#include <unistd.h>

namespace gatepost::support {

/// How much later than a lane's thread (nice(2)).
inline constexpr int behind_the_lanes = 10;

/// The kernel gives a lane the processor before the calling thread (on Linux setpriority(2) is of one thread). It stays
/// as it was where that is not allowed.
inline void step_behind_the_lanes() {
  static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), behind_the_lanes));
}

}  // namespace gatepost::support
