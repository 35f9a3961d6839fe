#include "ical_reader.hpp"

#include <algorithm>
#include <unordered_map>

#include "ical_rule.hpp"

namespace visit {
namespace {

using gatepost::Error;
using gatepost::Result;
using gatepost::WallTime;

/// Events of one UID belong together: a series, and those that stand in place of one of its visits.
class Series {
 public:
  explicit Series(IcalZones& zones) : zones_(zones) {}

  void take(IcalEvent event) {
    const std::string key = event.uid.empty() ? "\n" + std::to_string(event.line) : event.uid;  // none: it is alone
    const auto which = event.replaces ? zones_.moment(*event.replaces) : std::nullopt;
    auto& versions = series_[key];
    if (event.replaces) {
      Pins& replaced = replaced_[key];
      event.replaces->is_day() ? static_cast<void>(replaced.days.insert(event.replaces->day()))
                               : static_cast<void>(replaced.moments.insert(*which));
    }
    const auto [known, is_new] = versions.try_emplace(which, std::move(event));
    if (!is_new && known->second.sequence <= event.sequence) known->second = std::move(event);
  }

  /// Every event that counts, with what its series has in place of it.
  template <class Take>
  Result<void> each(const Take& take) const {
    static const Pins none;
    for (const auto& [key, versions] : series_) {
      const auto replaced = replaced_.find(key);
      for (const auto& [which, event] : versions)
        if (auto taken = take(event, which || replaced == replaced_.end() ? none : replaced->second); !taken)
          return taken.error();
    }
    return {};
  }

 private:
  IcalZones& zones_;
  std::unordered_map<std::string, std::map<std::optional<WallTime>, IcalEvent>> series_;
  std::unordered_map<std::string, Pins> replaced_;
};

/// How long the work may go on.
class Budget {
 public:
  Budget(const IcalReading& reading, const std::stop_token& stop)
      : reading_(reading), stop_(stop), end_(std::chrono::steady_clock::now() + reading.limits.work) {}
  Result<void> left(std::uint64_t line) const {
    if (stop_.stop_requested())
      return ical_error(reading_.file, line, "the reading was told to stop", "let it be read again");
    if (std::chrono::steady_clock::now() >= end_)
      return ical_error(reading_.file, line, "the calendar takes too long to read",
                        "export fewer events, and give rules of repetition an end");
    return {};
  }

 private:
  const IcalReading& reading_;
  const std::stop_token& stop_;
  const std::chrono::steady_clock::time_point end_;
};

Result<void> add_visits(Calendar& calendar, const IcalEvent& event, const Pins& replaced, IcalZones& zones,
                        const IcalReading& reading) {
  if (event.is_cancelled || event.subjects.empty()) return {};
  const auto occurrences = occurrences_of(event, zones, reading.limits.visits_of_rule);
  if (!occurrences)
    return ical_error(reading.file, event.line, "its rule of repetition cannot be followed",
                      "see this event in the program that wrote it");
  for (const Occurrence& one : *occurrences) {
    if (replaced.has(one.from, one.day)) continue;
    for (const std::string& subject : event.subjects) calendar.add(subject, {one.from, one.until, event.facts});
    if (calendar.size() > reading.limits.visits)
      return ical_error(reading.file, event.line,
                        "with this event there are more than " + std::to_string(reading.limits.visits) + " visits",
                        "give rules of repetition an end");
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<const Calendar>> read_ical(std::string_view text, const gatepost::support::TimeZone& zone,
                                                  const IcalReading& reading, const std::stop_token& stop) {
  const Budget budget(reading, stop);
  const auto blocks = blocks_of(text, reading.file, reading.limits);
  if (!blocks) return blocks.error();
  auto zones = IcalZones::of(blocks->zones, zone, reading.file);
  if (!zones) return zones.error();
  Series series(*zones);
  for (const IcalBlock& block : blocks->events) {
    if (auto left = budget.left(block.line); !left) return left.error();
    auto event = event_of(block, *zones, reading);
    if (!event) return event.error();
    series.take(std::move(*event));
  }
  auto calendar = std::make_shared<Calendar>(
      reading.subject.kind == SubjectPlace::attendee_mail ? Subjects::mail : Subjects::as_they_are);
  const auto done = series.each([&](const IcalEvent& event, const Pins& replaced) -> Result<void> {
    if (auto left = budget.left(event.line); !left) return left;
    return add_visits(*calendar, event, replaced, *zones, reading);
  });
  if (!done) return done.error();
  calendar->sort();
  return std::shared_ptr<const Calendar>(std::move(calendar));
}

}  // namespace visit
