#include "address.hpp"

#include <arpa/inet.h>
#include <net/if.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

namespace tcp {
namespace {

using gatepost::Error;
using gatepost::Result;

constexpr std::size_t longest = INET6_ADDRSTRLEN + IF_NAMESIZE;

std::optional<unsigned> number(std::string_view text, unsigned most) {
  unsigned value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || failure != std::errc() || end != text.data() + text.size() || value > most) return {};
  return value;
}

bool names_an_interface(std::string_view name) {
  return !name.empty() && name.size() < IF_NAMESIZE && std::ranges::all_of(name, [](char letter) {
    return letter > ' ' && letter <= '~' && std::string_view("/%[]:").find(letter) == std::string_view::npos;
  });
}

// Never the whole of what somebody wrote: it may be long, and it may be hostile.
Error no_address() { return {"is no numeric address", {}, "write it as 192.0.2.7, 2001:db8::7 or fe80::7%eth0"}; }

constexpr std::array<std::uint8_t, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

bool IpAddress::is_v4() const { return std::equal(v4_prefix.begin(), v4_prefix.end(), bytes.begin()); }

Result<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() > longest) return no_address();
  const auto percent = text.find('%');
  const std::string digits(text.substr(0, percent));
  IpAddress host;
  in_addr v4{};
  if (::inet_pton(AF_INET, digits.c_str(), &v4) == 1 && percent == std::string_view::npos &&
      digits.find('\0') == std::string::npos) {
    std::ranges::copy(v4_prefix, host.bytes.begin());
    std::memcpy(host.bytes.data() + v4_prefix.size(), &v4, sizeof v4);
    return host;
  }
  if (digits.find('\0') != std::string::npos || ::inet_pton(AF_INET6, digits.c_str(), host.bytes.data()) != 1)
    return no_address();
  if (percent != std::string_view::npos) {
    host.interface = text.substr(percent + 1);
    if (host.is_v4() || !names_an_interface(host.interface)) return no_address();
  }
  return host;
}

IpAddress IpAddress::of(const sockaddr_storage& address) {
  IpAddress host;
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    std::ranges::copy(v4_prefix, host.bytes.begin());
    std::memcpy(host.bytes.data() + v4_prefix.size(), &v4.sin_addr, sizeof v4.sin_addr);
  } else if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    std::memcpy(host.bytes.data(), &v6.sin6_addr, host.bytes.size());
    std::array<char, IF_NAMESIZE> name{};
    if (v6.sin6_scope_id != 0 && ::if_indextoname(v6.sin6_scope_id, name.data()) != nullptr)
      host.interface = name.data();
  }
  return host;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v4 = is_v4();
  ::inet_ntop(v4 ? AF_INET : AF_INET6, bytes.data() + (v4 ? v4_prefix.size() : 0), text.data(), text.size());
  return text.data() + (interface.empty() ? "" : "%" + interface);
}

Result<Network> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  auto base = IpAddress::parse(text.substr(0, slash));
  if (!base) return base.error();
  Network network{std::move(*base), 128};
  if (slash == std::string_view::npos) return network;
  const unsigned most = network.base.is_v4() ? 32 : 128;
  const auto bits = number(text.substr(slash + 1), most);
  if (!bits) return Error{"is no network", {}, "write the bits of its prefix after the slash: 192.0.2.0/24"};
  network.bits = 128 - most + *bits;
  IpAddress cut = network.base;
  for (unsigned bit = network.bits; bit < 128; ++bit)
    cut.bytes.at(bit / 8) = static_cast<std::uint8_t>(cut.bytes.at(bit / 8) & ~(0x80U >> bit % 8));
  if (cut != network.base)
    return Error{"has an address inside the network, not the network's own",
                 {},
                 "write " + Network{cut, network.bits}.text() + ", or the address alone"};
  return network;
}

bool Network::contains(const IpAddress& host) const {
  if (host.is_v4() != base.is_v4()) return false;
  if (!base.interface.empty() && base.interface != host.interface) return false;
  for (unsigned bit = 0; bit < bits; ++bit)
    if (((host.bytes.at(bit / 8) ^ base.bytes.at(bit / 8)) & 0x80U >> bit % 8) != 0) return false;
  return true;
}

std::string Network::text() const {
  return base.text() + (bits == 128 ? "" : "/" + std::to_string(base.is_v4() ? bits - 96 : bits));
}

bool admits(const std::vector<Network>& allowed, const IpAddress& host) {
  static const std::vector<Network> this_machine{*Network::parse("127.0.0.0/8"), *Network::parse("::1")};
  return std::ranges::any_of(allowed.empty() ? this_machine : allowed,
                             [&](const Network& network) { return network.contains(host); });
}

Result<Endpoint> Endpoint::parse(std::string_view text) {
  const Error wrong{"is no address with a port", {}, "write it as 192.0.2.7:4001, [2001:db8::7]:4001 or :4001"};
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || text.size() > longest + 8) return wrong;
  const auto port = number(text.substr(colon + 1), 65535);
  if (!port) return wrong;
  Endpoint endpoint{{}, static_cast<std::uint16_t>(*port)};
  std::string_view host = text.substr(0, colon);
  if (host.empty()) return endpoint;
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  auto parsed = IpAddress::parse(host);
  if (!parsed) return parsed.error();
  if (bracketed == parsed->is_v4()) return wrong;
  endpoint.host = std::move(*parsed);
  return endpoint;
}

Endpoint Endpoint::of(const sockaddr_storage& address) {
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);  // the port stands at the same place in both families
  return {IpAddress::of(address), ntohs(v6.sin6_port)};
}

Result<sockaddr_storage> Endpoint::to_socket() const {
  sockaddr_storage address{};
  if (host.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, host.bytes.data() + v4_prefix.size(), sizeof v4.sin_addr);
    std::memcpy(&address, &v4, sizeof v4);
    return address;
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  std::memcpy(&v6.sin6_addr, host.bytes.data(), host.bytes.size());
  if (!host.interface.empty()) v6.sin6_scope_id = ::if_nametoindex(host.interface.c_str());
  if (!host.interface.empty() && v6.sin6_scope_id == 0)
    return Error{"this machine has no interface " + host.interface, text(), "see `ip link` for the ones it has"};
  std::memcpy(&address, &v6, sizeof v6);
  return address;
}

std::string Endpoint::text() const {
  return (host.is_v4() ? host.text() : "[" + host.text() + "]") + ":" + std::to_string(port);
}

}  // namespace tcp
