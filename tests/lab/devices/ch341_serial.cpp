// Requests: drivers/usb/serial/ch341.c of Linux 6.1. The line's settings are taken and not looked at.
#include "devices/ch341_serial.hpp"

#include <algorithm>

#include "devices/descriptors.hpp"

namespace gatepost::lab {
namespace {

using descriptors::Kind;

constexpr std::uint8_t data_in = 2, data_out = 2, notify_in = 1, in = 0x80;
constexpr std::uint16_t packet = 32;
constexpr std::uint8_t from_device = 0x80, read_version = 0x5F, read_register = 0x95;

}  // namespace

Ch341Serial::Ch341Serial()  // boards of this chip have no serial number: two are told apart by their ports alone
    : SerialDevice({0x1A86, 0x7523, "", "USB Serial", "", 0x0264}, Speed::full, {0xFF, 0, 0}) {}

Bytes Ch341Serial::configuration() const {
  return descriptors::configuration(1, joined({descriptors::interface(0, 0, 3, 0xFF, 1, 2),
                                               descriptors::endpoint(data_in | in, Kind::bulk, packet, 0),
                                               descriptors::endpoint(data_out, Kind::bulk, packet, 0),
                                               descriptors::endpoint(notify_in | in, Kind::interrupt, 8, 1)}));
}

std::optional<Bytes> Ch341Serial::control(const Setup& setup, const Bytes&) {
  if ((setup.type & from_device) == 0) return Bytes{};
  if (setup.request == read_version) return Bytes{0x31, 0x00};
  if (setup.request == read_register) return Bytes{0xFF, 0xEE};
  return {};
}

void Ch341Serial::write(std::string_view bytes) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(packet, bytes.size())))
    send(data_in, bytes_of(bytes.substr(0, packet)));
}

}  // namespace gatepost::lab
