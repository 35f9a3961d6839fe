// Communications Device Class 1.2 and its PSTN subclass, which has the requests.
#include "devices/acm_serial.hpp"

#include <algorithm>

#include "devices/descriptors.hpp"

namespace gatepost::lab {
namespace {

using descriptors::Kind;

constexpr std::uint8_t notify_endpoint = 2, data_in = 1, data_out = 3, in = 0x80;
constexpr std::uint16_t packet = 512;
enum Request : std::uint8_t {
  set_line_coding = 0x20,
  get_line_coding = 0x21,
  set_control_lines = 0x22,
  send_break = 0x23
};

Line line_of(const Bytes& coding) {
  const int baud = coding[0] | coding[1] << 8 | coding[2] << 16 | coding[3] << 24;
  return {baud, coding[6], std::string("NOEMS").at(std::min<std::size_t>(coding[5], 4))};
}

}  // namespace

AcmSerial::AcmSerial()
    : SerialDevice({0x05F9, 0x4204, "Gatepost lab", "Serial scanner", "LAB-ACM-1"}, Speed::high, {2, 0, 0}),
      coding_{0x80, 0x25, 0, 0, 0, 0, 8} {}  // 9600 8N1

Bytes AcmSerial::configuration() const {
  const Bytes functions{5, 0x24, 0, 0x10, 1,   // CDC 1.1
                        5, 0x24, 1, 0,    1,   // calls are managed over interface 1
                        4, 0x24, 2, 2,         // has line coding and control lines
                        5, 0x24, 6, 0,    1};  // interfaces 0 and 1 belong together
  return descriptors::configuration(
      2, joined({descriptors::interface(0, 0, 1, 2, 2, 1), functions,
                 descriptors::endpoint(notify_endpoint | in, Kind::interrupt, 8, 8),
                 descriptors::interface(1, 0, 2, 10, 0, 0), descriptors::endpoint(data_in | in, Kind::bulk, packet, 0),
                 descriptors::endpoint(data_out, Kind::bulk, packet, 0)}));
}

std::optional<Bytes> AcmSerial::control(const Setup& setup, const Bytes& data) {
  switch (setup.request) {
    case set_line_coding:
      if (data.size() < coding_.size()) return {};
      coding_ = data;
      lines().add(line_of(data));
      return Bytes{};
    case get_line_coding:
      return coding_;
    case set_control_lines:
    case send_break:
      return Bytes{};
    default:
      return {};
  }
}

void AcmSerial::write(std::string_view bytes) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(packet, bytes.size())))
    send(data_in, bytes_of(bytes.substr(0, packet)));
}

}  // namespace gatepost::lab
