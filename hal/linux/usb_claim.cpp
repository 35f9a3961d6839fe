#include "linux/usb_claim.hpp"

#include <algorithm>
#include <string>

#include "hid_descriptor.hpp"

namespace gatepost::hal {
namespace {

constexpr unsigned patience = 1000;            // milliseconds
constexpr std::uint8_t from_interface = 0x81;  // a standard request
constexpr std::uint8_t descriptor_of_reports = 0x22;

struct FreeList {
  void operator()(libusb_device** list) const { libusb_free_device_list(list, 1); }
};
struct FreeConfig {
  void operator()(libusb_config_descriptor* config) const { libusb_free_config_descriptor(config); }
};

Error usb_error(const std::string& what, int code, const UsbDevice& device) {
  const std::string why = what + ": " + libusb_strerror(code);
  if (code == LIBUSB_ERROR_ACCESS)
    return {why, device.identity.text(), "install Gatepost's udev rules, so that this user may open /dev/bus/usb/…"};
  if (code == LIBUSB_ERROR_BUSY) return {why, device.identity.text(), "another program has the device: stop it"};
  return {why, device.identity.text(), "plug it in again; dmesg tells more"};
}

// As the kernel names it: 1-1.2.
std::string port_of(libusb_device* device) {
  std::array<std::uint8_t, 8> ports{};
  const int depth = libusb_get_port_numbers(device, ports.data(), static_cast<int>(ports.size()));
  std::string text = std::to_string(libusb_get_bus_number(device));
  for (int i = 0; i < depth; ++i) text += (i == 0 ? "-" : ".") + std::to_string(ports.at(static_cast<std::size_t>(i)));
  return text;
}

Result<UsbHandle> open_at(libusb_context& context, const UsbDevice& device) {
  libusb_device** all = nullptr;
  const auto count = libusb_get_device_list(&context, &all);
  const std::unique_ptr<libusb_device*, FreeList> list(all);
  for (ssize_t i = 0; i < count; ++i) {
    if (port_of(all[i]) != device.identity.port) continue;
    libusb_device_handle* handle = nullptr;
    if (const int code = libusb_open(all[i], &handle); code != 0) return usb_error("cannot be opened", code, device);
    return UsbHandle(handle);
  }
  return Error{"is not where it was found", device.identity.text(), "plug it in again"};
}

// The class descriptor behind the interface's own (HID 1.11, 6.2.1): the length of the report descriptor at its end.
std::uint16_t descriptor_size(const libusb_interface_descriptor& setting) {
  const std::span bytes(setting.extra, static_cast<std::size_t>(std::max(setting.extra_length, 0)));
  if (bytes.size() < 9 || bytes[1] != LIBUSB_DT_HID || bytes[6] != descriptor_of_reports) return 0;
  return static_cast<std::uint16_t>(bytes[7] | bytes[8] << 8U);
}

HidInterface interface_of(const libusb_interface_descriptor& setting) {
  HidInterface found{.number = setting.bInterfaceNumber, .descriptor_size = descriptor_size(setting)};
  for (const auto& endpoint : std::span(setting.endpoint, setting.bNumEndpoints)) {
    if ((endpoint.bmAttributes & LIBUSB_TRANSFER_TYPE_MASK) != LIBUSB_TRANSFER_TYPE_INTERRUPT) continue;
    const bool in = (endpoint.bEndpointAddress & LIBUSB_ENDPOINT_IN) != 0;
    (in ? found.in : found.out) = endpoint.bEndpointAddress;
  }
  return found;
}

Result<std::vector<HidInterface>> interfaces_of(libusb_device_handle* handle, const UsbDevice& device) {
  libusb_config_descriptor* config = nullptr;
  const int code = libusb_get_active_config_descriptor(libusb_get_device(handle), &config);
  if (code != 0) return usb_error("does not tell its interfaces", code, device);
  const std::unique_ptr<libusb_config_descriptor, FreeConfig> owner(config);
  const std::string name = device.folder.filename().string();  // 1-1.2:1.0 where one interface is meant
  const auto meant = name.find(':') == std::string::npos ? std::string() : name.substr(name.rfind('.') + 1);
  std::vector<HidInterface> found;
  for (const auto& interface : std::span(config->interface, config->bNumInterfaces)) {
    if (interface.num_altsetting < 1 || interface.altsetting->bInterfaceClass != LIBUSB_CLASS_HID) continue;
    const HidInterface candidate = interface_of(*interface.altsetting);
    if (meant.empty() || meant == std::to_string(candidate.number)) found.push_back(candidate);
  }
  return found;
}

}  // namespace

UsbClaim::UsbClaim(UsbClaim&& other) noexcept
    : handle_(std::move(other.handle_)),
      interface_(other.interface_),
      claimed_(std::exchange(other.claimed_, false)),
      report_descriptor_(std::move(other.report_descriptor_)) {}

UsbClaim::~UsbClaim() { release(); }

void UsbClaim::release() {
  if (std::exchange(claimed_, false)) libusb_release_interface(handle_.get(), interface_.number);
}

Result<void> UsbClaim::claim(const UsbDevice& device) {
  const int code = libusb_claim_interface(handle_.get(), interface_.number);
  if (code != 0) return usb_error("cannot be taken", code, device);
  claimed_ = true;
  report_descriptor_.resize(interface_.descriptor_size);
  const int size = libusb_control_transfer(handle_.get(), from_interface, LIBUSB_REQUEST_GET_DESCRIPTOR,
                                           descriptor_of_reports << 8U, static_cast<std::uint16_t>(interface_.number),
                                           reinterpret_cast<unsigned char*>(report_descriptor_.data()),
                                           interface_.descriptor_size, patience);
  if (size < 0) return usb_error("does not tell its reports", size, device);
  report_descriptor_.resize(static_cast<std::size_t>(size));
  return {};
}

Result<UsbClaim> UsbClaim::make(libusb_context& context, const UsbDevice& device, std::optional<std::uint16_t> page) {
  auto handle = open_at(context, device);
  if (!handle) return handle.error();
  const auto interfaces = interfaces_of(handle->get(), device);
  if (!interfaces) return interfaces.error();
  if (interfaces->empty())
    return Error{"is there, but is no HID device", device.identity.text(), "set the scanner to HID mode"};
  libusb_set_auto_detach_kernel_driver(handle->get(), 1);  // and attach it again at the end
  UsbClaim claim(std::move(*handle), interfaces->front());
  for (const HidInterface& interface : *interfaces) {
    claim.release();
    claim.interface_ = interface;
    if (auto claimed = claim.claim(device); !claimed) return claimed.error();
    const auto descriptor = HidDescriptor::parse(claim.report_descriptor_);
    if (interfaces->size() == 1 || (page && descriptor && descriptor->has_page(*page))) return claim;
  }
  return Error{"has " + std::to_string(interfaces->size()) + " HID interfaces", device.identity.text(),
               "name the one that is meant: @" + device.identity.port + ":1.0"};
}

}  // namespace gatepost::hal
