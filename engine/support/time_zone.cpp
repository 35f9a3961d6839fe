#include <date/tz.h>

#include <cstdlib>
#include <exception>
#include <gatepost/support/printable.hpp>
#include <gatepost/support/time_zone.hpp>

namespace gatepost::support {
namespace {

using Local = date::local_time<Duration>;

constexpr std::size_t longest_name = 60;  // as far as an Error repeats it

// As the C library has it, so that every part of the program is in one zone.
const date::time_zone* of_this_machine() {
  const char* told = std::getenv("TZ");
  const std::string name = told == nullptr ? "" : told;
  if (name.empty()) return date::current_zone();
  return date::locate_zone(name.front() == ':' ? name.substr(1) : name);
}

}  // namespace

Result<TimeZone> TimeZone::find(const std::string& name) {
  try {
    const auto* const zone = name.empty() ? of_this_machine() : date::locate_zone(name);
    static_cast<void>(zone->get_info(date::sys_seconds{}));  // its table is read now, and by no lane
    return TimeZone(zone);
  } catch (const std::exception&) {
    if (name.empty())
      return Error{"nothing tells which time zone this machine is in", "/etc/localtime",
                   "set it by `timedatectl set-timezone`, or name one in the settings"};
    return Error{
        "there is no such time zone", printable(name, longest_name),
        "write a name of the tz database, such as Asia/Ho_Chi_Minh (`timedatectl list-timezones`); see that the "
        "package tzdata is installed"};
  }
}

LocalTime TimeZone::local(WallTime time) const { return LocalTime(zone_->to_local(time).time_since_epoch()); }

WallTime TimeZone::first(LocalTime time) const {
  return zone_->to_sys(Local(time.time_since_epoch()), date::choose::earliest);
}

WallTime TimeZone::last(LocalTime time) const {
  return zone_->to_sys(Local(time.time_since_epoch()), date::choose::latest);
}

}  // namespace gatepost::support
