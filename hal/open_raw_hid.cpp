#include <gatepost/hal/device_needs.hpp>
#include <gatepost/hal/options.hpp>
#include <gatepost/hal/raw_hid.hpp>

#include "hid_descriptor.hpp"
#include "linux/device_need.hpp"
#include "linux/hid_sysfs.hpp"
#include "linux/hidraw.hpp"
#include "linux/libusb_hid.hpp"
#include "sim/pos_scanner.hpp"
#include "sim/tape_devices.hpp"

namespace gatepost::hal {
namespace {

enum class Via { any, hidraw, libusb };

Result<Via> via_of(const Address& address) {
  constexpr std::array<std::string_view, 3> words{"auto", "hidraw", "libusb"};
  OptionReader options(address);
  const auto via = static_cast<Via>(options.word("via", words, 0));
  if (auto done = options.done(); !done) return done.error();
  return via;
}

Result<std::unique_ptr<RawHid>> open_usb_hid(const Address& address, std::optional<std::uint16_t> page) {
  const auto via = via_of(address);
  if (!via) return via.error();
  const auto name = UsbName::parse(address.target);
  if (!name) return name.error();
  const auto device = find_usb(*name);
  if (!device) return device.error();
  if (*via == Via::libusb) return open_libusb_hid(*device, page);
  const auto file = hidraw_of(*device, page);
  if (!file) return file.error();
  if (*file) return open_hidraw(**file);
  if (*via == Via::any) return open_libusb_hid(*device, page);
  return Error{"is there, but the kernel made no hidraw device of it", device->identity.text(),
               "write ?via=libusb, or load the driver: modprobe usbhid"};
}

// hidraw:/dev/hidraw0, which has no options.
Result<std::filesystem::path> hidraw_file(const Address& address) {
  if (auto done = OptionReader(address).done(); !done) return done.error();
  return named_file(address, {});
}

bool plays_reports(const Address& address) { return address.scheme == "sim" && address.target.starts_with("hid/"); }

Error no_raw_hid(const Address& address) {
  return {"is no address of a HID device", address.text().substr(0, 80),
          "write usb:VVVV:PPPP@PORT, hidraw:/dev/hidraw0, sim:hid/FILE or sim:tape/FILE"};
}

std::size_t bytes(std::uint32_t bits) { return (bits + 7) / 8; }

}  // namespace

Result<HidReportSize> RawHid::size_of(std::uint8_t number) const {
  const auto parsed = HidDescriptor::parse(descriptor());
  if (!parsed) return Error{parsed.error().what, identity(), parsed.error().remedy};
  const auto found = parsed->reports.find(number);
  if (found == parsed->reports.end()) return HidReportSize{};
  return HidReportSize{bytes(found->second.input), bytes(found->second.output), bytes(found->second.feature)};
}

Result<DeviceNeeds> raw_hid_needs(const Address& address) {
  if (address.scheme == "usb") {
    if (const auto via = via_of(address); !via) return via.error();
    return only(need_of_usb(address.target));
  }
  if (address.scheme == "hidraw") {
    const auto file = hidraw_file(address);
    if (!file) return file.error();
    return DeviceNeeds{need_of_file(*file)};
  }
  if (plays_reports(address) || is_tape(address)) return DeviceNeeds{};
  return no_raw_hid(address);
}

Result<std::unique_ptr<RawHid>> open_raw_hid(const Address& address, std::optional<std::uint16_t> page) {
  if (address.scheme == "usb") return open_usb_hid(address, page);
  if (address.scheme == "hidraw") {
    const auto file = hidraw_file(address);
    if (!file) return file.error();
    return open_hidraw(*file);
  }
  if (plays_reports(address)) return open_sim_hid(address);
  if (is_tape(address)) return open_tape_hid(address);
  return no_raw_hid(address);
}

Result<HidUse> hid_use(const Address& address) {
  if (is_tape(address)) return tape_use(address);
  if (address.scheme != "usb") {
    const bool reports = address.scheme == "hidraw" || address.target.starts_with("hid/");
    return reports ? HidUse::reports : HidUse::keyboard;
  }
  const auto name = UsbName::parse(address.target);
  if (!name) return name.error();
  return hid_use_of(*name);
}

}  // namespace gatepost::hal
