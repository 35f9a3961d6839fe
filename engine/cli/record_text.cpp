#include "cli/record_text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "observe/printable.hpp"

namespace gatepost::cli {
namespace {

constexpr std::size_t longest_text = 120;

// Nothing vouches for its time within a second.
bool is_uncertain(const Record& record) { return record.clock.bound > std::chrono::seconds(1); }

boost::json::value bound_of(const Record& record) {
  if (record.clock.bound == Duration::max()) return nullptr;
  return record.clock.bound.count();
}

}  // namespace

std::string time_text(WallTime wall) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(wall))),
                     (wall.time_since_epoch() / std::chrono::milliseconds(1) % 1000 + 1000) % 1000);
}

std::string line_of(const Record& record) {
  const auto shown = [](std::string_view text) { return observe::printable(text, longest_text); };
  const bool is_attempt = record.kind == RecordKind::attempt;
  std::string line = fmt::format("{}{}  {:>6}  {:<7}  {:<6}  {}", is_uncertain(record) ? "~" : " ",
                                 time_text(record.wall), record.id.sequence, to_word(record.kind),
                                 is_attempt ? to_word(record.outcome) : "", shown(record.reason));
  for (const auto* text : {&record.lane, &record.device, &record.scheme, &record.subject})
    if (!text->empty()) line += "  " + shown(*text);
  if (record.about > 0) line += fmt::format("  after {}", record.about);
  for (const auto& [key, value] : record.details) line += "  " + shown(key) + "=" + shown(value);
  return line;
}

boost::json::object json_of(const Record& record) {
  boost::json::object details;
  for (const auto& [key, value] : record.details) details[key] = value;
  return {{"site", record.id.site},
          {"epoch", record.id.epoch},
          {"sequence", record.id.sequence},
          {"kind", to_word(record.kind)},
          {"wall_ns", record.wall.time_since_epoch().count()},
          {"at_ns", record.at.time_since_epoch().count()},
          {"boot", record.boot},
          {"clock", to_word(record.clock.source)},
          {"clock_bound_ns", bound_of(record)},
          {"lane", record.lane},
          {"direction", to_word(record.direction)},
          {"device", record.device},
          {"symbology", record.symbology},
          {"scheme", record.scheme},
          {"subject", record.subject},
          {"verified", record.verified},
          {"outcome", to_word(record.outcome)},
          {"reason", record.reason},
          {"about", record.about},
          {"details", std::move(details)}};
}

}  // namespace gatepost::cli
