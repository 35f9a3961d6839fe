// Requests and status bytes: drivers/usb/serial/ftdi_sio.h of Linux 6.1, which tells FTDI's protocol in full.
#include "devices/ftdi_serial.hpp"

#include <algorithm>
#include <array>

#include "devices/descriptors.hpp"

namespace gatepost::lab {
namespace {

using descriptors::Kind;

constexpr std::uint8_t data_in = 1, data_out = 2, in = 0x80;
constexpr std::uint16_t packet = 64;
constexpr std::size_t room = packet - 2;  // each packet begins with the state of the modem and of the line
enum Request : std::uint8_t {
  set_baud_rate = 3,
  set_data = 4,
  get_modem_status = 5,
  get_latency_timer = 10,
  read_eeprom = 0x90,
};
constexpr std::uint8_t from_device = 0x80;
constexpr std::uint8_t modem_status = 0x01, line_status = 0x60, framing_error = 0x08;

// The divisor of 3 MHz: 14 bits of whole, and eighths in an order of FTDI's own.
int baud_of(unsigned value, unsigned index) {
  constexpr std::array eighths{0, 4, 2, 1, 3, 5, 6, 7};
  const unsigned whole = value & 0x3FFFU;
  if (whole <= 1) return whole == 0 ? 3'000'000 : 2'000'000;
  const int divisor = static_cast<int>(whole) * 8 + eighths.at((value >> 14) | (index & 1U) << 2);
  return (3'000'000 * 8 + divisor / 2) / divisor;
}

}  // namespace

FtdiSerial::FtdiSerial() : SerialDevice({0x0403, 0x6001, "FTDI", "FT232R USB UART", "LAB-FTDI", 0x0600}, Speed::full) {}

Bytes FtdiSerial::configuration() const {
  return descriptors::configuration(1, joined({descriptors::interface(0, 0, 2, 0xFF, 0xFF, 0xFF),
                                               descriptors::endpoint(data_in | in, Kind::bulk, packet, 0),
                                               descriptors::endpoint(data_out, Kind::bulk, packet, 0)}));
}

std::optional<Bytes> FtdiSerial::control(const Setup& setup, const Bytes&) {
  if ((setup.type & from_device) != 0) {
    if (setup.request == get_modem_status) return Bytes{modem_status, line_status};
    if (setup.request == get_latency_timer) return Bytes{16};
    if (setup.request == read_eeprom) return Bytes{0xFF, 0xFF};  // as it leaves the factory
    return {};
  }
  if (setup.request == set_baud_rate) line_.baud = baud_of(setup.value, setup.index);
  if (setup.request == set_data) {
    line_.bits = setup.value & 0xFF;
    line_.parity = std::string("NOEMS???").at((setup.value >> 8) & 7U);
  }
  if (setup.request == set_baud_rate || setup.request == set_data) lines().add(line_);
  return Bytes{};
}

void FtdiSerial::write(std::string_view bytes) {
  const auto status = static_cast<std::uint8_t>(line_status | (spoilt_.exchange(false) ? framing_error : 0));
  for (; !bytes.empty(); bytes.remove_prefix(std::min(room, bytes.size())))
    send(data_in, joined({{modem_status, status}, bytes_of(bytes.substr(0, room))}));
}

}  // namespace gatepost::lab
