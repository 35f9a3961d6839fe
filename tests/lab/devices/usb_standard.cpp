// The requests that every USB device answers: chapter 9.4 of the USB 2.0 specification.
#include "devices/descriptors.hpp"
#include "devices/usb_device.hpp"

namespace gatepost::lab {
namespace {

enum Request : std::uint8_t {
  get_status = 0,
  clear_feature = 1,
  set_feature = 3,
  get_descriptor = 6,
  get_configuration = 8,
  set_configuration = 9,
  get_interface = 10,
  set_interface = 11,
};
enum Kind : std::uint8_t { device = 1, configuration_kind = 2, string = 3, qualifier = 6 };
enum Text : std::uint8_t { maker = 1, product = 2, serial = 3 };

}  // namespace

std::optional<Bytes> UsbDevice::standard(const Setup& setup) {
  switch (setup.request) {
    case get_status:
      return Bytes{0, 0};
    case clear_feature:
    case set_feature:
      return Bytes{};
    case get_descriptor:
      return descriptor(static_cast<std::uint8_t>(setup.value >> 8), static_cast<std::uint8_t>(setup.value));
    case get_configuration:
      return Bytes{configured_};
    case set_configuration:
      configured_ = static_cast<std::uint8_t>(setup.value);
      return Bytes{};
    case get_interface:
      return Bytes{0};
    case set_interface:
      interface_set(setup.index, setup.value);
      return Bytes{};
    default:
      return {};
  }
}

std::optional<Bytes> UsbDevice::descriptor(std::uint8_t kind, std::uint8_t index) const {
  switch (kind) {
    case device:
      return device_descriptor();
    case configuration_kind:
      return configuration();
    case string:
      return string_descriptor(index);
    case qualifier:  // what it would be at the other of full and high speed; a device of one speed refuses
      if (speed_ != Speed::high) return {};
      return Bytes{10, qualifier, 0, 2, class_.of_class, class_.subclass, class_.protocol, 64, 1, 0};
    default:
      return {};
  }
}

std::optional<Bytes> UsbDevice::string_descriptor(std::uint8_t index) const {
  switch (index) {
    case 0:
      return Bytes{4, string, 0x09, 0x04};  // the languages: English (United States)
    case maker:
      return descriptors::text(identity_.maker);
    case product:
      return descriptors::text(identity_.name);
    case serial:
      return descriptors::text(identity_.serial);
    default:
      return {};
  }
}

Bytes UsbDevice::device_descriptor() const {
  const auto told = [](const std::string& text, std::uint8_t index) {
    return static_cast<std::uint8_t>(text.empty() ? 0 : index);
  };
  const std::uint8_t control_packet = speed_ == Speed::low ? 8 : 64;
  return joined({{18, device, 0, 2, class_.of_class, class_.subclass, class_.protocol, control_packet},
                 little(identity_.vendor, 2),
                 little(identity_.product, 2),
                 little(identity_.version, 2),
                 {told(identity_.maker, maker), told(identity_.name, product), told(identity_.serial, serial), 1}});
}

}  // namespace gatepost::lab
