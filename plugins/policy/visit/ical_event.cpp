#include "ical_event.hpp"

#include <algorithm>

#include <gatepost/support/text.hpp>

namespace visit {
namespace {

using gatepost::Error;
using gatepost::Result;
using gatepost::WallTime;

/// The parts of a block that a library parses. What it does not take of them is an Error: a date that is passed over
/// could let somebody in.
class EventReader {
 public:
  EventReader(const IcalBlock& block, IcalZones& zones, const IcalReading& reading)
      : block_(block),
        zones_(zones),
        reading_(reading),
        component_(component_of(block.text("VEVENT"), ICAL_VEVENT_COMPONENT)) {}

  Result<IcalEvent> read() {
    if (!component_) return wrong("this event cannot be read");
    IcalEvent event{.line = block_.line, .uid = text_of("UID"), .is_cancelled = is_cancelled()};
    event.sequence = icalcomponent_get_sequence(component_.get());
    if (auto done = read_begin(event); !done) return done.error();
    if (auto done = read_end(event); !done) return done.error();
    if (auto done = read_rule(event); !done) return done.error();
    if (auto done = read_dates(event); !done) return done.error();
    read_subjects(event);
    read_facts(event);
    return event;
  }

 private:
  Error wrong(std::string what) const {
    return ical_error(reading_.file, block_.line, std::move(what), "see this event in the program that wrote it");
  }

  std::string text_of(std::string_view name) const {
    const auto line = std::ranges::find_if(block_.lines, [&](const IcalLine& one) { return one.is(name); });
    return line == block_.lines.end() ? std::string() : line->plain_text();
  }

  bool is_cancelled() const {
    return block_.is_cancelled || gatepost::support::plain_word(text_of("STATUS")) == "cancelled";
  }

  /// How many values the lines of that name have.
  std::size_t written(std::string_view name) const {
    std::size_t values = 0;
    for (const IcalLine& line : block_.lines)
      if (line.is(name)) values += 1 + static_cast<std::size_t>(std::ranges::count(line.value(), ','));
    return values;
  }

  std::vector<icalproperty*> all(icalproperty_kind kind) const {
    std::vector<icalproperty*> found;
    for (auto* one = icalcomponent_get_first_property(component_.get(), kind); one != nullptr;
         one = icalcomponent_get_next_property(component_.get(), kind))
      found.push_back(one);
    return found;
  }

  static std::string parameter(icalproperty* property, icalparameter_kind kind) {
    icalparameter* found = icalproperty_get_first_parameter(property, kind);
    const char* text = nullptr;
    if (found != nullptr)
      text = kind == ICAL_TZID_PARAMETER ? icalparameter_get_tzid(found) : icalparameter_get_cn(found);
    return text == nullptr ? std::string() : std::string(text);
  }

  /// The times of all properties of a kind; nothing: one is none.
  std::optional<std::vector<IcalTime>> times(icalproperty_kind kind, std::string_view name) const {
    std::vector<IcalTime> found;
    for (auto* property : all(kind)) {
      found.push_back(
          {icalvalue_get_datetime(icalproperty_get_value(property)), parameter(property, ICAL_TZID_PARAMETER)});
      if (!zones_.moment(found.back())) return std::nullopt;
    }
    if (found.size() != written(name)) return std::nullopt;
    return found;
  }

  Result<void> read_begin(IcalEvent& event) const {
    const auto starts = times(ICAL_DTSTART_PROPERTY, "DTSTART");
    if (!starts || starts->size() != 1) return wrong("its DTSTART is no time, or in a time zone that nobody knows");
    event.start = starts->front();
    event.from = *zones_.moment(event.start);
    const auto replaces = times(ICAL_RECURRENCEID_PROPERTY, "RECURRENCE-ID");
    if (!replaces || replaces->size() > 1) return wrong("its RECURRENCE-ID is no time");
    for (const IcalLine& line : block_.lines)
      if (line.is("RECURRENCE-ID") && line.text.find("THISANDFUTURE") != line.text.npos)
        return wrong("it changes all further ones of its series, which is not read");
    if (!replaces->empty()) event.replaces = replaces->front();
    return {};
  }

  Result<void> read_end(IcalEvent& event) const {
    const auto ends = times(ICAL_DTEND_PROPERTY, "DTEND");
    const auto lengths = all(ICAL_DURATION_PROPERTY);
    if (!ends || lengths.size() != written("DURATION") || ends->size() + lengths.size() > 1)
      return wrong("its DTEND or DURATION cannot be read");
    const bool is_day = event.start.is_day();
    std::chrono::seconds length(is_day ? 86400 : 0);
    if (!lengths.empty()) {
      length = std::chrono::seconds(icaldurationtype_as_int(icalproperty_get_duration(lengths.front())));
    } else if (!ends->empty()) {
      if (ends->front().is_day() != is_day) return wrong("one of its ends is a day, and the other a time");
      length = is_day ? std::chrono::seconds(ends->front().day() - event.start.day())
                      : std::chrono::floor<std::chrono::seconds>(*zones_.moment(ends->front()) - event.from);
    }
    if (length < std::chrono::seconds(0) || length > reading_.limits.longest)
      return wrong("it ends before it begins, or is longer than one visit may be");
    event.length = length;
    event.days = std::chrono::ceil<std::chrono::days>(length);
    return {};
  }

  Result<void> read_rule(IcalEvent& event) const {
    const auto rules = all(ICAL_RRULE_PROPERTY);
    const auto lines = std::ranges::count_if(block_.lines, [](const IcalLine& one) { return one.is("RRULE"); });
    if (static_cast<std::ptrdiff_t>(rules.size()) != lines || rules.size() > 1 || written("EXRULE") > 0)
      return wrong("its rule of repetition cannot be read, or there are several");
    if (rules.empty()) return {};
    event.rule = std::make_unique<icalrecurrencetype>(icalproperty_get_rrule(rules.front()));
    const auto often = event.rule->freq;
    const bool is_known = often == ICAL_DAILY_RECURRENCE || often == ICAL_WEEKLY_RECURRENCE ||
                          often == ICAL_MONTHLY_RECURRENCE || often == ICAL_YEARLY_RECURRENCE;
    if (!is_known || event.rule->rscale != nullptr)
      return wrong("it repeats more often than daily, or by another calendar");
    return {};
  }

  Result<void> read_dates(IcalEvent& event) const {
    const auto excluded = times(ICAL_EXDATE_PROPERTY, "EXDATE");
    if (!excluded) return wrong("one of its EXDATEs is no time");
    for (const IcalTime& one : *excluded)
      one.is_day() ? static_cast<void>(event.excluded.days.insert(one.day()))
                   : static_cast<void>(event.excluded.moments.insert(*zones_.moment(one)));
    auto further = times(ICAL_RDATE_PROPERTY, "RDATE");
    if (!further) return wrong("one of its RDATEs is no time, or a period");
    event.further = std::move(*further);
    return {};
  }

  void read_subjects(IcalEvent& event) const {
    const auto add = [&](std::string_view text) {
      text = gatepost::support::trimmed(text);
      if (!text.empty()) event.subjects.emplace(text);
    };
    const SubjectPlace& place = reading_.subject;
    if (place.kind == SubjectPlace::property) {
      for (const IcalLine& line : block_.lines)
        if (line.is(place.name)) add(line.plain_text());
    } else if (place.kind == SubjectPlace::description) {
      constexpr std::string_view mark = "subject:";
      const std::string text = text_of("DESCRIPTION");
      for (const auto line : gatepost::support::split(text, '\n'))
        if (gatepost::support::plain_word(line.substr(0, mark.size())) == mark) add(line.substr(mark.size()));
    } else {
      for (auto* attendee : all(ICAL_ATTENDEE_PROPERTY))
        if (comes(attendee))
          add(place.kind == SubjectPlace::attendee_name ? parameter(attendee, ICAL_CN_PARAMETER) : mail_of(attendee));
    }
  }

  // Rooms are invited as people are, and who declined does not come.
  static bool comes(icalproperty* attendee) {
    auto* kind = icalproperty_get_first_parameter(attendee, ICAL_CUTYPE_PARAMETER);
    auto* answer = icalproperty_get_first_parameter(attendee, ICAL_PARTSTAT_PARAMETER);
    const auto what = kind == nullptr ? ICAL_CUTYPE_INDIVIDUAL : icalparameter_get_cutype(kind);
    if (what == ICAL_CUTYPE_ROOM || what == ICAL_CUTYPE_RESOURCE) return false;
    return answer == nullptr || icalparameter_get_partstat(answer) != ICAL_PARTSTAT_DECLINED;
  }

  static std::string mail_of(icalproperty* attendee) {
    constexpr std::string_view scheme = "mailto:";
    const char* value = icalproperty_get_value_as_string(attendee);
    const std::string_view text = value == nullptr ? "" : value;
    if (gatepost::support::plain_word(text.substr(0, scheme.size())) != scheme) return {};
    return std::string(text.substr(scheme.size()));
  }

  void read_facts(IcalEvent& event) const {
    Facts facts;
    for (const std::string& name : reading_.show) {
      std::string text = text_of(name);
      const auto hosts = all(ICAL_ORGANIZER_PROPERTY);
      if (name == "host" && !hosts.empty()) text = parameter(hosts.front(), ICAL_CN_PARAMETER);
      if (!text.empty()) facts[name] = shown_fact(text);
    }
    event.facts = std::make_shared<const Facts>(std::move(facts));
  }

  const IcalBlock& block_;
  IcalZones& zones_;
  const IcalReading& reading_;
  const IcalComponent component_;
};

}  // namespace

Result<SubjectPlace> SubjectPlace::from(const std::string& setting) {
  if (setting == "attendee_mail") return SubjectPlace{attendee_mail};
  if (setting == "attendee_name") return SubjectPlace{attendee_name};
  if (setting == "description") return SubjectPlace{description};
  const bool is_name = !setting.empty() && std::ranges::all_of(setting, [](char c) {
    return c == '-' || ('0' <= c && c <= '9') || ('A' <= c && c <= 'Z') || ('a' <= c && c <= 'z');
  });
  if (is_name) return SubjectPlace{property, setting};
  return Error{"is no place in an event", "subject",
               "write attendee_mail, attendee_name, description, or a property's name such as UID or X-VISITOR"};
}

Result<IcalEvent> event_of(const IcalBlock& block, IcalZones& zones, const IcalReading& reading) {
  return EventReader(block, zones, reading).read();
}

}  // namespace visit
