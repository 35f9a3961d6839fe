// The devices that are looked at: scanners and boards that are plugged in, and what a site names.
#pragma once

#include <filesystem>
#include <gatepost/hal/bus.hpp>
#include <gatepost/result.hpp>
#include <string>
#include <vector>

#include "config/site.hpp"
#include "devices/doctor/machine.hpp"
#include "plugin/catalogue.hpp"

namespace gatepost::doctor {

/// What a device of a site is called, and the address that it has there.
struct Named {
  std::string entry;
  std::string address;
};

/// The addresses of hardware in the site's devices. What is secret is left out: a device is not named by it.
std::vector<Named> named_in(const config::Site& site);

struct CheckedDevice {
  hal::BusDevice device{};
  std::filesystem::path usb{};  ///< its USB device's folder in sysfs; empty where it hangs at no USB
  std::string entry{};          ///< the site's name for it; empty where the site has none

  /// For people: "gun, /dev/ttyACM0 (usb 0c2e:0b61 at 1-1.2, Honeywell Scanner)".
  std::string text() const;
};

/// Those that the site names, and those that are scanners or boards by their numbers or by their own word.
std::vector<CheckedDevice> patients_of(const Machine& machine, const std::vector<Named>& named,
                                       const plugin::Catalogue& catalogue);

/// Whether the address leads to what is plugged in now; the Error says what stands there instead, or that several
/// devices go by the name.
Result<void> is_there(const Machine& machine, const Named& named);

}  // namespace gatepost::doctor
