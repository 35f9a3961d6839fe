#include <algorithm>
#include <array>
#include <gatepost/support/presence.hpp>
#include <utility>

namespace gatepost::support {
namespace {

constexpr std::size_t most_taken_back = 4096;  // attempts of which it may yet be said that nobody went through

struct Said {
  RecordKind kind;
  std::string_view reason;
};
// Of a granted attempt. What says only that nobody saw it (passage_unknown, opened_late) is not among them.
constexpr std::array nobody_went{
    Said{RecordKind::passage, "timed_out"},
    Said{RecordKind::alarm, "actuator_failed"},
    Said{RecordKind::alarm, "kept_too_late"},
};

std::optional<WallTime> time_of(const Record& record) {
  if (record.clock.source == ClockSource::unset) return std::nullopt;
  return record.wall;
}

}  // namespace

bool lets_through(const Record& record) {
  return record.kind == RecordKind::attempt && record.outcome == Outcome::grant && !record.subject.empty();
}

std::uint64_t not_passed(const Record& record) {
  const bool says_so = std::ranges::any_of(
      nobody_went, [&](const Said& said) { return said.kind == record.kind && said.reason == record.reason; });
  return says_so ? record.about : 0;
}

std::string_view zone_of(const Record& record) {
  const auto zone = record.details.find(zone_detail);
  return zone == record.details.end() ? std::string_view() : std::string_view(zone->second);
}

bool Movement::is_within(Duration length, std::optional<WallTime> now) const {
  if (!wall || !now) return true;
  return *now - length < *wall && *wall < *now + length;
}

void Presence::learn(const Record& record) {
  if (const auto now = time_of(record); now && lacks_times_) give_times(*now);
  if (const auto attempt = not_passed(record); attempt != 0)
    take_back({record.id.site, record.id.epoch, attempt});
  else if (lets_through(record) && record.direction == keeps_.only.value_or(record.direction))
    note(record);
}

void Presence::note(const Record& record) {
  const Whose whose{std::string(zone_of(record)), person(record.scheme, record.subject)};
  Known& known = zones_[whose.zone][whose.person];
  known.movements.push_back({record.id, record.direction, time_of(record)});
  if (known.movements.size() > keeps_.movements) known.movements.erase(known.movements.begin());
  lacks_times_ = lacks_times_ || !known.movements.back().wall;
  order_.erase(std::exchange(known.touched, ++touches_));
  order_.emplace(known.touched, whose);
  may_be_taken_back_.insert_or_assign(record.id, whose);
  if (may_be_taken_back_.size() > most_taken_back) may_be_taken_back_.erase(may_be_taken_back_.begin());
  if (order_.size() > keeps_.people) forget(Whose(order_.begin()->second));
}

void Presence::take_back(const RecordId& attempt) {
  const auto found = may_be_taken_back_.find(attempt);
  if (found == may_be_taken_back_.end()) return;
  const Whose whose = std::move(found->second);
  may_be_taken_back_.erase(found);
  const auto zone = zones_.find(whose.zone);
  if (zone == zones_.end()) return;
  const auto known = zone->second.find(whose.person);
  if (known == zone->second.end()) return;
  std::erase_if(known->second.movements, [&](const Movement& one) { return one.attempt == attempt; });
  if (known->second.movements.empty()) forget(whose);
}

void Presence::forget(const Whose& whose) {
  const auto zone = zones_.find(whose.zone);
  const auto known = zone->second.find(whose.person);
  order_.erase(known->second.touched);
  zone->second.erase(known);
  if (zone->second.empty()) zones_.erase(zone);
}

// They happened before this, and nobody can tell how long before.
void Presence::give_times(WallTime now) {
  for (auto& [zone, people] : zones_)
    for (auto& [person, known] : people)
      for (Movement& movement : known.movements)
        if (!movement.wall) movement.wall = now;
  lacks_times_ = false;
}

Person Presence::person(std::string_view scheme, std::string_view subject) const {
  return {schemes_ == Schemes::apart ? std::string(scheme) : std::string(), std::string(subject)};
}

std::span<const Movement> Presence::movements(std::string_view zone, const Person& person) const {
  const auto people = zones_.find(zone);
  if (people == zones_.end()) return {};
  const auto known = people->second.find(person);
  if (known == people->second.end()) return {};
  return known->second.movements;
}

const Movement* Presence::last(std::string_view zone, const Person& person) const {
  const auto kept = movements(zone, person);
  return kept.empty() ? nullptr : &kept.back();
}

bool Presence::is_inside(std::string_view zone, const Person& person) const {
  const Movement* movement = last(zone, person);
  return movement != nullptr && movement->direction == Direction::in;
}

std::vector<Presence::Inside> Presence::inside(std::string_view zone) const {
  std::vector<Inside> all;
  count_inside(zone, [&](const Person& person, const Movement& came) {
    all.push_back({person, came});
    return true;
  });
  std::ranges::sort(all, {}, [](const Inside& one) { return one.came.attempt; });
  return all;
}

std::size_t Presence::count_inside(std::string_view zone,
                                   const std::function<bool(const Person&, const Movement&)>& is_meant) const {
  const auto people = zones_.find(zone);
  if (people == zones_.end()) return 0;
  std::size_t count = 0;
  for (const auto& [person, known] : people->second) {
    const Movement& newest = known.movements.back();
    if (newest.direction == Direction::in && is_meant(person, newest)) ++count;
  }
  return count;
}

std::vector<std::string> Presence::zones() const {
  std::vector<std::string> names;
  for (const auto& [zone, people] : zones_) names.push_back(zone);
  return names;
}

}  // namespace gatepost::support
