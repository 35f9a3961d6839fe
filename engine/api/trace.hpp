// Scans' ways, asked of a running site: {"do":"trace","lane":NAME,"last":N,"follow":true}.
#pragma once

#include <boost/json/object.hpp>

#include "api/verbs.hpp"
#include "observe/traces.hpp"

namespace gatepost::api {

/// {"lane",…,"steps":[{"step":"arrived","us":0},…]}: microseconds after the first step.
boost::json::object json_of(const observe::TracedScan& scan);

/// Answers one line {"scans":[…]} with the last N (1 unless told, at most 256) of one lane or of all; to "follow" a
/// line {"scan":{…}} for each as it ends, and the same again when its passage is known.
void answer_trace(observe::Traces& traces, const boost::json::object& request, Reply reply);

}  // namespace gatepost::api
