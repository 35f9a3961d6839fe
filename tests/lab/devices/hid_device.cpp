// Device Class Definition for Human Interface Devices 1.11.
#include "devices/hid_device.hpp"

#include "devices/descriptors.hpp"

namespace gatepost::lab {
namespace {

constexpr std::uint8_t get_descriptor = 6, hid_kind = 0x21, report_kind = 0x22;
enum Request : std::uint8_t { get_report_request = 1, set_report_request = 9, set_idle = 10, set_protocol = 11 };

}  // namespace

Bytes HidDevice::hid_descriptor() const {
  return joined({{9, hid_kind, 0x11, 1, 0, 1, report_kind}, little(shape_.report_descriptor.size(), 2)});
}

Bytes HidDevice::configuration() const {
  return descriptors::configuration(
      1, joined({descriptors::interface(0, 0, 1, 3, shape_.subclass, shape_.protocol), hid_descriptor(),
                 descriptors::endpoint(0x81, descriptors::Kind::interrupt, shape_.packet, shape_.interval)}));
}

std::optional<Bytes> HidDevice::control(const Setup& setup, const Bytes& data) {
  const auto high = static_cast<std::uint8_t>(setup.value >> 8), low = static_cast<std::uint8_t>(setup.value);
  const bool of_interface = (setup.type & 0x60) == 0;
  if (of_interface && setup.request == get_descriptor) {
    if (high == report_kind) return shape_.report_descriptor;
    if (high == hid_kind) return hid_descriptor();
    return {};
  }
  switch (setup.request) {
    case set_idle:
    case set_protocol:
      return Bytes{};
    case set_report_request: {
      const HostReport report{static_cast<ReportKind>(high), low, data, Clock::now()};
      const bool taken = set_report(report);
      reports_.add(report);
      return taken ? std::optional(Bytes{}) : std::nullopt;
    }
    case get_report_request:
      return get_report(static_cast<ReportKind>(high), low);
    default:
      return {};
  }
}

bool HidDevice::set_report(const HostReport&) { return true; }
std::optional<Bytes> HidDevice::get_report(ReportKind, std::uint8_t) { return {}; }

}  // namespace gatepost::lab
