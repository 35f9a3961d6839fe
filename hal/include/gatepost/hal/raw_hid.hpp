// The reports of a HID device: scanners of the point-of-sale class, relay boards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <gatepost/hal/address.hpp>
#include <gatepost/hal/identity.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

namespace gatepost::hal {

/// Usage pages of what Gatepost reads (HID usage tables).
inline constexpr std::uint16_t page_desktop = 0x01;   ///< its usage 06 is a keyboard
inline constexpr std::uint16_t page_bar_code = 0x8C;  ///< a point-of-sale scanner
inline constexpr std::uint16_t page_vendor = 0xFF00;  ///< from here on each maker's own

/// What one read gave.
struct HidReport {
  std::size_t size = 0;  ///< bytes; 0: the time was over, or stop was asked for
  MonotonicTime at{};    ///< when it was seen to be there
  bool lost = false;     ///< reports before it may have been lost: more of them waited than the kernel keeps
};

/// How large a report is in bytes, without its number; 0: there is none of that kind.
struct HidReportSize {
  std::size_t input = 0, output = 0, feature = 0;
};

/// A report begins with its number where the device numbers its reports (read), and always when it is sent or asked
/// for: 0 where it has none. read() is called by one thread at a time; the others may run beside it.
class RawHid {
 public:
  virtual ~RawHid() = default;

  /// The next input report, whole. An Error when the device is gone, or when the report is larger than `into`.
  virtual Result<HidReport> read(std::span<std::byte> into, Duration timeout, const std::stop_token& stop) = 0;

  virtual Result<void> write(std::span<const std::byte> output) = 0;

  /// report[0]: its number. How many bytes came, with the number.
  virtual Result<std::size_t> get_feature(std::span<std::byte> report) = 0;
  virtual Result<void> set_feature(std::span<const std::byte> report) = 0;

  /// The device's report descriptor, as it gave it (HID 1.11, 6.2.2): hostile. size_of() reads it.
  virtual std::span<const std::byte> descriptor() const = 0;

  /// What it says of itself.
  virtual Identity device() const = 0;

  /// For people.
  virtual std::string identity() const = 0;

  /// Of the report of this number, 0 where they have none. An Error where the descriptor cannot be read.
  Result<HidReportSize> size_of(std::uint8_t number) const;
};

/// usb:VVVV:PPPP@PORT?via=auto (hidraw where the kernel drives it, else libusb; hidraw, libusb), hidraw:/dev/hidraw0,
/// sim:hid/FILE, sim:tape/FILE; hal/README.md has their options. `page`: of several HID interfaces of a device the one
/// that is of this usage page. Nobody else who asks for a lock gets it meanwhile.
Result<std::unique_ptr<RawHid>> open_raw_hid(const Address& address, std::optional<std::uint16_t> page = {});

/// How a device is read best.
enum class HidUse { keyboard, reports };

/// By what it says of itself: a scanner that has a point-of-sale interface is read there, where control characters and
/// the symbology come through; else one with a keyboard is a keyboard. Opens nothing but what sysfs tells.
Result<HidUse> hid_use(const Address& address);

}  // namespace gatepost::hal
