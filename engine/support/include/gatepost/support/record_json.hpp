// A Record as JSON: the one form that commands, the API, webhooks and exports have. engine/api/JSON.md tells each
// field.
#pragma once

#include <boost/json/object.hpp>
#include <gatepost/record.hpp>
#include <string>

namespace gatepost::support {

/// Whether an outcome means something in a Record of this kind: a device that came was not denied.
constexpr bool has_outcome(RecordKind kind) { return kind == RecordKind::attempt; }
constexpr bool has_direction(RecordKind kind) { return kind == RecordKind::attempt || kind == RecordKind::passage; }

/// "SITE-EPOCH-SEQUENCE"
std::string to_text(const RecordId& id);

/// Its texts are the Record's own bytes: write it out by printable_json, which makes them valid UTF-8.
boost::json::object json_of(const Record& record);

}  // namespace gatepost::support
