#include "cli/record_text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdlib>
#include <gatepost/support/printable.hpp>
#include <gatepost/support/record_json.hpp>

namespace gatepost::cli {
namespace {

// Nothing vouches for its time within a second.
bool is_uncertain(const Record& record) { return record.clock.bound > std::chrono::seconds(1); }

}  // namespace

std::string time_text(WallTime wall) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(wall);
  const std::tm local = fmt::localtime(std::chrono::system_clock::to_time_t(seconds));
  const long minutes = local.tm_gmtoff / 60;
  return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:03}{}{:02}:{:02}", local, (wall - seconds) / std::chrono::milliseconds(1),
                     minutes < 0 ? '-' : '+', std::abs(minutes) / 60, std::abs(minutes) % 60);
}

std::string line_of(const Record& record) {
  const auto shown = [](std::string_view text) { return support::printable(text, std::string::npos); };
  std::string line = fmt::format(
      "{}{}  {:>6}  {:<7}  {:<6}  {}", is_uncertain(record) ? "~" : " ", time_text(record.wall), record.id.sequence,
      to_word(record.kind), support::has_outcome(record.kind) ? to_word(record.outcome) : "", shown(record.reason));
  if (!record.lane.empty()) line += "  " + shown(record.lane);
  if (!record.lane.empty() && support::has_direction(record.kind))
    line += fmt::format("  {}", to_word(record.direction));
  for (const auto* text : {&record.device, &record.scheme, &record.subject})
    if (!text->empty()) line += "  " + shown(*text);
  for (const auto& [key, value] : record.attributes) line += "  " + shown(key) + "=" + shown(value);
  for (const auto& committed : record.commitments)
    if (is_erased(record, committed.first)) line += "  (" + shown(committed.first) + " erased)";
  if (record.about > 0) line += fmt::format("  after {}", record.about);
  for (const auto& [key, value] : record.details) line += "  " + shown(key) + "=" + shown(value);
  return line;
}

}  // namespace gatepost::cli
