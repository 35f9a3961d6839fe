#include "api/trace.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <gatepost/support/rfc3339.hpp>

namespace gatepost::api {
namespace {

using boost::json::array;
using boost::json::object;

// Half of the 1 MiB that a client may leave unread would hold more.
constexpr std::int64_t most_at_once = 256;

Result<std::int64_t> count_of(const object& request) {
  const auto* last = request.if_contains("last");
  if (last == nullptr) return 1;
  if (!last->is_int64() || last->get_int64() < 1 || last->get_int64() > most_at_once)
    return Error{"'last' is no number of scans", "the request", "ask for 1 to 256"};
  return last->get_int64();
}

Result<std::string> lane_of(const object& request) {
  const auto* lane = request.if_contains("lane");
  if (lane == nullptr) return std::string();
  if (!lane->is_string()) return Error{"'lane' is no name", "the request", "name a lane of the site file"};
  return std::string(lane->get_string());
}

}  // namespace

object json_of(const observe::TracedScan& scan) {
  array steps;
  const auto reached = observe::steps_of(scan);
  for (const observe::Step& step : reached)
    steps.push_back(object{{"step", step.name},
                           {"us", std::chrono::duration<double, std::micro>(step.at - reached.front().at).count()}});
  object told{{"lane", scan.lane},
              {"device", scan.device},
              {"direction", to_word(scan.direction)},
              {"outcome", to_word(scan.outcome)},
              {"reason", scan.reason},
              {"repeated", scan.repeated},
              {"troubled", scan.troubled},
              {"record", scan.sequence},
              {"wall", support::rfc3339(scan.wall)},
              {"steps", std::move(steps)}};
  if (!scan.passage_reason.empty()) told["passage"] = scan.passage_reason;
  return told;
}

void answer_trace(observe::Traces& traces, const object& request, Reply reply) {
  const auto count = count_of(request);
  const auto lane = lane_of(request);
  if (!count || !lane) {
    reply.end(count ? lane.error() : count.error());
    return;
  }
  const auto* follow = request.if_contains("follow");
  if (follow != nullptr && follow->is_bool() && follow->get_bool()) {
    traces.listen([reply = std::move(reply), lane = *lane](const observe::TracedScan& scan) {
      if (!lane.empty() && scan.lane != lane) return reply.is_open();
      return reply.line({{"scan", json_of(scan)}});
    });
    return;
  }
  array scans;
  for (const auto& scan : traces.last(*lane, static_cast<std::size_t>(*count))) scans.push_back(json_of(scan));
  reply.end(object{{"scans", std::move(scans)}});
}

}  // namespace gatepost::api
