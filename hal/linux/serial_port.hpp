// A serial line through the kernel's tty layer.
#pragma once

#include <gatepost/device_need.hpp>
#include <gatepost/hal/serial_port.hpp>

namespace gatepost::hal {

Result<std::unique_ptr<SerialPort>> open_linux_serial(const Address& address, LineSettings settings);

/// Without opening it.
Result<DeviceNeed> serial_line_need(const Address& address, const LineSettings& settings);

}  // namespace gatepost::hal
