// When an event is: once, or again and again by its rule.
#pragma once

#include "ical_event.hpp"

namespace visit {

struct Occurrence {
  gatepost::WallTime from{}, until{};
  std::chrono::local_days day{};  ///< as its own clocks show its begin
};

/// Without those that are excluded. Nothing: its rule cannot be followed. Of a rule no more than `most`.
std::optional<std::vector<Occurrence>> occurrences_of(const IcalEvent& event, IcalZones& zones, std::size_t most);

}  // namespace visit
