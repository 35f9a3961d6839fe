// Where a site's metrics can be fetched.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace gatepost::config {

/// A port on this machine alone, or a Unix socket; nowhere when both are empty.
struct MetricsPlace {
  std::string host{};  ///< a loopback address, "127.0.0.1" or "::1"
  std::uint16_t port = 0;
  std::filesystem::path socket{};  ///< absolute

  bool anywhere() const { return !host.empty() || !socket.empty(); }
  bool operator==(const MetricsPlace&) const = default;
};

/// "127.0.0.1:9464", "[::1]:9464" or "unix:metrics.sock" (beside the site file when relative). Nothing where it is none
/// of these: an address that another machine could reach is none.
std::optional<MetricsPlace> parse_metrics_place(std::string_view text, const std::filesystem::path& folder);

/// As it is written in a site file; empty for nowhere.
std::string to_text(const MetricsPlace& place);

}  // namespace gatepost::config
