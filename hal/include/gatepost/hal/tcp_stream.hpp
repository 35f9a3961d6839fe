// A TCP connection to a board.
#pragma once

#include <gatepost/hal/byte_stream.hpp>
#include <memory>
#include <string>

namespace gatepost::hal {

struct TcpEndpoint {
  std::string host{}, service{};
};

/// `timeout`: what the other end has not acknowledged by then ends the connection (TCP_USER_TIMEOUT).
std::unique_ptr<ByteStream> tcp_stream(TcpEndpoint place, Duration timeout);

/// How long a segment that has left the socket may live after its connection was reset. The kernel keeps a packet for
/// up to 3 s while it asks for the hardware address that it goes to (arp(7): mcast_solicit times retrans_time_ms), and
/// sends it when it knows it, whatever became of the connection; a second more is the network's.
Duration longest_tcp_in_flight();

}  // namespace gatepost::hal
