// What the engine and gatepost-service say to each other over the socket that is the program's standard input: a
// message a packet, each a JSON object. Requests to the site's API go another way (api/server.hpp).
#pragma once

#include <cstdint>
#include <filesystem>
#include <gatepost/host.hpp>
#include <gatepost/result.hpp>
#include <gatepost/settings.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::plugin {

/// A longer message is refused by either side; a socket takes it whole.
inline constexpr std::size_t longest_service_message = 128 * 1024;

/// gatepost-service's exit status where the memory that it may take is not enough: it can say nothing any more.
inline constexpr int out_of_memory_status = 70;

/// The engine's one message, before anything of the plugin is loaded. What it says after that is its hanging up, which
/// asks the service to stop.
struct ServiceStart {
  std::string name;                 ///< in the site file
  std::filesystem::path directory;  ///< the site file's folder
  std::filesystem::path data;       ///< the service's own folder; empty where it is only checked
  std::filesystem::path socket;     ///< of the API; empty where it is only checked
  std::vector<Value> values;        ///< in the order of the plugin's table; secrets come this way and no other
  ByteSize memory{};                ///< that it may take
};

std::string to_text(const ServiceStart& start);
Result<ServiceStart> parse_service_start(std::string_view text);

/// What the program says of itself.
struct ServiceNews {
  enum class Kind : std::uint8_t { up, alive, log, alarm_begins, alarm_ends, ended };
  Kind kind = Kind::up;
  Severity severity = Severity::info;  ///< of log
  std::string name{};                  ///< of log and alarms
  std::string text{};                  ///< of log
  std::optional<Error> error{};        ///< of alarm_begins, and of ended where it did not end well
};

std::string to_text(const ServiceNews& news);
Result<ServiceNews> parse_service_news(std::string_view text);

}  // namespace gatepost::plugin
