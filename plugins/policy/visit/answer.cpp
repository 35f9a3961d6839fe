#include "answer.hpp"

#include <algorithm>

namespace visit {
namespace {

using gatepost::WallTime;

gatepost::support::LocalTime last_moment(const Expected& visit, const gatepost::support::TimeZone& zone) {
  return zone.local(std::max(visit.from, visit.until - gatepost::Duration(1)));
}

// The nearest visit of this day, the next one first.
Answer beside_the_visits(std::span<const Expected> visits, WallTime now, const gatepost::support::TimeZone& zone) {
  const auto today = zone.day(now);
  const Expected *next = nullptr, *last = nullptr;
  for (const Expected& visit : visits) {
    if (visit.from > now) {
      if (zone.day(visit.from) == today && (next == nullptr || visit.from < next->from)) next = &visit;
    } else if (std::chrono::floor<std::chrono::days>(last_moment(visit, zone)) == today) {
      last = &visit;
    }
  }
  if (next != nullptr) return {"too_early", next};
  if (last != nullptr) return {"too_late", last};
  return {"not_expected", nullptr};
}

}  // namespace

Answer answer_of(std::span<const Expected> visits, const Tolerance& tolerance, WallTime now,
                 std::vector<WallTime> entries, const gatepost::support::TimeZone& zone) {
  const auto is_open = [&](const Expected& visit, WallTime at) {
    return visit.from - tolerance.early <= at && at < visit.until + tolerance.late;
  };
  std::vector<bool> spent(visits.size());
  const auto first_open = [&](WallTime at) {
    std::size_t place = 0;
    while (place < visits.size() && (spent[place] || !is_open(visits[place], at))) ++place;
    return place;
  };
  std::ranges::sort(entries);
  for (const WallTime entry : entries)
    if (const auto place = first_open(entry); place < visits.size()) spent[place] = true;
  if (const auto place = first_open(now); place < visits.size()) return {"", &visits[place]};
  const auto used = std::ranges::find_if(visits, [&](const Expected& visit) { return is_open(visit, now); });
  if (used != visits.end()) return {"already_here", &*used};
  return beside_the_visits(visits, now, zone);
}

}  // namespace visit
