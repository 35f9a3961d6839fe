#include "config/metrics_place.hpp"

#include <arpa/inet.h>

#include <charconv>

namespace gatepost::config {
namespace {

constexpr std::string_view unix_prefix = "unix:";

bool is_loopback(const std::string& host) {
  in_addr four{};
  if (::inet_pton(AF_INET, host.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24U == IN_LOOPBACKNET;
  in6_addr six{};
  return ::inet_pton(AF_INET6, host.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (failure != std::errc() || end != text.data() + text.size() || port == 0) return {};
  return port;
}

}  // namespace

std::optional<MetricsPlace> parse_metrics_place(std::string_view text, const std::filesystem::path& folder) {
  if (text.starts_with(unix_prefix)) {
    text.remove_prefix(unix_prefix.size());
    if (text.empty() || text.find('\0') != text.npos) return {};
    return MetricsPlace{.socket = (folder / text).lexically_normal()};
  }
  const auto colon = text.rfind(':');
  if (colon == text.npos) return {};
  const auto port = port_of(text.substr(colon + 1));
  std::string host(text.substr(0, colon));
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!port || bracketed != (host.find(':') != host.npos) || !is_loopback(host)) return {};
  return MetricsPlace{.host = std::move(host), .port = *port};
}

std::string to_text(const MetricsPlace& place) {
  if (!place.anywhere()) return {};
  if (!place.socket.empty()) return std::string(unix_prefix) + place.socket.string();
  const bool six = place.host.find(':') != std::string::npos;
  return (six ? "[" + place.host + "]" : place.host) + ":" + std::to_string(place.port);
}

}  // namespace gatepost::config
