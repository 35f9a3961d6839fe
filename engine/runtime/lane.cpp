#include "runtime/lane.hpp"

#include <algorithm>
#include <utility>

#include "config/units.hpp"

namespace gatepost::runtime {
namespace {

constexpr std::size_t most_pending = 4 * core::most_waiting;  // events that nobody has come to yet: a flood

template <class T>
std::uint64_t number_of(const std::shared_ptr<T>& object) {
  return reinterpret_cast<std::uintptr_t>(object.get());
}

}  // namespace

core::LaneSettings settings_of(const config::Lane& settings, const Parts& parts) {
  core::LaneSettings made{.name = settings.name,
                          .actuator = settings.actuator,
                          .repeat_within = settings.rules.repeat_within,
                          .policy_timeout = settings.rules.policy_timeout,
                          .record_deadline = settings.rules.record_deadline,
                          .actuator_deadline = settings.rules.actuator_deadline,
                          .fail_open = settings.rules.fail_open,
                          .show = settings.rules.show,
                          .zone = settings.rules.zone,
                          .require_verified = settings.rules.require_verified,
                          .unset_clock_accepted = settings.rules.unset_clock == config::UnsetClock::accepted,
                          .denied_at_most = {},
                          .directions = {.in = settings.rules.ask_in,
                                         .out = settings.rules.ask_out,
                                         .within = settings.rules.ask_within,
                                         .stays = settings.rules.ask_stays,
                                         .repeat_within = settings.rules.repeat_within}};
  if (const auto limit = config::parse_rate(settings.rules.denied_at_most); limit && *limit)
    made.denied_at_most = core::DenialLimit{(*limit)->count, (*limit)->within};
  for (const auto& [name, format] : parts.formats) made.formats.push_back({name, number_of(format)});
  for (const auto& policy : parts.policies) made.policies.push_back({policy->name(), number_of(policy)});
  return made;
}

Attempt attempt_of(const core::Answer& answer, const Reading& reading, bool wall_is_known) {
  return {.credential = *answer.credential,
          .reading = reading,
          .lane = answer.lane,
          .direction = answer.direction,
          .at = answer.trace.taken,
          .wall = reading.wall,
          .wall_is_known = wall_is_known,
          .zone = answer.zone};
}

Lane::Lane(const config::Lane& settings, Parts parts)
    : name_(settings.name),
      parts_(std::move(parts)),
      actuator_name_(settings.actuator),
      opens_on_alarm_(settings.rules.opens_on_alarm),
      hold_open_(parts_.alarm && opens_on_alarm_),
      machine_(
          *parts_.clock, *parts_.watchdog,
          [this](Machine::Effect&& effect, Worker::Self* self) { perform(std::move(effect), self); },
          settings_of(settings, parts_)) {
  fit_gate(settings.rules);
}

Lane::~Lane() {
  request_stop();
  machine_.wait([](const Machine& lane) { return lane.is_stopped(); });
  if (const auto fitted = gate()) fitted->close();
}

std::shared_ptr<Gate> Lane::gate() const {
  const std::scoped_lock lock(mutex_);
  return gate_;
}

std::string Lane::actuator_name() const {
  const std::scoped_lock lock(mutex_);
  return actuator_name_;
}

// ---- What comes in

bool Lane::offer(Reading reading, std::optional<Direction> direction, std::shared_ptr<core::ScannerOutput> output) {
  const Queue queue = this->queue();
  if (queue.pending >= most_pending) {
    ++flooded_;
    if (output) output->ready();
    return false;
  }
  machine_.post(Machine::Scanned{std::move(reading), direction, std::move(output)});
  return queue.room > 0;  // the machine decides; this is for who can wait
}

std::size_t Lane::room() const { return queue().room; }

Lane::Queue Lane::queue() const {
  return machine_.read_with_pending([](const Machine& lane, std::size_t pending) {
    return Queue{pending, core::most_waiting - std::min(pending + lane.waiting(), core::most_waiting)};
  });
}

void Lane::press(const std::string& device, Direction direction, MonotonicTime seen) {
  machine_.post(Machine::Pressed{device, direction, seen});
}

void Lane::look_at_the_clock() { machine_.post(Machine::Tick{}); }

bool Lane::opens_on_alarm() const {
  const std::scoped_lock lock(mutex_);
  return opens_on_alarm_;
}

void Lane::hold_open(bool open) {
  std::shared_ptr<Gate> gate;
  {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(hold_open_, open) == open) return;
    gate = gate_;
  }
  if (!gate) return;
  if (open)
    gate->post(core::Gate::FireOn{});
  else
    gate->post(core::Gate::FireOff{});
}

void Lane::look_at_gate() {
  if (const auto fitted = gate()) fitted->post(core::Gate::Look{});
}

Lane::Vitals Lane::vitals() const {
  Vitals vitals = machine_.read([this](const Machine& lane) {
    const auto due = lane.due();
    return Vitals{
        .waiting = lane.waiting(),
        .dropped = lane.dropped() + flooded_,
        .step = lane.step(),
        .held_by = lane.held_by(),
        .due_since = lane.busy_since(),
        .directions = lane.directions(parts_.clock->boot()),
        .overdue = due ? std::max<Duration>(parts_.clock->boot() - *due, Duration::zero()) : Duration::zero()};
  });
  const std::string actuator = actuator_name();
  if (actuator.empty()) return vitals;
  const auto fitted = gate();
  vitals.gate = fitted ? fitted->state() : core::GateState::unknown;
  vitals.actuator = actuator;
  if (fitted) vitals.presence = fitted->presence();
  if (vitals.held_by.empty() && fitted && fitted->hangs()) vitals.held_by = "gate " + actuator;
  return vitals;
}

bool Lane::gate_is_ready() const {
  if (actuator_name().empty()) return true;
  return gate() && machine_.read([](const Machine& lane) { return lane.gate() != core::GateState::unknown; });
}

bool Lane::settles(Duration patience) const {
  const auto fitted = gate();
  return !fitted || fitted->settles(patience);
}

// ---- What is done to it between two scans

Result<Lane::Pause> Lane::pause(Duration patience) {
  machine_.post(Machine::Pause{});
  if (machine_.wait_for(patience, [](const Machine& lane) { return lane.is_idle(); })) return Pause(*this);
  machine_.post(Machine::Resume{});
  return Error{"a scan is under way and does not end", "lane " + name_,
               "look for a policy or a disk that does not answer; then try again"};
}

void Lane::exchange(const config::Lane& settings, Parts parts) {
  if (parts.actuator != parts_.actuator) drop_gate();
  parts_.formats = std::move(parts.formats);
  parts_.policies = std::move(parts.policies);
  parts_.actuator = std::move(parts.actuator);
  {
    const std::scoped_lock lock(mutex_);
    opens_on_alarm_ = settings.rules.opens_on_alarm;
    actuator_name_ = settings.actuator;
  }
  machine_.post(Machine::Configure{settings_of(settings, parts_)});
  if (const auto fitted = gate())
    fitted->post(core::Gate::Configure{settings.rules.look_every});
  else
    fit_gate(settings.rules);
}

void Lane::drop_gate() {
  std::shared_ptr<Gate> dropped;
  {
    const std::scoped_lock lock(mutex_);
    dropped = std::move(gate_);
  }
  if (dropped) dropped->close();
  parts_.actuator.reset();
  machine_.post(Machine::GateIs{core::GateState::unknown});
}

void Lane::fit_gate(const config::LaneRules& rules) {
  if (!parts_.actuator) return;
  const bool alarm = [this] {
    const std::scoped_lock lock(mutex_);
    return hold_open_;
  }();
  auto fitted = std::make_shared<Gate>(
      core::GateSettings{.lane = name_, .device = actuator_name_, .look_every = rules.look_every}, parts_.actuator,
      Surroundings{*parts_.clock, *parts_.watchdog, *parts_.writer}, alarm,
      [this](Machine::Event event, Worker::Self* self) { machine_.post(std::move(event), self); });
  const std::scoped_lock lock(mutex_);
  if (hold_open_ && !alarm) fitted->post(core::Gate::FireOn{});
  if (!hold_open_ && alarm) fitted->post(core::Gate::FireOff{});
  gate_ = std::move(fitted);
}

bool Lane::passage_ends(Duration patience, const std::stop_token& stop) const {
  const auto fitted = gate();
  return !fitted || fitted->passage_ends(patience, stop);
}

// ---- Its end

void Lane::finish() {
  machine_.post(Machine::Stop{.finish = true});
  machine_.wait([](const Machine& lane) { return lane.is_stopped(); });
}

void Lane::request_stop() {
  machine_.post(Machine::Stop{});
  if (const auto fitted = gate()) fitted->request_stop();
}

bool Lane::stopped(Duration patience) {
  const BootTime end = BootClock::now() + patience;
  if (!machine_.wait_for(patience, [](const Machine& lane) { return lane.is_stopped() && lane.held_by().empty(); }))
    return false;
  const auto fitted = gate();
  return !fitted || fitted->stopped(std::max<Duration>(end - BootClock::now(), Duration::zero()));
}

Result<void> Lane::rested() const {
  const auto fitted = gate();
  return fitted ? fitted->rested() : Result<void>();
}

std::string Lane::held_by() const {
  std::string held = machine_.read([](const Machine& lane) { return lane.held_by(); });
  if (!held.empty()) return held;
  const auto fitted = gate();
  const bool at_its_end = machine_.read([](const Machine& lane) { return lane.is_stopped(); });
  const bool holds = fitted && (fitted->hangs() || (at_its_end && !fitted->stopped(Duration::zero())));
  return holds ? "gate " + actuator_name() : std::string();
}

// ---- Effects

void Lane::perform(Machine::Effect&& effect, Worker::Self* self) {
  std::visit([&](auto&& one) { perform(std::forward<decltype(one)>(one), self); }, std::move(effect));
}

void Lane::perform(Machine::Decode&& call, Worker::Self* self) {
  auto format = parts_.formats[call.format].format;
  worker_.submit(
      [this, call = std::move(call), format = std::move(format)](Worker::Self& thread) {
        auto credential = format->parse(call.scan->reading);
        machine_.post(Machine::Decoded{call.id, std::move(credential)}, &thread);
      },
      self);
}

void Lane::perform(Machine::Decide&& call, Worker::Self* self) {
  auto policy = parts_.policies[call.policy];
  worker_.submit(
      [this, call = std::move(call), policy = std::move(policy)](Worker::Self& thread) {
        const core::Answer& answer = call.scan->answer;
        const Reading& reading = call.scan->reading;
        auto [decision, held] = policy->decide(attempt_of(answer, reading, call.wall_is_known),
                                               [&] { return parts_.writer->subject_key(answer.credential->subject); });
        machine_.post(Machine::Decided{call.id, std::move(decision), std::move(held)}, &thread);
      },
      self);
}

void Lane::perform(Machine::Commit&& call, Worker::Self* self) {
  worker_.submit(
      [this, call = std::move(call)](Worker::Self& thread) mutable {
        auto id = parts_.writer->commit(std::move(call.record), call.not_after);
        machine_.post(Machine::Committed{call.id, std::move(id)}, &thread);
      },
      self);
}

void Lane::perform(Machine::Release&& release, Worker::Self* self) {
  if (const auto fitted = gate()) {
    fitted->post(core::Gate::Release{release.ticket, release.record, release.direction, release.deadline}, self);
    return;
  }
  machine_.post(Machine::Released{release.ticket, Error{"the gate is being exchanged", name_, "scan again"}}, self);
}

void Lane::perform(Machine::Post&& post, Worker::Self*) { parts_.writer->post(std::move(post.record)); }

void Lane::perform(Machine::Answered&& answered, Worker::Self*) { parts_.observer->answered(*answered.answer); }

void Lane::perform(Machine::Prompted&& prompted, Worker::Self*) { parts_.observer->prompted(*prompted.prompt); }

void Lane::perform(Machine::TellScanner&& tell, Worker::Self*) {
  if (tell.outcome)
    tell.output->answered(*tell.outcome, tell.reason);
  else
    tell.output->ready();
}

void Lane::perform(Machine::Abandon&&, Worker::Self*) { worker_.abandon(); }

}  // namespace gatepost::runtime
