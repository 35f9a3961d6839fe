#include "api/record_json.hpp"

namespace gatepost::api {
namespace {

boost::json::value bound_of(const Record& record) {
  if (record.clock.bound == Duration::max()) return nullptr;
  return record.clock.bound.count();
}

}  // namespace

boost::json::object json_of(const Record& record) {
  boost::json::object details;
  for (const auto& [key, value] : record.details) details[key] = value;
  return {{"site", record.id.site},
          {"epoch", record.id.epoch},
          {"sequence", record.id.sequence},
          {"kind", to_word(record.kind)},
          {"wall_ns", record.wall.time_since_epoch().count()},
          {"at_ns", record.at.time_since_epoch().count()},
          {"boot", record.boot},
          {"clock", to_word(record.clock.source)},
          {"clock_bound_ns", bound_of(record)},
          {"lane", record.lane},
          {"direction", to_word(record.direction)},
          {"device", record.device},
          {"symbology", record.symbology},
          {"scheme", record.scheme},
          {"subject", record.subject},
          {"verified", record.verified},
          {"outcome", to_word(record.outcome)},
          {"reason", record.reason},
          {"about", record.about},
          {"details", std::move(details)}};
}

}  // namespace gatepost::api
