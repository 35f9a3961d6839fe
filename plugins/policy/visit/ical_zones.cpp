#include "ical_zones.hpp"

#include <algorithm>
#include <array>

#include <gatepost/support/text.hpp>

namespace visit {
namespace {

using gatepost::Result;
using gatepost::WallTime;
using gatepost::support::LocalTime;
using gatepost::support::TimeZone;

constexpr std::size_t most_zone_lines = 2000;

// When clocks change is followed year by year, and never as often as a rule could ask for.
bool is_harmless_rule(std::string_view rule) {
  constexpr std::array<std::string_view, 7> parts{
      "FREQ=YEARLY", "BYMONTH=", "BYDAY=", "BYMONTHDAY=", "UNTIL=", "WKST=", "INTERVAL="};
  const auto written = gatepost::support::split(rule, ';');
  return std::ranges::all_of(written, [&](std::string_view one) {
    return std::ranges::any_of(parts, [&](std::string_view part) { return one.starts_with(part); });
  });
}

bool is_harmless_zone(const IcalBlock& block) {
  return block.lines.size() <= most_zone_lines && std::ranges::all_of(block.lines, [](const IcalLine& line) {
           if (line.is("RRULE")) return is_harmless_rule(line.value());
           return !line.is("EXRULE");
         });
}

std::string name_of_zone(const IcalBlock& block) {
  const auto line = std::ranges::find_if(block.lines, [](const IcalLine& one) { return one.is("TZID"); });
  return line == block.lines.end() ? std::string() : line->plain_text();
}

std::chrono::year_month_day date_of(const icaltimetype& fields) {
  return {std::chrono::year(fields.year), std::chrono::month(static_cast<unsigned>(fields.month)),
          std::chrono::day(static_cast<unsigned>(fields.day))};
}

bool is_time(const icaltimetype& fields) {
  const auto in = [](int number, int from, int to) { return from <= number && number <= to; };
  if (!in(fields.year, 1900, 2200) || !in(fields.month, 1, 12) || !in(fields.day, 1, 31)) return false;
  if (!date_of(fields).ok()) return false;
  return fields.is_date != 0 || (in(fields.hour, 0, 23) && in(fields.minute, 0, 59) && in(fields.second, 0, 60));
}

}  // namespace

IcalComponent component_of(const std::string& text, icalcomponent_kind kind) {
  IcalComponent component(icalparser_parse_string(text.c_str()));
  if (component && icalcomponent_isa(component.get()) != kind) component.reset();
  return component;
}

std::chrono::local_days IcalTime::day() const { return std::chrono::local_days(date_of(fields)); }

Result<IcalZones> IcalZones::of(const std::vector<IcalBlock>& blocks, const TimeZone& site, const std::string& file) {
  IcalZones zones(site);
  for (const IcalBlock& block : blocks) {
    const std::string name = name_of_zone(block);
    if (std::holds_alternative<TimeZone>(zones.zone(name))) continue;
    const auto bad = [&](const char* what) {
      return ical_error(file, block.line, what, "export the calendar with the time zones of its program");
    };
    if (!is_harmless_zone(block)) return bad("this time zone has rules that are not of years, or too many lines");
    auto component = component_of(block.text("VTIMEZONE"), ICAL_VTIMEZONE_COMPONENT);
    OwnZone own(icaltimezone_new());
    if (!component || !own || icaltimezone_set_component(own.get(), component.get()) == 0)
      return bad("this time zone cannot be read");
    static_cast<void>(component.release());  // the zone's now
    zones.zones_.insert_or_assign(name, std::move(own));
  }
  return zones;
}

const IcalZones::Zone& IcalZones::zone(const std::string& name) {
  const auto known = zones_.find(name);
  if (known != zones_.end()) return known->second;
  const auto found = name.empty() ? Result<TimeZone>(site_) : TimeZone::find(name);
  return zones_.emplace(name, found ? Zone(*found) : Zone()).first->second;
}

std::optional<WallTime> IcalZones::moment(const IcalTime& time) {
  const icaltimetype& fields = time.fields;
  if (!is_time(fields)) return std::nullopt;
  if (time.is_day()) return site_.first(LocalTime(time.day()));
  const LocalTime local = time.day() + std::chrono::hours(fields.hour) + std::chrono::minutes(fields.minute) +
                          std::chrono::seconds(fields.second);
  if (icaltime_is_utc(fields) != 0) return WallTime(local.time_since_epoch());
  const Zone& place = zone(time.zone);
  if (const auto* known = std::get_if<TimeZone>(&place)) return known->first(local);
  const auto* own = std::get_if<OwnZone>(&place);
  if (own == nullptr) return std::nullopt;
  return WallTime(std::chrono::seconds(icaltime_as_timet_with_zone(fields, own->get())));
}

}  // namespace visit
