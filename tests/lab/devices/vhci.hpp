// The ports of vhci-hcd, the kernel's host controller whose devices are at the other end of a socket.
#pragma once

#include <optional>
#include <string>

namespace gatepost::lab {

enum class Speed { low = 1, full = 2, high = 3 };  ///< as the kernel numbers them

namespace vhci {

/// Which port has nothing in it; nothing when all are taken, or vhci-hcd is not loaded.
std::optional<int> free_port();

/// Puts the device that is served at the other end of `socket` into a port. False: the kernel will not have it.
bool attach(int port, int socket, Speed speed);

/// The device in a port as /sys/bus/usb/devices names it, "1-1"; empty when there is none, or it is not there yet.
std::string bus_id(int port);

/// Waits until a port is free again after its socket has been closed. False: not within ten seconds.
bool becomes_free(int port);

}  // namespace vhci
}  // namespace gatepost::lab
