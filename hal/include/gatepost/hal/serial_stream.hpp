// A serial line to a board.
#pragma once

#include <gatepost/hal/byte_stream.hpp>
#include <gatepost/hal/serial_port.hpp>
#include <memory>

namespace gatepost::hal {

/// Opens the port at connect(), and again when it is gone. The line has no connection: a reset throws away what has not
/// been sent yet, and leaves the port open, as opening it moves lines that some boards take for a restart.
std::unique_ptr<ByteStream> serial_stream(Address address, LineSettings settings);

}  // namespace gatepost::hal
