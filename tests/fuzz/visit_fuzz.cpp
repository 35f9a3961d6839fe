// clang-format off
// links: gatepost::support PkgConfig::libical; compiles: plugins/policy/visit/ical_reader.cpp ical_rule.cpp ical_event.cpp ical_zones.cpp ical_blocks.cpp calendar.cpp
// clang-format on
// Visits of a calendar: one more calendar behind it adds its own visit and no other, and a cancellation takes just that
// away.
#include <algorithm>
#include <cstdlib>

#include "../../plugins/policy/visit/ical_reader.hpp"

namespace {

constexpr const char* one_more =
    "\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:of the fuzz target\r\nATTENDEE:mailto:one@more\r\n"
    "DTSTART:20261123T020000Z\r\nDTEND:20261123T030000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
constexpr const char* no_more =
    "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nBEGIN:VEVENT\r\nUID:of the fuzz target\r\nSEQUENCE:1\r\n"
    "DTSTART:20261123T020000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

auto read(const std::string& text) {
  static const auto zone = *gatepost::support::TimeZone::find("Europe/Berlin");
  visit::IcalReading reading{"fuzz", {}, {"summary"}, {}};
  reading.limits.visits_of_rule = 200;
  return visit::read_ical(text, zone, reading, {});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto before = read(text);
  if (!before || text.find("of the fuzz target") != text.npos) return 0;
  const auto longer = read(text + one_more);
  if (!longer || (*longer)->size() != (*before)->size() + 1) std::abort();
  const auto visits = (*longer)->of("one@more");
  const gatepost::WallTime from(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + std::chrono::hours(2));
  if (std::ranges::none_of(visits, [&](const auto& one) { return one.from == from; })) std::abort();
  const auto cancelled = read(text + one_more + no_more);
  if (!cancelled || (*cancelled)->size() != (*before)->size()) std::abort();
  return 0;
}
