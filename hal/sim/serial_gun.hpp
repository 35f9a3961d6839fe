// A scanner that plays the lines of a file, and what a person types.
#pragma once

#include <gatepost/hal/serial_port.hpp>

namespace gatepost::hal {

/// sim:lines/FILE and sim:gun/FILE play a line every `every`, over and over with repeat=yes (gun: yes by default); a
/// line that ends in a backslash is sent without its CR, as a cut scan. stdin=yes (gun) or sim:terminal add what a
/// person types.
Result<std::unique_ptr<SerialPort>> open_sim_serial(const Address& address);

}  // namespace gatepost::hal
