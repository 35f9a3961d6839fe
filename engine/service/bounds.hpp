// What a service's process takes from itself before it loads anything foreign.
#pragma once

#include <gatepost/settings.hpp>

namespace gatepost::service {

/// No privileges that it has not, no core file, `memory` and no more, 256 open files, a low priority; it ends when the
/// thread that has started it does.
void bound_this_process(ByteSize memory);

}  // namespace gatepost::service
