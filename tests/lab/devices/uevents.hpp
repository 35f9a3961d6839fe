// What the kernel tells of devices that come and go, and the device files that they bring.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace gatepost::lab {

constexpr std::chrono::seconds node_patience{20};  ///< an emulated machine, with another one beside it, is slow

/// Waits until `holds`, which is asked now and after each uevent, and after each that udevd is through with.
bool after_uevents(const std::function<bool()>& holds, std::chrono::milliseconds patience = node_patience);

/// The files below /dev of the device below a folder of /sys whose names begin with `kind`: "ttyACM", "input/event".
std::vector<std::string> nodes_of(const std::string& sysfs, const std::string& kind);

}  // namespace gatepost::lab
