// Who went where last, as simply as it can be said: what the product learns by the way is compared with it.
#pragma once

#include <algorithm>
#include <gatepost/record.hpp>
#include <optional>
#include <string>
#include <vector>

#include "world/passages.hpp"

namespace gatepost::world {

/// All Records, gone through from the first one for each question.
struct PlainPresence {
  std::vector<Record> records;

  bool was_taken_back(const Record& attempt) const {
    return std::ranges::any_of(records, [&](const Record& one) {
      const bool passage = one.kind == RecordKind::passage && one.reason == "timed_out";
      const bool alarm =
          one.kind == RecordKind::alarm && (one.reason == "actuator_failed" || one.reason == "kept_too_late");
      return (passage || alarm) && one.about == attempt.id.sequence;
    });
  }
  std::optional<Record> last(const std::string& zone, const std::string& scheme, const std::string& subject) const {
    std::optional<Record> found;
    for (const Record& one : records) {
      const auto detail = one.details.find("zone");
      if (one.kind != RecordKind::attempt || one.outcome != Outcome::grant || was_taken_back(one)) continue;
      if (one.subject != subject || (!scheme.empty() && one.scheme != scheme)) continue;
      if ((detail == one.details.end() ? "" : detail->second) == zone) found = one;
    }
    return found;
  }
  std::optional<WallTime> time_of(const Record& attempt) const {
    for (const Record& one : records)
      if (one.id >= attempt.id && one.clock.source != ClockSource::unset) return one.wall;
    return {};
  }
};

}  // namespace gatepost::world
