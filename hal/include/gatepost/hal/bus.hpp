// What is plugged into the machine, and what comes and goes.
#pragma once

#include <filesystem>
#include <gatepost/hal/identity.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::hal {

/// What a device can be used as.
enum class DeviceUse { keyboard, raw_hid, serial, camera, gpio };
std::string_view to_word(DeviceUse use);

/// One use of one device.
struct BusDevice {
  DeviceUse use{};
  std::string address{};         ///< ready for a site file; it names this one and no other
  std::filesystem::path file{};  ///< /dev/hidraw0
  Identity identity{};
  std::string driver{};                     ///< the kernel's: cdc_acm
  std::uint16_t usage_page = 0, usage = 0;  ///< of raw_hid: what its first collection is
  bool accessible = false;                  ///< this user may open it
};

struct BusChange {
  enum class Kind { added, removed, missed } kind{};  ///< missed: changes were lost, list again
  std::string subsystem{};                            ///< usb, tty, hidraw, input, video4linux, gpio
  std::filesystem::path file{};                       ///< empty: it has none
  Identity identity{};                                ///< of an added one
  MonotonicTime at{};
};

class Bus {
 public:
  virtual ~Bus() = default;

  /// In the order of ports.
  virtual Result<std::vector<BusDevice>> list() = 0;

  /// The next change; nothing when `timeout` is over or stop is asked for.
  virtual Result<std::optional<BusChange>> next(Duration timeout, const std::stop_token& stop) = 0;
};

/// This machine's. Changes come from udevd where it runs, when a device's links and rights are set; else from the
/// kernel. They are gathered from now on.
Result<std::unique_ptr<Bus>> open_bus();

}  // namespace gatepost::hal
