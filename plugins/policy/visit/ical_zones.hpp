// The times of an iCalendar file, by whichever zone they name.
#pragma once

#include <libical/ical.h>

#include <gatepost/support/time_zone.hpp>
#include <map>
#include <optional>
#include <variant>

#include "ical_blocks.hpp"

namespace visit {

struct EndIcalComponent {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
using IcalComponent = std::unique_ptr<icalcomponent, EndIcalComponent>;

/// A whole component of that kind, or null.
IcalComponent component_of(const std::string& text, icalcomponent_kind kind);

/// A time as it is written, with the zone that it names; an empty one: the site's.
struct IcalTime {
  icaltimetype fields{};
  std::string zone{};
  bool is_day() const { return fields.is_date != 0; }
  std::chrono::local_days day() const;
};

class IcalZones {
 public:
  /// A zone that the tz database knows is taken from there, any other from the file.
  static gatepost::Result<IcalZones> of(const std::vector<IcalBlock>& blocks, const gatepost::support::TimeZone& site,
                                        const std::string& file);

  /// Of a day its begin. Nothing: no such zone, or no such time.
  std::optional<gatepost::WallTime> moment(const IcalTime& time);

 private:
  struct EndZone {
    void operator()(icaltimezone* zone) const { icaltimezone_free(zone, 1); }
  };
  using OwnZone = std::unique_ptr<icaltimezone, EndZone>;
  using Zone = std::variant<std::monostate, gatepost::support::TimeZone, OwnZone>;
  explicit IcalZones(const gatepost::support::TimeZone& site) : site_(site) {}
  const Zone& zone(const std::string& name);

  gatepost::support::TimeZone site_;
  std::map<std::string, Zone> zones_;
};

}  // namespace visit
