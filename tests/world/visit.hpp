// Somebody who comes to a lane, for tests of policies.
#pragma once

#include <algorithm>
#include <functional>
#include <gatepost/policy.hpp>
#include <ostream>
#include <string>
#include <vector>

namespace gatepost::world {

struct Visit {
  std::string subject = "E1", scheme = "staff", zone{};
  Direction direction = Direction::in;
  WallTime wall{};
  bool clock_is_set = true;
  Credential credential{};                        ///< the rest of it
  std::function<std::string(std::string)> key{};  ///< of a subject in Records; nothing: the subject itself
  std::string lane = "main";
};

inline std::ostream& operator<<(std::ostream& out, const Visit& visit) {
  return out << visit.scheme << " " << visit.subject << " " << to_word(visit.direction) << " of '" << visit.zone
             << "' at " << visit.wall.time_since_epoch().count() << (visit.clock_is_set ? "" : " (not known)");
}

/// Calls `ask` with the Attempt, which lives no longer.
template <class Ask>
auto attempt(const Visit& visit, const Ask& ask, const std::vector<Reservation>& reserved = {}) {
  Credential credential = visit.credential;
  credential.scheme = visit.scheme;
  credential.subject = visit.subject;
  const Reading reading{.payload = visit.subject};
  const std::string key = visit.key ? visit.key(visit.subject) : visit.subject;
  return ask(Attempt{credential, reading, visit.lane, visit.direction, MonotonicTime{}, visit.wall, visit.clock_is_set,
                     key, reserved, visit.zone});
}

/// "grant", "grant CODE", "deny CODE" …; "error: …" where it is one.
inline std::string decision(const Policy& policy, const Visit& visit, const std::vector<Reservation>& reserved = {}) {
  return attempt(
      visit,
      [&](const Attempt& attempt) {
        const auto decided = policy.decide(attempt);
        if (!decided) return "error: " + to_line(decided.error());
        return std::string(to_word(decided->outcome)) + (decided->reason.empty() ? "" : " " + decided->reason);
      },
      reserved);
}

/// What a policy holds back for a visit that it has granted a moment ago.
inline Reservation reservation(const Visit& visit) {
  return {.lane = "other",
          .direction = visit.direction,
          .scheme = visit.scheme,
          .subject_key = visit.key ? visit.key(visit.subject) : visit.subject,
          .wall = visit.wall,
          .zone = visit.zone};
}

/// The Record of a grant.
inline Record granted(const Visit& visit, std::uint64_t sequence) {
  Record record{.id = {4017, 1, sequence}, .wall = visit.wall, .lane = visit.lane, .direction = visit.direction};
  record.clock = {visit.clock_is_set ? ClockSource::network : ClockSource::unset, Duration::max()};
  record.scheme = visit.scheme;
  record.subject = visit.key ? visit.key(visit.subject) : visit.subject;
  record.outcome = Outcome::grant;
  if (!visit.zone.empty()) record.details[zone_detail] = visit.zone;
  return record;
}

/// The Records that a policy of this horizon is taught at a start.
inline std::vector<Record> within_horizon(const std::vector<Record>& records, Duration horizon, WallTime now) {
  const auto is_young = [&](const Record& one) {
    return one.clock.source == ClockSource::unset || one.wall >= now - horizon;
  };
  return {std::ranges::find_if(records, is_young), records.end()};
}

}  // namespace gatepost::world
