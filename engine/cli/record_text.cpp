#include "cli/record_text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <gatepost/support/printable.hpp>

namespace gatepost::cli {
namespace {

constexpr std::size_t longest_text = 120;

// Nothing vouches for its time within a second.
bool is_uncertain(const Record& record) { return record.clock.bound > std::chrono::seconds(1); }

}  // namespace

std::string time_text(WallTime wall) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(wall))),
                     (wall.time_since_epoch() / std::chrono::milliseconds(1) % 1000 + 1000) % 1000);
}

std::string line_of(const Record& record) {
  const auto shown = [](std::string_view text) { return support::printable(text, longest_text); };
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

}  // namespace gatepost::cli
