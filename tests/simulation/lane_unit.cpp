// A lane of the engine: its machine, its formats and policies.
#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "engine.hpp"
#include "world.hpp"

namespace gatepost::simulation {

using namespace std::chrono_literals;
using core::Lane;

namespace {

constexpr std::array lane_event_words{"Scanned",     "Pressed", "Decoded", "Decided", "Committed", "Released", "GateIs",
                                      "PassageOver", "Tick",    "Pause",   "Resume",  "Configure", "Stop"};
static_assert(lane_event_words.size() == lane_events);
constexpr std::array lane_effect_words{"Decode",   "Decide",   "Commit",      "Release", "Post",
                                       "Answered", "Prompted", "TellScanner", "Abandon"};
static_assert(lane_effect_words.size() == std::variant_size_v<Lane::Effect>);

int channel_of(int lane) { return 10 + lane * 10; }

core::LaneSettings first_settings(const LanePlan& plan, int number) {
  core::LaneSettings settings;
  settings.name = "lane " + std::to_string(number);
  settings.actuator = "gate " + std::to_string(number);
  settings.repeat_within = plan.repeat;
  settings.policy_timeout = plan.policy_timeout;
  settings.record_deadline = plan.record_deadline;
  settings.actuator_deadline = plan.actuator_deadline;
  settings.fail_open = plan.fail_open;
  settings.directions = {
      .in = "IN", .out = "OUT", .within = plan.ask, .stays = plan.stays, .repeat_within = plan.repeat};
  std::uint64_t object = 0;
  for (int i = 0; i < plan.formats; ++i) settings.formats.push_back({"format " + std::to_string(i), ++object});
  for (int i = 0; i < plan.policies; ++i) settings.policies.push_back({"policy " + std::to_string(i), ++object});
  return settings;
}

Error broken(const char* what) {
  Error error{what, "plugin", "report it"};
  error.fault = true;
  return error;
}

Credential credential_of(const ScanState& scan) {
  Credential credential;
  credential.subject = std::string(to_word(scan.card)) + " " + std::to_string(scan.person);
  const Validity validity = validity_of(scan.card);
  credential.valid_from = validity.from;
  credential.valid_until = validity.until;
  if (scan.card == Card::refused) credential.refused = "withdrawn";
  return credential;
}

}  // namespace

LaneUnit::LaneUnit(World& world, int number, int board)
    : serial(world.next_serial()),
      born(world.scheduler.clocks().boot),
      world_(world),
      number_(number),
      settings_(first_settings(world.plan.lanes[static_cast<std::size_t>(number)], number)),
      objects_(100),
      gate_(nullptr),
      runner_(world.scheduler, world.moments, channel_of(number), Lane(settings_),
              {.before = [this](const Lane::Event& event) { before(event); },
               .handled =
                   [this](const Lane::Event& event) {
                     came_back(event, false);
                     const auto now = static_cast<unsigned>(runner_.machine().step());
                     world_.hooks.coverage.lane_after[step_before_][event.index()] |=
                         static_cast<std::uint8_t>(1U << now);
                     world_.checker.handled(*this, event);
                   },
               .emitted = [this](Lane::Effect& effect) { emitted(effect); },
               .drained =
                   [this](const Lane::Event& event) {
                     came_back(event, true);
                     world_.checker.drained(*this, event);
                   },
               .perform = [this](Lane::Effect&& effect) { perform(std::move(effect)); },
               .idle = [this] { world_.checker.idle(*this); }}) {
  fit_gate(board);
}

bool LaneUnit::asks() const {
  const auto states = runner_.machine().directions(world_.scheduler.clocks().boot);
  return std::ranges::any_of(states, &core::DirectionQuestions::State::asks);
}

void LaneUnit::fit_gate(int board) {
  gate_ = std::make_shared<GateUnit>(world_, *this, board);
  world_.checker.fitted(*gate_);
}

void LaneUnit::start() {
  post(Lane::Tick{});
  gate_->start();
}

core::LaneSettings LaneUnit::draw_settings() {
  Stream random = world_.random("settings", number_);
  core::LaneSettings settings = first_settings(world_.plan.lanes[static_cast<std::size_t>(number_)], number_);
  if (random.one_in(2)) settings.repeat_within = Duration(random.spread(1'000'000'000, 5'000'000'000));
  if (random.one_in(2)) settings.record_deadline = Duration(random.spread(300'000'000, 2'000'000'000));
  if (random.one_in(2)) settings.actuator_deadline = Duration(random.spread(300'000'000, 2'000'000'000));
  if (random.one_in(3)) settings.formats.push_back({"format 9", 0});
  if (random.one_in(3) && settings.policies.size() > 1) settings.policies.pop_back();
  for (auto& format : settings.formats) format.object = ++objects_;
  for (auto& policy : settings.policies) policy.object = ++objects_;
  settings_ = settings;
  return settings;
}

void LaneUnit::before(const Lane::Event& event) {
  world_.note("lane", number_, lane_event_words.at(event.index()), static_cast<std::uint64_t>(runner_.machine().step()),
              "comes in");
  step_before_ = static_cast<std::size_t>(runner_.machine().step());
  ++world_.hooks.coverage.lane[static_cast<std::size_t>(runner_.machine().step())][event.index()];
  if (const auto* decided = std::get_if<Lane::Decided>(&event); decided != nullptr && decided->held)
    if (const auto known = reserving_.extract(decided->call)) --world_.checker.scan(known.mapped()).reserving;
  world_.checker.before(*this, event);
}

// While its effects are taken out it may be told that the call has been given up.
void LaneUnit::came_back(const Lane::Event& event, bool drained) {
  core::CallId id = 0;
  if (const auto* decoded = std::get_if<Lane::Decoded>(&event)) id = decoded->call;
  if (const auto* decided = std::get_if<Lane::Decided>(&event)) id = decided->call;
  if (const auto* committed = std::get_if<Lane::Committed>(&event)) id = committed->call;
  const auto found = calls_.find(id);
  if (found == calls_.end()) return;
  if (drained)
    calls_.erase(found);
  else if (found->second == Call::under_way)
    found->second = Call::back;
}

// One call at a time, by the lane's thread.
void LaneUnit::emitted(const Lane::Effect& effect) {
  world_.checker.emitted(*this, effect);
  const auto announce = [this](core::CallId id) {
    for (const auto& [other, call] : calls_)
      if (call == Call::under_way) throw Violation{"16 machine", "a lane calls while it waits for a call"};
    if (!calls_.emplace(id, Call::under_way).second) throw Violation{"16 machine", "a call's id is given twice"};
  };
  if (const auto* decode_call = std::get_if<Lane::Decode>(&effect)) announce(decode_call->id);
  if (const auto* decide_call = std::get_if<Lane::Decide>(&effect)) announce(decide_call->id);
  if (const auto* commit = std::get_if<Lane::Commit>(&effect)) announce(commit->id);
  if (const auto* abandon = std::get_if<Lane::Abandon>(&effect)) {
    const auto found = calls_.find(abandon->call);
    if (found == calls_.end() || found->second == Call::abandoned)
      throw Violation{"16 machine", "a call is abandoned that is not under way"};
    found->second = Call::abandoned;
  }
}

void LaneUnit::perform(Lane::Effect&& effect) {
  world_.note("lane", number_, lane_effect_words.at(effect.index()));
  const auto work = [this](std::function<void()> task) { world_.scheduler.in_process(1us, 0, std::move(task)); };
  if (auto* decode_call = std::get_if<Lane::Decode>(&effect)) {
    work([this, call = *decode_call] { decode(call); });
  } else if (auto* decide_call = std::get_if<Lane::Decide>(&effect)) {
    work([this, call = *decide_call] { decide(call); });
  } else if (auto* commit = std::get_if<Lane::Commit>(&effect)) {
    work([this, call = std::move(*commit)] {
      world_.journal.commit(call.record, call.not_after, [this, id = call.id](Result<RecordId> kept) {
        returns(1us, Lane::Committed{id, std::move(kept)});
      });
    });
  } else if (auto* release = std::get_if<Lane::Release>(&effect)) {
    if (gate_)
      gate_->post(core::Gate::Release{release->ticket, release->record, release->direction, release->deadline});
    else
      post(Lane::Released{release->ticket, Error{"the gate is being exchanged", settings_.name, "scan again"}});
  } else if (auto* record = std::get_if<Lane::Post>(&effect)) {
    world_.journal.post(record->record);
  }
}

void LaneUnit::returns(Duration after, Lane::Event event) {
  world_.scheduler.in_process(after, 0, [this, event = std::move(event)] { post(event); });
}

// Called again when what hangs goes on; or never.
template <class F>
bool LaneUnit::hangs(FaultKind kind, F again) {
  const Fault* fault = world_.faults.active(kind, number_);
  if (fault == nullptr) return false;
  world_.faults.noticed(kind);
  if (fault->value != 1)
    world_.faults.at_end(kind, number_, [this, again, life = world_.scheduler.life()] {
      if (life == world_.scheduler.life()) world_.scheduler.in_process(10us, 0, again);
    });
  return true;
}

void LaneUnit::decode(const Lane::Decode& call) {
  if (hangs(FaultKind::format_hangs, [this, call] { decode(call); })) return;
  const ScanState& scan = world_.checker.scan_of(call.scan->answer);
  Stream random = world_.random("decode", number_);
  const Duration latency(random.spread(1'000, 200'000));
  const auto formats = static_cast<std::size_t>(world_.plan.lanes[static_cast<std::size_t>(number_)].formats);
  const bool knows = call.format == static_cast<std::size_t>(scan.person) % formats;
  Result<std::optional<Credential>> result = std::optional<Credential>();
  if (world_.faults.active(FaultKind::format_fails, number_) != nullptr && random.one_in(2)) {
    world_.faults.noticed(FaultKind::format_fails);
    result = broken("threw");
  } else if (knows && scan.card == Card::not_genuine) {
    result = Error{"a bad signature", "format", "look at the card"};
  } else if (knows && scan.card != Card::unknown_code && scan.card != Card::direction) {
    result = std::optional<Credential>(credential_of(scan));
  }
  returns(latency, Lane::Decoded{call.id, std::move(result)});
}

void LaneUnit::decide(const Lane::Decide& call) {
  if (hangs(FaultKind::policy_hangs, [this, call] { decide(call); })) return;
  ScanState& scan = world_.checker.scan_of(call.scan->answer);
  Stream random = world_.random("decide", number_);
  const Duration latency(random.spread(1'000, 500'000));
  Result<Decision> result = Decision{scan.card == Card::not_listed ? gatepost::Outcome::deny : gatepost::Outcome::grant,
                                     scan.card == Card::not_listed ? "not_listed" : "",
                                     {}};
  if (world_.faults.active(FaultKind::policy_fails, number_) != nullptr && random.one_in(2)) {
    world_.faults.noticed(FaultKind::policy_fails);
    result = broken("threw");
  }
  core::HeldReservation held;
  if (result && call.policy == 0 && scan.card == Card::once) {
    auto decided = world_.engine()->quota.decide(settings_.name, call.scan->reading,
                                                 call.scan->answer.credential->subject, world_.journal.durable());
    held = std::move(decided.held);
    if (!decided.granted) {
      world_.checker.spent(scan);
      result = Decision{gatepost::Outcome::deny, "spent", {}};
    }
  }
  if (result && call.policy == 0 && scan.card == Card::member) {
    const core::Answer& answer = call.scan->answer;
    const Reading& reading = call.scan->reading;
    auto decided = world_.engine()->rules.decide({.credential = *answer.credential,
                                                  .reading = reading,
                                                  .lane = settings_.name,
                                                  .direction = answer.direction,
                                                  .at = answer.trace.taken,
                                                  .wall = reading.wall,
                                                  .wall_is_known = call.wall_is_known,
                                                  .subject_key = answer.credential->subject},
                                                 world_.journal.durable());
    held = std::make_shared<std::vector<core::HeldReservation>>(std::move(decided.held));
    result = std::move(decided.decision);
  }
  if (held) {
    ++scan.reserving;
    reserving_[call.id] = scan.number;
  }
  const auto tell = [this, event = Lane::Decided{call.id, result, std::move(held)}]() mutable {
    post(std::move(event));
  };
  if (world_.faults.active(FaultKind::policy_twice, number_) != nullptr) {
    world_.faults.noticed(FaultKind::policy_twice);
    returns(latency + Duration(random.spread(1'000, 20'000'000)), Lane::Decided{call.id, result});
  }
  world_.scheduler.in_process(latency, 0, tell);
}

}  // namespace gatepost::simulation
