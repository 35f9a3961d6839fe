// links: gatepost::sdk; compiles: plugins/input/tcp/address.cpp
// Who may call, and where: what is taken comes back from its text, and a network holds its own address.
#include "../../plugins/input/tcp/address.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto host = tcp::IpAddress::parse(text)) {
    const auto again = tcp::IpAddress::parse(host->text());
    if (!again || *again != *host) std::abort();
  }
  if (const auto network = tcp::Network::parse(text)) {
    const auto again = tcp::Network::parse(network->text());
    if (!again || again->base != network->base || again->bits != network->bits) std::abort();
    if (!network->contains(network->base)) std::abort();
  }
  if (const auto endpoint = tcp::Endpoint::parse(text)) {
    const auto again = tcp::Endpoint::parse(endpoint->text());
    if (!again || again->host != endpoint->host || again->port != endpoint->port) std::abort();
    static_cast<void>(endpoint->to_socket());
  }
  return 0;
}
