// One event of an iCalendar file: whom it means, and when it first is.
#pragma once

#include <set>

#include "ical_zones.hpp"

namespace visit {

/// Where in an event the subjects of its visitors stand.
struct SubjectPlace {
  enum Kind { attendee_mail, attendee_name, description, property };
  Kind kind = attendee_mail;
  std::string name{};  ///< of the property

  /// As a site file writes it.
  static gatepost::Result<SubjectPlace> from(const std::string& setting);
};

/// Moments, and whole days, that a list of an event names.
struct Pins {
  std::set<gatepost::WallTime> moments{};
  std::set<std::chrono::local_days> days{};
  bool has(gatepost::WallTime moment, std::chrono::local_days day) const {
    return moments.contains(moment) || days.contains(day);
  }
};

struct IcalEvent {
  std::uint64_t line = 0;
  std::string uid{};
  int sequence = 0;
  bool is_cancelled = false;
  std::optional<IcalTime> replaces{};  ///< it stands in place of this one of its series
  IcalTime start{};
  gatepost::WallTime from{};
  gatepost::Duration length{};  ///< of one that begins and ends at times
  std::chrono::days days{};     ///< of one that is all day
  std::unique_ptr<icalrecurrencetype> rule{};
  std::vector<IcalTime> further{};  ///< RDATE
  Pins excluded{};                  ///< EXDATE
  std::set<std::string> subjects{};
  std::shared_ptr<const Facts> facts{};
};

/// How events are read.
struct IcalReading {
  std::string file;
  SubjectPlace subject{};
  std::vector<std::string> show{};  ///< property names, and `host`
  Limits limits{};
};

gatepost::Result<IcalEvent> event_of(const IcalBlock& block, IcalZones& zones, const IcalReading& reading);

}  // namespace visit
