// Who has a device file open.
#pragma once

#include <string>

namespace gatepost::hal {

/// "brltty (process 812)" for the first other process found with the file open, else empty. Sees only processes that
/// this user may look into.
std::string holder_of(const std::string& file);

}  // namespace gatepost::hal
