// The reports of a HID device: scanners of the point-of-sale class, relay boards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <gatepost/hal/address.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

namespace gatepost::hal {

/// What one read gave.
struct HidReport {
  std::size_t size = 0;  ///< bytes; 0: the time was over, or stop was asked for
  MonotonicTime at{};
};

/// A report begins with its number where the device numbers its reports (read), and always when it is sent or asked
/// for: 0 where it has none. read() is called by one thread at a time; the others may run beside it.
class RawHid {
 public:
  virtual ~RawHid() = default;

  /// The next input report, whole; the kernel keeps 64. An Error when the device is gone, or when the report is larger
  /// than `into`.
  virtual Result<HidReport> read(std::span<std::byte> into, Duration timeout, const std::stop_token& stop) = 0;

  virtual Result<void> write(std::span<const std::byte> output) = 0;

  /// report[0]: its number. How many bytes came, with the number.
  virtual Result<std::size_t> get_feature(std::span<std::byte> report) = 0;
  virtual Result<void> set_feature(std::span<const std::byte> report) = 0;

  /// The device's report descriptor, as it gave it (HID 1.11, 6.2.2).
  virtual std::span<const std::byte> descriptor() const = 0;

  /// For people.
  virtual std::string identity() const = 0;
};

/// usb:VVVV:PPPP@PORT?via=auto (hidraw where the kernel drives it, else libusb; hidraw, libusb), hidraw:/dev/hidraw0,
/// sim:hid/FILE; hal/README.md has their options.
Result<std::unique_ptr<RawHid>> open_raw_hid(const Address& address);

}  // namespace gatepost::hal
