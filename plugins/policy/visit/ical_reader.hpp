// Visits from an iCalendar file (RFC 5545), as calendars and visitors' programs export it.
#pragma once

#include <functional>
#include <stop_token>

#include "ical_event.hpp"

namespace visit {

/// An Error where anything is not as it must be: a date that is not read could let somebody in. `stop`: it is not
/// wanted any more.
gatepost::Result<std::shared_ptr<const Calendar>> read_ical(std::string_view text,
                                                            const gatepost::support::TimeZone& zone,
                                                            const IcalReading& reading, const std::stop_token& stop);

}  // namespace visit
