// What the kernel tells of devices that come and go, and the device files that they bring.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace gatepost::lab {

/// Hears the kernel's uevents from its making on, so: make it, look, and then wait for what may change what was seen.
class Uevents {
 public:
  Uevents();
  ~Uevents();
  Uevents(const Uevents&) = delete;
  Uevents& operator=(const Uevents&) = delete;

  /// The next one's words, "ACTION=add", "DEVNAME=ttyACM0" …; empty when none comes within `patience`.
  std::vector<std::string> next(std::chrono::milliseconds patience);

 private:
  int socket_;
};

constexpr std::chrono::seconds node_patience{20};  ///< an emulated machine, with another one beside it, is slow

/// Waits until `holds`, which is asked now and after each uevent; what it says in the end.
bool after_uevents(const std::function<bool()>& holds, std::chrono::milliseconds patience = node_patience);

/// The files below /dev of the device below a folder of /sys whose names begin with `kind`: "ttyACM", "input/event".
std::vector<std::string> nodes_of(const std::string& sysfs, const std::string& kind);

}  // namespace gatepost::lab
