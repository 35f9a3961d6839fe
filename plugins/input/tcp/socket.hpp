// Sockets, as far as a scanner's line needs them.
#pragma once

#include <chrono>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <stop_token>

#include "address.hpp"

namespace tcp {

using gatepost::FileDescriptor;

/// How long a peer that says nothing is believed to be there (tcp(7): TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT;
/// TCP_USER_TIMEOUT is set to the sum, for what was sent and is not acknowledged).
struct Keepalive {
  std::chrono::seconds after{10}, every{5};
  int tries = 3;
};

/// Wakes a poll when a stop is asked for.
gatepost::Result<FileDescriptor> make_bell();
void ring(const FileDescriptor& bell);

/// Non-blocking, as everything here.
gatepost::Result<FileDescriptor> listen_on(const Endpoint& endpoint);

/// Waits at most `patience`. One that is not open: stop was asked for, and the bell rings.
gatepost::Result<FileDescriptor> connect_to(const Endpoint& endpoint, gatepost::Duration patience,
                                            const FileDescriptor& bell);

gatepost::Result<void> keep_alive(const FileDescriptor& socket, const Keepalive& keepalive);

/// Where a listener stands: the port is its real one.
Endpoint endpoint_of(const FileDescriptor& socket);

}  // namespace tcp
