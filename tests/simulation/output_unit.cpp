#include "output_unit.hpp"

#include <chrono>
#include <utility>

#include "world.hpp"

namespace gatepost::simulation {

using namespace std::chrono_literals;
using core::Output;

namespace {

constexpr std::array output_event_words{"Found", "Rows",         "Delivered", "Probed", "Newest",
                                        "Kept",  "Acknowledged", "Kick",      "Tick",   "Stop"};
static_assert(output_event_words.size() == output_events);
constexpr std::array output_effect_words{"Look",        "Read",         "Deliver",     "Probe",
                                         "AskNewest",   "Park",         "Acknowledge", "MoveCursor",
                                         "MoveBacklog", "ReportDamage", "Post",        "Cancel"};
static_assert(output_effect_words.size() == std::variant_size_v<Output::Effect>);

constexpr std::uint64_t refused_every = 4;  // of the Records, where some are refused for good

core::OutputSettings settings_of(const World& world, int number) {
  const OutputPlan& plan = world.plan.outputs[static_cast<std::size_t>(number)];
  core::OutputSettings settings{
      .name = output_name(number), .site = 1, .seed = world.plan.seed * 8 + static_cast<std::uint64_t>(number)};
  settings.pace.batch = plan.batch;
  settings.pace.refusals = plan.refusals;
  settings.pace.letters_in_a_row = plan.in_a_row;
  settings.pace.most_letters = plan.most_letters;
  settings.pace.alarm = plan.alarm;
  if (plan.on_their_way > 0) settings.pace.on_their_way = plan.on_their_way;
  return settings;
}

Error receiver_trouble(const char* what) { return {what, "receiver", "look at it"}; }

}  // namespace

std::string output_name(int number) { return "output " + std::to_string(number); }

OutputUnit::OutputUnit(World& world, int number)
    : serial(world.next_serial()),
      world_(world),
      number_(number),
      runner_(world.scheduler, world.moments, 60 + number * 10, Output(settings_of(world, number)),
              {.before = [this](const Output::Event& event) { before(event); },
               .handled =
                   [this](const Output::Event& event) {
                     const auto now = static_cast<unsigned>(machine().step());
                     world_.hooks.coverage.output_after[step_before_][event.index()] |=
                         static_cast<std::uint16_t>(1U << now);
                   },
               .emitted = [this](Output::Effect& effect) { emitted(effect); },
               .drained = [this](const Output::Event& event) { world_.outputs.drained(*this, event); },
               .perform = [this](Output::Effect&& effect) { perform(std::move(effect)); },
               .idle = [this] { world_.outputs.idle(*this); }}) {}

bool OutputUnit::is_idle() const {
  const auto outlook = world_.journal.outlook(name());
  return !is_running() && machine().step() == Output::Step::idle && !machine().trouble() && !outlook.backlog &&
         !outlook.letters_asked && outlook.cursor >= outlook.last;
}

void OutputUnit::before(const Output::Event& event) {
  step_before_ = static_cast<std::size_t>(machine().step());
  world_.note("output", number_, output_event_words.at(event.index()), step_before_, "comes in");
  ++world_.hooks.coverage.output[step_before_][event.index()];
  world_.outputs.before(*this, event);
  const auto answers = [this](const auto& one) {
    if constexpr (requires { one.call; }) return call_ && call_->id == one.call;
    return false;
  };
  if (std::visit(answers, event)) call_.reset();
}

void OutputUnit::emitted(const Output::Effect& effect) {
  const auto begins = [this](core::CallId id, bool of_sink) {
    if (call_) throw Violation{"16 machine", "an output calls while it waits for a call"};
    call_ = Call{.id = id,
                 .of_sink = of_sink,
                 .running = world_.scheduler.running(),
                 .monotonic = world_.scheduler.clocks().monotonic};
  };
  std::visit(
      [&](const auto& one) {
        using Effect = std::decay_t<decltype(one)>;
        if constexpr (requires { one.id; })
          begins(one.id, std::is_same_v<Effect, Output::Deliver> || std::is_same_v<Effect, Output::AskNewest>);
      },
      effect);
  if (const auto* cancel = std::get_if<Output::Cancel>(&effect)) {
    if (!call_ || call_->id != cancel->call) throw Violation{"16 machine", "a call is cancelled that is not under way"};
    call_->cancelled = true;
  }
  world_.outputs.emitted(*this, effect);
}

void OutputUnit::perform(Output::Effect&& effect) {
  world_.note("output", number_, output_effect_words.at(effect.index()));
  std::visit(
      [this](auto&& one) {
        using Effect = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<Effect, Output::MoveCursor>)
          world_.journal.move_cursor(name(), one);
        else if constexpr (std::is_same_v<Effect, Output::MoveBacklog>)
          world_.journal.move_backlog(name(), one);
        else if constexpr (std::is_same_v<Effect, Output::ReportDamage>)
          world_.journal.report_damage(name(), one);
        else if constexpr (std::is_same_v<Effect, Output::Post>)
          world_.journal.post(one.record);
        else
          perform(one);
      },
      std::move(effect));
}

// The answer is an event of the process, unless the call is back already.
void OutputUnit::returns(Duration after, core::CallId id, std::function<Output::Event()> event) {
  world_.scheduler.in_process(after, 0, [this, id, event = std::move(event)] {
    if (!call_ || call_->id != id || call_->back) return;
    Output::Event answer = event();
    call_->back = true;
    call_->stop = {};
    post(std::move(answer));
  });
}

// ---- The journal

void OutputUnit::perform(const Output::Look& call) {
  if (!call.waits)
    return returns(2us, call.id, [this, id = call.id] { return Output::Found{id, world_.journal.outlook(name())}; });
  call_->waits = true;
  waits_beyond_ = {1, call.epoch, call.sent};
  call_->stop = [this, id = call.id] { found(id); };
  journal_changed();
}

void OutputUnit::journal_changed() {
  if (!call_ || !call_->waits) return;
  const auto outlook = world_.journal.outlook(name());
  const std::uint64_t sent = outlook.epoch == waits_beyond_.epoch ? waits_beyond_.sequence : 0;
  if (outlook.backlog || outlook.letters_asked || outlook.last > std::max(outlook.cursor, sent) || call_->cancelled)
    found(call_->id);
}

void OutputUnit::found(core::CallId id) {
  call_->waits = false;
  call_->stop = {};
  returns(2us, id, [this, id] { return Output::Found{id, world_.journal.outlook(name())}; });
}

void OutputUnit::perform(const Output::Read& call) {
  Stream random = world_.random("read", number_);
  returns(Duration(random.spread(10'000, 500'000)), call.id,
          [this, call] { return world_.journal.read(name(), call); });
}

void OutputUnit::perform(const Output::Park& call) {
  returns(200us, call.id, [this, call] {
    return Output::Kept{call.id, world_.journal.park(name(), call.batch->at(call.at), call.why)};
  });
}

void OutputUnit::perform(const Output::Acknowledge& call) {
  returns(200us, call.id, [this, call] {
    auto kept = world_.journal.acknowledge(name(), call.sequence);
    return Output::Kept{call.id, std::move(kept)};
  });
}

// ---- The sink

// A sink that listens is back within a second once it is asked to stop; another one when its receiver is.
bool OutputUnit::hangs(core::CallId id, const std::function<void()>& again, Output::Event stopped) {
  const Fault* fault = world_.faults.active(FaultKind::output_hangs, number_);
  if (fault == nullptr) return false;
  world_.faults.noticed(FaultKind::output_hangs);
  const auto life = world_.scheduler.life();
  const auto is_waited_for = [this, id] { return call_ && call_->id == id && !call_->back; };
  world_.faults.at_end(FaultKind::output_hangs, number_, [this, again, life, is_waited_for] {
    if (life == world_.scheduler.life())
      world_.scheduler.in_process(10us, 0, [again, is_waited_for] {
        if (is_waited_for()) again();
      });
  });
  if (fault->value != 1)
    call_->stop = [this, id, stopped = std::move(stopped)] {
      Stream random = world_.random("stop", number_);
      returns(Duration(random.spread(100'000, 900'000'000)), id, [stopped] { return stopped; });
    };
  if (call_->cancelled && call_->stop) std::exchange(call_->stop, {})();
  return true;
}

void OutputUnit::perform(const Output::Cancel& cancel) {
  if (!call_ || call_->id != cancel.call || !call_->stop) return;
  std::exchange(call_->stop, {})();
}

void OutputUnit::perform(const Output::Probe& call) {
  Stream random = world_.random("probe", number_);
  returns(Duration(random.spread(100'000, 900'000'000)), call.id, [this, id = call.id] {
    return Output::Probed{id, world_.faults.active(FaultKind::output_gone, number_) == nullptr};
  });
}

void OutputUnit::perform(const Output::AskNewest& call) {
  const Output::Newest stopped{call.id, receiver_trouble("was stopped")};
  if (hangs(
          call.id, [this, call] { perform(call); }, stopped))
    return;
  Stream random = world_.random("newest", number_);
  returns(Duration(random.spread(100'000, 50'000'000)), call.id, [this, id = call.id]() -> Output::Event {
    for (const FaultKind kind : {FaultKind::output_gone, FaultKind::output_fails})
      if (world_.faults.active(kind, number_) != nullptr) {
        world_.faults.noticed(kind);
        return Output::Newest{id, receiver_trouble("cannot tell what it holds")};
      }
    return Output::Newest{id, world_.receiver(number_).newest()};
  });
}

void OutputUnit::perform(const Output::Deliver& call) {
  farthest_ = std::max(farthest_, call.batch->back().id);
  send(call, machine().on_their_way() == 0);
}

// What has left reaches the receiver, whatever becomes of the process; its answer may find nobody. But to put a machine
// back takes longer than anything is on its way: what comes after the new process has asked its receiver what that
// holds could be told by nobody.
void OutputUnit::send(const Output::Deliver& call, bool begins_anew) {
  const Output::Delivered stopped{call.id, {.error = receiver_trouble("was stopped")}};
  if (hangs(
          call.id, [this, call, begins_anew] { send(call, begins_anew); }, stopped))
    return;
  call_->stop = {};
  Stream random = world_.random("deliver", number_);
  Duration latency(random.spread(200'000, 50'000'000));
  if (const Fault* slow = world_.faults.active(FaultKind::output_slow, number_)) {
    world_.faults.noticed(FaultKind::output_slow);
    latency += slow->length;
  }
  world_.scheduler.in_world(latency, [this, id = call.id, batch = call.batch, random, begins_anew,
                                      life = world_.scheduler.life()]() mutable {
    if (world_.was_put_back_since(life)) return;
    const Delivery answer = receive(batch, random);
    if (is_carried() && answer.taken > 0) carry(batch, answer.taken, begins_anew, life);
    if (life == world_.scheduler.life())
      returns(Duration(random.spread(100'000, 20'000'000)), id, [id, answer] { return Output::Delivered{id, answer}; });
  });
}

Delivery OutputUnit::receive(const Output::Batch& batch, Stream& random) {
  const auto active = [this](FaultKind kind) {
    const Fault* fault = world_.faults.active(kind, number_);
    if (fault != nullptr) world_.faults.noticed(kind);
    return fault;
  };
  if (active(FaultKind::output_gone)) return {.error = receiver_trouble("nobody is there"), .unreachable = true};
  if (active(FaultKind::output_fails)) return {.error = receiver_trouble("fails")};
  if (active(FaultKind::output_busy))
    return {.error = receiver_trouble("asks to be left alone"),
            .retry_after = Duration(random.spread(1'000'000'000, 86'400'000'000'000))};
  const bool all = active(FaultKind::output_refuses_all) != nullptr;
  const bool some = active(FaultKind::output_refuses) != nullptr;
  std::size_t most = batch->size();
  if (active(FaultKind::output_part))
    most = static_cast<std::size_t>(random.between(1, static_cast<std::int64_t>(most)));
  Delivery delivery;
  for (; delivery.taken < most; ++delivery.taken) {
    const Record& record = (*batch)[delivery.taken];
    if (all || (some && record.id.sequence % refused_every == 0)) {
      world_.outputs.refused(number_, record);
      delivery.error = receiver_trouble("refuses it");
      delivery.refused = true;
      break;
    }
    if (!is_carried()) world_.outputs.taken(number_, record);
  }
  if (active(FaultKind::output_mute)) return {.error = receiver_trouble("its answer is lost")};
  delivery.unconfirmed = is_carried();
  return delivery;
}

bool OutputUnit::is_carried() const { return world_.plan.outputs[static_cast<std::size_t>(number_)].on_their_way > 0; }

// The other side keeps it some time later, and says so after another while.
void OutputUnit::carry(const Output::Batch& batch, std::size_t count, bool begins_anew, std::uint32_t life) {
  world_.carrier(number_).send({batch, count, life}, begins_anew && life == world_.scheduler.life());
  Stream random = world_.random("carry", number_);
  world_.scheduler.in_world(Duration(random.spread(200'000, 3'000'000'000)), [this] {
    const auto load = world_.carrier(number_).arrive();
    if (!load || world_.was_put_back_since(load->life)) return;
    for (std::size_t i = 0; i < load->count; ++i) world_.outputs.taken(number_, (*load->batch)[i]);
    if (load->life == world_.scheduler.life()) acknowledge((*load->batch)[load->count - 1].id, load->life);
  });
}

// A sink that says more than it was given is not believed; one that says it of what its other side does not keep lies.
void OutputUnit::acknowledge(RecordId up_to, std::uint32_t life) {
  Stream random = world_.random("acknowledge", number_);
  const bool boasts = random.one_in(4);
  world_.scheduler.in_process(Duration(random.spread(100'000, 500'000'000)), 0, [this, up_to, life, boasts]() mutable {
    if (life != world_.scheduler.life()) return;
    // Only while it is handled at once: what is sent until a later moment could make it true by the word, and a lie.
    if (boasts && up_to == farthest_ && !is_running()) up_to.sequence += 3;
    post(Output::Acknowledged{up_to});
  });
}

}  // namespace gatepost::simulation
