// What is plugged in, as sysfs tells it.
#pragma once

#include <filesystem>
#include <gatepost/hal/bus.hpp>
#include <vector>

namespace gatepost::hal {

/// Every use of every device, in the order of ports: USB devices first, then what is built in. `sys`, `dev`: other
/// roots for tests.
std::vector<BusDevice> list_devices(const std::filesystem::path& sys = "/sys",
                                    const std::filesystem::path& dev = "/dev");

}  // namespace gatepost::hal
