#include "devices/doctor/disturbance.hpp"

#include <algorithm>
#include <array>
#include <gatepost/support/printable.hpp>
#include <map>

namespace gatepost::doctor {
namespace {

constexpr std::string_view advice =
    "put a snubber (RC, or a diode for direct current) across the gate's coil, give the relay board a power supply of "
    "its own, put ferrites on the scanner's cable, and keep it away from the coil's wires";

enum class Kind { none, reset, disconnect, over_current, disabled, undervoltage };

std::string_view word_of(Kind kind) {
  constexpr std::array<std::string_view, 6> words{
      "", "reset", "disconnect", "over-current", "port disabled", "undervoltage"};
  return words.at(static_cast<std::size_t>(kind));
}

// drivers/usb/core/hub.c, drivers/hwmon/raspberrypi-hwmon.c; the older Raspberry Pi kernels write a hyphen.
Kind kind_of(std::string_view text) {
  const auto has = [&](std::string_view part) { return text.find(part) != text.npos; };
  if (has("ndervoltage detected") || has("nder-voltage detected")) return Kind::undervoltage;
  if (!text.starts_with("usb ") && !text.starts_with("hub ")) return Kind::none;
  if (has(": USB disconnect, device number")) return Kind::disconnect;
  if (has(": reset ") && has(" USB device number ")) return Kind::reset;
  if (has("over-current")) return Kind::over_current;
  if (has("disabled by hub (EMI?)")) return Kind::disabled;
  return Kind::none;
}

/// "usb 1-1.2: reset …" ▶ "1-1.2"; "usb 1-1-port2: …" ▶ "1-1-port2".
std::string place_of(std::string_view text) {
  const auto begin = text.find(' ') + 1;
  return support::printable(text.substr(begin, text.find(": ") - begin), 40);
}

bool follows_a_switching(MonotonicTime at, const SiteHistory& history) {
  const auto after = std::ranges::upper_bound(history.switched, at);
  return after != history.switched.begin() && at - *std::prev(after) <= soon_after;
}

std::string times(std::size_t count) { return count == 1 ? "once" : std::to_string(count) + " times"; }

}  // namespace

SiteHistory history_of(std::span<const Record> records, const std::string& boot, std::span<const GateLane> gates) {
  SiteHistory history;
  const auto gate_of = [&](const std::string& lane) { return std::ranges::find(gates, lane, &GateLane::lane); };
  for (const Record& record : records) {
    if (record.boot != boot) continue;
    const auto gate = gate_of(record.lane);
    const bool grants = record.kind == RecordKind::attempt && record.outcome == Outcome::grant;
    if (gate != gates.end() && grants) {
      history.switched.push_back(record.at);
      history.switched.push_back(record.at + gate->pulse);
    }
    if (gate != gates.end() && record.kind == RecordKind::passage) history.switched.push_back(record.at);
    if (record.kind == RecordKind::device && record.reason == "down")
      history.gone.push_back({record.at, record.device});
  }
  std::ranges::sort(history.switched);
  return history;
}

void find_interference(const KernelLog& log, const SiteHistory& history, Troubles& troubles) {
  std::map<std::pair<std::string, Kind>, std::size_t> counts;
  for (const KernelLine& line : log.lines) {
    const Kind kind = kind_of(line.text);
    if (kind == Kind::none || kind == Kind::undervoltage || !follows_a_switching(line.at, history)) continue;
    ++counts[{place_of(line.text), kind}];
  }
  for (const auto& [what, count] : counts)
    troubles.push_back({"interference",
                        {"USB " + std::string(word_of(what.second)) + " within 200 ms of a relay's switching, " +
                             times(count) + " since the machine started",
                         "usb " + what.first, std::string(advice)}});
  std::map<std::string, std::size_t> gone;
  for (const auto& [at, device] : history.gone)
    if (follows_a_switching(at, history)) ++gone[device];
  for (const auto& [device, count] : gone)
    troubles.push_back({"interference",
                        {"went within 200 ms of a relay's switching, " + times(count) + " since the machine started",
                         "device '" + device + "'", std::string(advice)}});
}

void find_power_trouble(const KernelLog& log, Troubles& troubles) {
  std::map<std::pair<std::string, Kind>, std::size_t> counts;
  std::size_t undervoltage = 0;
  for (const KernelLine& line : log.lines) {
    const Kind kind = kind_of(line.text);
    if (kind == Kind::undervoltage) ++undervoltage;
    if (kind == Kind::over_current || kind == Kind::disabled) ++counts[{place_of(line.text), kind}];
  }
  if (undervoltage > 0)
    troubles.push_back(
        {"undervoltage",
         {"the Raspberry Pi had too little voltage, " + times(undervoltage) + " since it started", "its power supply",
          "use the maker's own supply and a short cable, and give scanners a hub "
          "with a supply of its own"}});
  for (const auto& [what, count] : counts)
    troubles.push_back({"usb_power",
                        {what.second == Kind::over_current
                             ? "takes more current than its port gives, " + times(count) + " since the machine started"
                             : "the hub switched the port off, perhaps for interference, " + times(count) +
                                   " since the machine started",
                         "usb " + what.first,
                         what.second == Kind::over_current ? "use a hub with a power supply, and try another cable"
                                                           : std::string(advice)}});
}

}  // namespace gatepost::doctor
