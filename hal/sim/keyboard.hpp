// A keyboard that types the lines of a file.
#pragma once

#include <gatepost/hal/keyboard.hpp>

namespace gatepost::hal {

/// sim:keys/FILE types a line every `every`, over and over with repeat=yes; a line that ends in a backslash is typed
/// without Enter, as a cut scan.
Result<std::unique_ptr<Keyboard>> open_sim_keyboard(const Address& address);

}  // namespace gatepost::hal
