// Hears from the kernel that a device has come or gone.
#pragma once

#include <functional>
#include <gatepost/result.hpp>
#include <string_view>
#include <thread>

namespace gatepost::supervisor {

/// Whether a uevent tells of a device of a gate's kind that came or went: of a kernel's message (ACTION@DEVPATH, then
/// KEY=VALUE, a NUL after each) and of udevd's, which has a header before the same (systemd, sd-device's monitor).
bool tells_of_a_device(std::string_view message);

/// Calls back from a thread of its own, once for what came together: at most each 20 ms. The kernel tells when a device
/// is there, and udevd, where it runs, once its rights and links are set; both are listened to (netlink(7),
/// NETLINK_KOBJECT_UEVENT). It needs no privilege.
class HotplugMonitor {
 public:
  /// An Error where the kernel does not let it listen: then devices are found by trying.
  static Result<HotplugMonitor> listen(std::function<void()> callback);

 private:
  explicit HotplugMonitor(std::jthread thread) : thread_(std::move(thread)) {}
  std::jthread thread_;
};

}  // namespace gatepost::supervisor
