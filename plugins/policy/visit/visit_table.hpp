// Visits from a CSV file: subject,from,until and what is shown.
#pragma once

#include <gatepost/support/csv.hpp>
#include <gatepost/support/time_zone.hpp>
#include <optional>
#include <string_view>

#include "calendar.hpp"

namespace visit {

/// An Error where anything is not as it must be.
gatepost::Result<std::shared_ptr<const Calendar>> read_table(gatepost::support::Csv csv,
                                                             const gatepost::support::TimeZone& zone,
                                                             const std::vector<std::string>& show,
                                                             const Limits& limits);

/// A day, or a time of it: of clocks in that zone unless it names its own.
struct Moment {
  gatepost::WallTime begin{}, end{};  ///< one moment, but of a day, which ends at the next midnight
};
std::optional<Moment> moment_of(std::string_view text, const gatepost::support::TimeZone& zone);

}  // namespace visit
