// Whether somebody is expected now.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include <gatepost/support/time_zone.hpp>

#include "calendar.hpp"

namespace visit {

struct Tolerance {
  gatepost::Duration early{}, late{};
};

struct Answer {
  std::string_view reason{};        ///< empty: expected
  const Expected* about = nullptr;  ///< null: of no visit
};

/// `visits` as Calendar has them. `entries`: when the person came in before. Of the visits that were open then, each
/// entry has spent the one that ends first.
Answer answer_of(std::span<const Expected> visits, const Tolerance& tolerance, gatepost::WallTime now,
                 std::vector<gatepost::WallTime> entries, const gatepost::support::TimeZone& zone);

}  // namespace visit
