// Sockets, as far as a scanner's line needs them.
#pragma once

#include <chrono>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <stop_token>
#include <utility>

#include "address.hpp"

namespace tcp {

/// Closes what it owns.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();
  int operator*() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

/// How long a peer that says nothing is believed to be there (tcp(7): TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT;
/// TCP_USER_TIMEOUT is set to the sum, for what was sent and is not acknowledged).
struct Keepalive {
  std::chrono::seconds after{10}, every{5};
  int tries = 3;
};

/// Wakes a poll when a stop is asked for.
gatepost::Result<Descriptor> make_bell();
void ring(const Descriptor& bell);

/// Non-blocking, as everything here.
gatepost::Result<Descriptor> listen_on(const Endpoint& endpoint);

/// Waits at most `patience`. An empty Descriptor: stop was asked for, and the bell rings.
gatepost::Result<Descriptor> connect_to(const Endpoint& endpoint, gatepost::Duration patience, const Descriptor& bell);

gatepost::Result<void> keep_alive(const Descriptor& socket, const Keepalive& keepalive);

/// Where a listener stands: the port is its real one.
Endpoint endpoint_of(const Descriptor& socket);

}  // namespace tcp
