#include "runtime/lookup.hpp"

#include <algorithm>

namespace gatepost::runtime {
namespace {

using Machine = core::Lane;

/// The machine of one lookup, and what is done in place of each of its effects.
class Walk {
 public:
  Walk(const config::Lane& settings, const Parts& parts, const std::optional<Credential>& known,
       const std::function<std::string(std::string_view)>& subject_key, Lookup& found)
      : parts_(parts),
        known_(known),
        subject_key_(subject_key),
        found_(found),
        machine_(settings_of(settings, parts)) {}

  void go(Machine::Scanned scanned) {
    tell(Machine::GateIs{found_.gate});
    tell(std::move(scanned));
    while (!events_.empty()) {
      Machine::Event event = std::move(events_.front());
      events_.erase(events_.begin());
      tell(std::move(event));
    }
  }

 private:
  void tell(Machine::Event event) {
    machine_.on(std::move(event), now_of(*parts_.clock));
    while (auto effect = machine_.next()) std::visit([this](const auto& one) { instead_of(one); }, *effect);
  }

  void instead_of(const Machine::Decode& call) {
    const NamedFormat& format = parts_.formats.at(call.format);
    auto credential =
        known_ ? Result<std::optional<Credential>>(known_->scheme == format.name ? known_ : std::optional<Credential>())
               : format.format->parse(call.scan->reading);
    found_.formats.emplace_back(format.name, credential);
    events_.emplace_back(Machine::Decoded{call.id, std::move(credential)});
  }
  void instead_of(const Machine::Decide& call) {
    const auto& policy = parts_.policies.at(call.policy);
    const core::Answer& answer = call.scan->answer;
    const Reading& reading = call.scan->reading;
    auto decision = policy->ask(attempt_of(answer, reading, call.wall_is_known),
                                [&] { return subject_key_(answer.credential->subject); });
    found_.policies.emplace_back(policy->name(), decision);
    events_.emplace_back(Machine::Decided{call.id, std::move(decision)});
  }
  // Nothing is kept and nothing moves: both are said to have gone well.
  void instead_of(const Machine::Commit& call) {
    found_.record = call.record;
    events_.emplace_back(Machine::Committed{call.id, RecordId{}});
  }
  void instead_of(const Machine::Release& release) {
    events_.emplace_back(Machine::Released{release.ticket, parts_.clock->now()});
  }
  void instead_of(const Machine::Answered& answered) { found_.answer = *answered.answer; }
  void instead_of(const Machine::Post&) {}
  void instead_of(const Machine::Prompted&) {}
  void instead_of(const Machine::TellScanner&) {}
  void instead_of(const Machine::Abandon&) {}

  const Parts& parts_;
  const std::optional<Credential>& known_;
  const std::function<std::string(std::string_view)>& subject_key_;
  Lookup& found_;
  Machine machine_;
  std::vector<Machine::Event> events_;
};

}  // namespace

Lookup look_up(const config::Lane& settings, const Parts& parts, const LookupQuery& query, core::GateState gate,
               const std::function<std::string(std::string_view)>& subject_key) {
  Lookup found{.lane = settings.name, .gate = gate, .has_gate = !settings.actuator.empty()};
  if (!settings.inputs.empty()) found.direction = settings.inputs.front().direction.value_or(Direction::in);
  found.direction = query.direction.value_or(found.direction);
  Reading reading{.payload = query.code, .symbology = query.symbology};
  const auto same_way = std::ranges::find_if(settings.inputs, [&](const config::LaneInput& input) {
    return input.direction.value_or(found.direction) == found.direction;
  });
  if (same_way != settings.inputs.end()) reading.device = same_way->device;
  reading.seen = parts.clock->now();
  reading.wall = parts.clock->wall();
  Walk(settings, parts, query.known, subject_key, found).go({std::move(reading), found.direction, nullptr});
  for (const auto& policy : parts.policies)
    if (std::ranges::find(found.policies, policy->name(), [](const auto& asked) { return asked.first; }) ==
        found.policies.end())
      found.not_asked.push_back(policy->name());
  return found;
}

std::string Lookup::decided_by() const {
  const core::Verdict& verdict = answer.verdict;
  if (verdict.reason == "busy" || verdict.reason == "gate_not_ready") return "the gate";
  if (!answer.credential) return "the credentials of the lane";
  if (!answer.credential->refused.empty()) return "credential " + answer.credential->scheme;
  if (policies.empty()) return "the lane's own rules";
  if (verdict.outcome == Outcome::deny) return "policy " + policies.back().first;
  for (const auto& [name, decision] : policies)
    if (decision && decision->reason == verdict.reason) return "policy " + name;
  return policies.size() == 1 ? "policy " + policies.front().first : "all policies";
}

}  // namespace gatepost::runtime
