// Who may be talked to: numeric addresses, networks, and an address with a port.
#pragma once

#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <gatepost/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace tcp {

/// An IPv4 or IPv6 address; IPv4 stands in the last four bytes of ::ffff:0:0/96 (RFC 4291, 2.5.5.2), so that a
/// listener for both sees one kind of address.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  std::string interface {};  ///< of a link-local address: the part after the percent sign (RFC 4007, 11)

  /// 192.0.2.7, 2001:db8::7, fe80::7%eth0. Names are not looked up: a gate must not wait for a name server.
  static gatepost::Result<IpAddress> parse(std::string_view text);
  static IpAddress of(const sockaddr_storage& address);
  bool is_v4() const;
  /// As parse reads it.
  std::string text() const;
  bool operator==(const IpAddress&) const = default;
};

/// 192.0.2.0/24, 2001:db8::/64, or one address.
struct Network {
  IpAddress base{};
  unsigned bits = 128;  ///< of IpAddress::bytes: 96 more than written for IPv4

  static gatepost::Result<Network> parse(std::string_view text);
  bool contains(const IpAddress& host) const;
  std::string text() const;
};

/// Whether one of `allowed` contains it; where there are none, only this machine is let in.
bool admits(const std::vector<Network>& allowed, const IpAddress& host);

/// 192.0.2.7:4001, [2001:db8::7]:4001, [fe80::7%eth0]:4001, :4001 (every address of this machine, IPv4 and IPv6).
struct Endpoint {
  IpAddress host{};
  std::uint16_t port = 0;

  static gatepost::Result<Endpoint> parse(std::string_view text);
  static Endpoint of(const sockaddr_storage& address);
  /// An Error when the interface is not there (now).
  gatepost::Result<sockaddr_storage> to_socket() const;
  std::string text() const;
};

}  // namespace tcp
