// A plugin's examined bytes ▶ its descriptor.
#pragma once

#include <string>

#include <gatepost/descriptor.hpp>

namespace gatepost::plugin {

/// Loads the sealed copy that is open as `descriptor`, which stays open and loaded till the process ends, and asks
/// whether it agrees with this engine. `where` names it in errors.
Result<const Descriptor*> load_copy(int descriptor, const std::string& where);

}  // namespace gatepost::plugin
