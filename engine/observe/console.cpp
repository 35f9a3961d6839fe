#include "observe/console.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <gatepost/support/printable.hpp>

namespace gatepost::observe {
namespace {

constexpr std::string_view green = "\x1b[1;32m", yellow = "\x1b[1;33m", red = "\x1b[1;31m", grey = "\x1b[90m",
                           plain = "\x1b[0m";

std::string clock_time(WallTime wall) {
  return fmt::format("{:%H:%M:%S}", fmt::localtime(std::chrono::system_clock::to_time_t(
                                        std::chrono::time_point_cast<std::chrono::system_clock::duration>(wall))));
}

std::string_view colour_of(Outcome outcome) {
  return outcome == Outcome::grant ? green : outcome == Outcome::inform ? yellow : red;
}

std::string_view badge_of(Outcome outcome) {
  return outcome == Outcome::grant ? "✔ GRANT " : outcome == Outcome::inform ? "● INFORM" : "✘ DENY  ";
}

std::string milliseconds(Duration time) {
  return fmt::format("{:.2f} ms", std::chrono::duration<double, std::milli>(time).count());
}

// From the device's last byte to the last step that was taken.
std::string latency(const core::Trace& trace) {
  const MonotonicTime last = std::max({trace.decided, trace.recorded, trace.released});
  return last == MonotonicTime{} ? std::string() : milliseconds(last - trace.seen);
}

}  // namespace

std::string Console::painted(std::string_view text, std::string_view colour) const {
  return style_.colour ? fmt::format("{}{}{}", colour, text, plain) : std::string(text);
}

// In every language of the site: the one at the gate may not be the guard's.
std::string Console::texts(std::string_view reason) const {
  std::string all;
  for (const auto& language : messages_.languages()) {
    const auto text = messages_.text(reason, language);
    if (text.empty()) continue;
    if (!all.empty()) all += " · ";
    all += text;
  }
  return all.empty() ? messages_.text(reason) : all;
}

std::string Console::subject_and_facts(const core::Answer& answer) const {
  if (!answer.credential) return "–";
  if (!style_.subjects) return answer.credential->scheme;
  std::string all = support::printable(answer.credential->subject, 40);
  for (const auto& [key, value] : answer.verdict.facts) all += "  " + support::printable(value, 60);
  return all;
}

std::string Console::verdict_line(const core::Answer& answer) const {
  const auto& verdict = answer.verdict;
  std::string line = fmt::format("{}  {}  {} {} {}  {}  {}", painted(clock_time(answer.wall), grey),
                                 painted(badge_of(verdict.outcome), colour_of(verdict.outcome)), answer.lane,
                                 answer.direction == Direction::in ? "▸" : "◂", to_word(answer.direction),
                                 subject_and_facts(answer), texts(verdict.reason));
  if (!verdict.note.empty()) line += fmt::format(" ({})", support::printable(verdict.note, 160));
  if (answer.trouble) line += "  " + painted(support::printable(to_line(*answer.trouble), 240), red);
  if (answer.repeated) return line;
  return line + "  " + painted(fmt::format("#{}  {}", answer.record.sequence, latency(answer.trace)), grey);
}

// Which way is not known yet, or what is told.
std::string Console::prompt_line(const core::Answer& prompt) const {
  const auto& verdict = prompt.verdict;
  std::string line =
      fmt::format("{}  {}  {} {}  {}", painted(clock_time(prompt.wall), grey),
                  painted("? ASK    ", colour_of(verdict.outcome)), prompt.lane, prompt.device, texts(verdict.reason));
  if (!verdict.note.empty()) line += fmt::format(" ({})", verdict.note);
  return line;
}

std::string Console::record_line(const Record& record) const {
  std::string line =
      fmt::format("{}  {} {}", painted(clock_time(record.wall), grey), to_word(record.kind), record.lane);
  if (!record.device.empty()) line += " " + record.device;
  line += " " + record.reason;
  for (const auto& [key, value] : record.details) line += fmt::format("  {}: {}", key, support::printable(value, 240));
  if (record.kind == RecordKind::alarm) return painted(line, red);
  if (record.kind == RecordKind::passage)
    return fmt::format("{}  {}  {} {}  {}", painted(clock_time(record.wall), grey),
                       painted(record.reason == "seen" ? "⇥ passed" : "⇥ nobody passed", grey), record.lane,
                       to_word(record.direction), painted(fmt::format("after #{}", record.about), grey));
  return painted(line, grey);
}

void Console::answered(const core::Answer& answer) { print_(verdict_line(answer)); }
void Console::prompted(const core::Answer& prompt) { print_(prompt_line(prompt)); }
void Console::recorded(const Record& record) { print_(record_line(record)); }

}  // namespace gatepost::observe
