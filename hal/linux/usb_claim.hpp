// An interface of a USB device, taken from the kernel's driver through libusb and given back.
#pragma once

#include <libusb.h>

#include <cstdint>
#include <gatepost/result.hpp>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "linux/usb.hpp"

namespace gatepost::hal {

struct CloseUsb {
  void operator()(libusb_context* context) const { libusb_exit(context); }
  void operator()(libusb_device_handle* handle) const { libusb_close(handle); }
};
using UsbContext = std::unique_ptr<libusb_context, CloseUsb>;
using UsbHandle = std::unique_ptr<libusb_device_handle, CloseUsb>;

/// One HID interface, as the device's configuration tells it.
struct HidInterface {
  int number = 0;
  std::uint8_t in = 0, out = 0;  ///< endpoints; 0: it has none
  std::uint16_t descriptor_size = 0;
};

/// A claimed interface. It must not outlive `context`.
class UsbClaim {
 public:
  /// `page`: of several HID interfaces the one of this usage page.
  static Result<UsbClaim> make(libusb_context& context, const UsbDevice& device, std::optional<std::uint16_t> page);
  UsbClaim(UsbClaim&& other) noexcept;
  UsbClaim& operator=(UsbClaim&& other) = delete;
  ~UsbClaim();

  libusb_device_handle* handle() const { return handle_.get(); }
  const HidInterface& interface() const { return interface_; }
  const std::vector<std::byte>& report_descriptor() const { return report_descriptor_; }

 private:
  UsbClaim(UsbHandle handle, HidInterface interface) : handle_(std::move(handle)), interface_(interface) {}
  Result<void> claim(const UsbDevice& device);
  void release();

  UsbHandle handle_;
  HidInterface interface_;
  bool claimed_ = false;
  std::vector<std::byte> report_descriptor_;
};

}  // namespace gatepost::hal
