// The subcommands of `gatepost` that look at devices. They stand here, since the engine knows none.
#pragma once

#include "cli/command.hpp"

namespace gatepost::cli {

extern const Command devices, try_one, calibrate, learn, doctor, record, replay;

}  // namespace gatepost::cli
