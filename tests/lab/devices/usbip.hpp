// USB/IP between Linux's vhci-hcd and a device: what the kernel asks of the device, and what it is answered.
//
// Source: Documentation/usb/usbip_protocol.rst and drivers/usb/usbip/usbip_common.h of Linux 6.1. After `attach` no
// hand is shaken: the kernel sends commands, each a header of 48 bytes and what belongs to it, all numbers with the
// high byte first.
//
//   offset  SUBMIT (1)           RET_SUBMIT (3)       UNLINK (2)          RET_UNLINK (4)
//        0  command              command              command             command
//        4  sequence number      the SUBMIT's         sequence number     the UNLINK's
//        8  device id            0                    device id           0
//       12  0 out, 1 in          0                    0                   0
//       16  endpoint             0                    0                   0
//       20  transfer flags       status: 0, -errno    SUBMIT's number     -ECONNRESET; 0: was over
//       24  buffer length        actual length        -                   -
//       28  start frame          start frame          -                   -
//       32  number of packets    number of packets    -                   -
//       36  interval             errors               -                   -
//       40  setup, 8 bytes       -                    -                   -
//   then    data, if out         data, if in
//           packets, 16 each     packets, 16 each     offset, length, actual length, status; isochronous only
//
// The number of packets of a transfer that is not isochronous is 0 or FFFFFFFF. Data of isochronous packets follow each
// other without the room that they left.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "devices/bytes.hpp"

namespace gatepost::lab::usbip {

/// A part of an isochronous transfer, one (micro)frame's worth.
struct Packet {
  std::uint32_t offset = 0, length = 0, actual = 0, status = 0;
};

/// What the kernel wants done at an endpoint.
struct Transfer {
  std::uint32_t sequence = 0;
  bool in = false;
  unsigned endpoint = 0;
  std::uint32_t length = 0;  ///< of the kernel's buffer
  std::array<std::uint8_t, 8> setup{};
  Bytes data{};  ///< when it is out
  std::vector<Packet> packets{};
};

/// The kernel has lost its patience with a transfer.
struct Unlink {
  std::uint32_t sequence = 0, victim = 0;
};

using Request = std::variant<Transfer, Unlink>;

/// Waits for the next one; nothing when the kernel has let the device go, or speaks otherwise.
std::optional<Request> read_request(int socket);

/// False when the kernel has let the device go. `status` is 0 or a negative errno; `data` of an in transfer.
bool complete(int socket, const Transfer& transfer, int status, const Bytes& data = {});
bool unlinked(int socket, const Unlink& unlink, bool in_time);

}  // namespace gatepost::lab::usbip
