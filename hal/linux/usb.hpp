// USB devices by vendor, product, port and serial number, found in sysfs: it is there with udevd and without.
//
//   usb:0c2e:0b61            the only one of its kind
//   usb:0c2e:0b61@1-1.2      the one at this port, and no other; @1-1.2:1.0 one interface of it
//   usb:0c2e:0b61/SN0042     the one with this serial number
#pragma once

#include <filesystem>
#include <gatepost/hal/identity.hpp>
#include <gatepost/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::hal {

struct UsbName {
  std::uint16_t vendor = 0, product = 0;
  std::string port{};        ///< empty: any
  std::string interface {};  ///< "1.0"; empty: any
  std::string serial{};      ///< empty: any

  /// What follows `usb:`. An Error says what is wrong with it.
  static Result<UsbName> parse(std::string_view text);
};

struct UsbDevice {
  std::filesystem::path folder{};  ///< in sysfs; of the interface where one is named
  Identity identity{};
};

/// The file that the kernel made for a folder of sysfs, as its uevent names it; empty where it made none.
std::filesystem::path device_node(const std::filesystem::path& folder, const std::filesystem::path& dev = "/dev");

/// Every device that is plugged in but root hubs, by port. `sys`: another root for tests.
std::vector<UsbDevice> usb_devices(const std::filesystem::path& sys = "/sys");

/// The one device that the name fits. An Error where there is none (and what stands at its port instead, and where
/// else there is one of its kind), and where there are several: all their ports.
Result<UsbDevice> find_usb(const UsbName& name, const std::filesystem::path& sys = "/sys");

/// Its files of one subsystem (tty, hidraw, input, video4linux, gpio), as /dev names them, in order.
std::vector<std::filesystem::path> device_files(const UsbDevice& device, std::string_view subsystem,
                                                const std::filesystem::path& sys = "/sys");

/// Its only file of that subsystem. An Error where it has none ("is there, but no driver made a … of it") or several:
/// name the interface.
Result<std::filesystem::path> device_file(const UsbDevice& device, std::string_view subsystem,
                                          const std::filesystem::path& sys = "/sys");

/// The same from what follows `usb:`.
Result<std::filesystem::path> usb_device_file(std::string_view name, std::string_view subsystem);

/// The identity of the USB device that a device file belongs to (/dev/ttyACM0, or a link to it); an empty one where it
/// belongs to none.
Identity identity_of_file(const std::filesystem::path& file, const std::filesystem::path& sys = "/sys");

}  // namespace gatepost::hal
