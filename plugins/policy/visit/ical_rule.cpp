#include "ical_rule.hpp"

namespace visit {
namespace {

using gatepost::WallTime;

struct EndIterator {
  void operator()(icalrecur_iterator* iterator) const { icalrecur_iterator_free(iterator); }
};

std::optional<Occurrence> occurrence_at(const IcalTime& start, const IcalEvent& event, IcalZones& zones) {
  const auto from = zones.moment(start);
  if (!from) return std::nullopt;
  Occurrence one{.from = *from, .until = *from + event.length, .day = start.day()};
  if (start.is_day()) {
    IcalTime end = start;
    icaltime_adjust(&end.fields, static_cast<int>(event.days.count()), 0, 0, 0);
    const auto until = zones.moment(end);
    if (!until) return std::nullopt;
    one.until = *until;
  }
  return one;
}

/// The last moment of a rule: it is of the event's own clocks where it names no zone.
class RuleEnd {
 public:
  RuleEnd(icaltimetype until, const IcalEvent& event, IcalZones& zones) {
    if (icaltime_is_null_time(until) != 0) return;
    const IcalTime time{until, icaltime_is_utc(until) != 0 ? std::string() : event.start.zone};
    if (time.is_day())
      day_ = time.day();
    else
      moment_ = zones.moment(time);
    is_wrong_ = !time.is_day() && !moment_;
  }
  bool is_wrong() const { return is_wrong_; }
  bool is_behind(const Occurrence& one) const { return (moment_ && one.from > *moment_) || (day_ && one.day > *day_); }

 private:
  std::optional<WallTime> moment_{};
  std::optional<std::chrono::local_days> day_{};
  bool is_wrong_ = false;
};

}  // namespace

std::optional<std::vector<Occurrence>> occurrences_of(const IcalEvent& event, IcalZones& zones, std::size_t most) {
  std::vector<Occurrence> found;
  const auto add = [&](const Occurrence& one) {
    if (!event.excluded.has(one.from, one.day)) found.push_back(one);
  };
  if (event.rule) {
    icalrecurrencetype rule = *event.rule;
    rule.until = icaltime_null_time();  // it would be compared without regard to zones
    const RuleEnd end(event.rule->until, event, zones);
    const std::unique_ptr<icalrecur_iterator, EndIterator> iterator(icalrecur_iterator_new(rule, event.start.fields));
    if (!iterator || end.is_wrong()) return std::nullopt;
    for (std::size_t count = 0; count < most; ++count) {
      const icaltimetype next = icalrecur_iterator_next(iterator.get());
      if (icaltime_is_null_time(next) != 0) break;
      const auto one = occurrence_at({next, event.start.zone}, event, zones);
      if (!one || end.is_behind(*one)) break;
      add(*one);
    }
  } else {
    const auto one = occurrence_at(event.start, event, zones);
    if (!one) return std::nullopt;
    add(*one);
  }
  for (const IcalTime& start : event.further) {
    const auto one = occurrence_at(start, event, zones);
    if (!one) return std::nullopt;
    add(*one);
  }
  return found;
}

}  // namespace visit
