#include <gatepost/support/record_json.hpp>

#include <gatepost/support/crypto.hpp>
#include <gatepost/support/rfc3339.hpp>

namespace gatepost::support {
namespace {

boost::json::value bound_of(const Record& record) {
  if (record.clock.bound == Duration::max()) return nullptr;
  return boost::json::string(std::to_string(record.clock.bound.count()));
}

}  // namespace

std::string to_text(const RecordId& id) {
  return std::to_string(id.site) + "-" + std::to_string(id.epoch) + "-" + std::to_string(id.sequence);
}

// Nanoseconds are texts: many readers of JSON keep a number as a double, which loses the last digits.
boost::json::object json_of(const Record& record) {
  boost::json::object object{{"id", to_text(record.id)},
                             {"site", record.id.site},
                             {"epoch", record.id.epoch},
                             {"sequence", record.id.sequence},
                             {"kind", to_word(record.kind)},
                             {"wall", rfc3339(record.wall)},
                             {"boot", record.boot},
                             {"at_ns", std::to_string(record.at.time_since_epoch().count())},
                             {"clock", to_word(record.clock.source)},
                             {"clock_bound_ns", bound_of(record)},
                             {"lane", record.lane}};
  if (has_direction(record.kind)) object["direction"] = to_word(record.direction);
  object["device"] = record.device;
  object["symbology"] = record.symbology;
  object["scheme"] = record.scheme;
  object["subject"] = record.subject;
  object["verified"] = record.verified;
  if (has_outcome(record.kind)) object["outcome"] = to_word(record.outcome);
  object["reason"] = record.reason;
  object["about"] = record.about;
  boost::json::object details;
  for (const auto& [key, value] : record.details) details[key] = value;
  object["details"] = std::move(details);
  boost::json::object attributes;
  for (const auto& [key, value] : record.attributes) attributes[key] = value;
  object["attributes"] = std::move(attributes);
  boost::json::array erased;
  for (const auto& committed : record.commitments)
    if (is_erased(record, committed.first)) erased.emplace_back(committed.first);
  object["erased"] = std::move(erased);
  object["previous"] = hexadecimal(record.previous);
  return object;
}

}  // namespace gatepost::support
