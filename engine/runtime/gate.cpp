#include "runtime/gate.hpp"

#include <utility>

namespace gatepost::runtime {

using Machine = core::Gate;

Gate::Gate(core::GateSettings settings, std::shared_ptr<Actuator> actuator, const Surroundings& around, bool alarm,
           ToLane to_lane)
    : lane_(settings.lane),
      actuator_(std::move(actuator)),
      around_(around),
      to_lane_(std::move(to_lane)),
      machine_(
          around.clock, around.watchdog,
          [this](Machine::Effect&& effect, Worker::Self* self) { perform(std::move(effect), self); },
          std::move(settings)) {
  post(alarm ? Machine::Event(Machine::FireOn{}) : Machine::Tick{});
}

void Gate::close() {
  request_stop();
  machine_.wait([](const Machine& gate) { return gate.is_stopped(); });
}

core::GateState Gate::state() const {
  return machine_.read([](const Machine& gate) { return gate.state(); });
}

Gate::Presence Gate::presence() const {
  return machine_.read([](const Machine& gate) { return Presence{gate.last_rest(), gate.last_rest_changed()}; });
}

bool Gate::hangs() const {
  return machine_.read([](const Machine& gate) { return gate.hangs(); });
}

bool Gate::settles(Duration patience) const {
  return machine_.wait_for(patience, [](const Machine& gate) { return gate.was_tried(); });
}

bool Gate::passage_ends(Duration patience, const std::stop_token& stop) const {
  return machine_.wait_for(
      patience,
      [](const Machine& gate) {
        return gate.state() != core::GateState::open && gate.state() != core::GateState::moving;
      },
      stop);
}

bool Gate::stopped(Duration patience) const {
  return machine_.wait_for(patience, [](const Machine& gate) { return gate.is_stopped(); });
}

Result<void> Gate::rested() const {
  return machine_.read([this](const Machine&) { return rested_.value_or(Result<void>()); });
}

void Gate::perform(Machine::Effect&& effect, Worker::Self* self) {
  std::visit([&](auto&& one) { perform(std::forward<decltype(one)>(one), self); }, std::move(effect));
}

template <class Done, class F>
Worker::Task Gate::call(core::CallId id, F f) {
  return [this, id, f = std::move(f)](Worker::Self& thread) {
    auto result = f(*actuator_);
    post(Done{id, std::move(result)}, &thread);
  };
}

// By the board's own thread: a lane's is not kept from its next scan.
void Gate::perform(Machine::CallRest&& rest, Worker::Self* self) {
  board_.submit(call<Machine::Rested>(rest.id, [](Actuator& actuator) { return actuator.rest(); }), self);
}

// By the thread that is here, the lane's, so that from the scan to the command no other has to be woken.
void Gate::perform(Machine::CallOpen&& open, Worker::Self* self) {
  auto task = call<Machine::Opened>(open.id, [command = command(open)](Actuator& a) { return a.release(command); });
  opened_by_ = self != nullptr ? &self->worker() : &board_;
  if (self != nullptr)
    self->take(std::move(task));
  else
    board_.submit(std::move(task));
}

void Gate::perform(Machine::CallHoldOpen&& hold, Worker::Self* self) {
  board_.submit(call<Machine::HeldOpen>(hold.id, [](Actuator& actuator) { return actuator.hold_open(); }), self);
}

void Gate::perform(Machine::CallPassage&& passage, Worker::Self*) {
  passage_ = std::stop_source();
  watch_.submit(call<Machine::Passed>(passage.id, [command = command(passage), stop = passage_.get_token()](
                                                      Actuator& actuator) { return actuator.passage(command, stop); }));
}

void Gate::perform(Machine::CallLook&& look, Worker::Self* self) {
  board_.submit(call<Machine::Looked>(look.id, [](Actuator& actuator) { return actuator.look(); }), self);
}

// By the board's thread: what a plugin has registered to be called then is its code, and may hang.
void Gate::perform(Machine::CancelPassage&&, Worker::Self*) {
  board_.submit([passage = passage_](Worker::Self&) mutable { passage.request_stop(); });
}

void Gate::perform(Machine::Abandon&& abandon, Worker::Self*) {
  if (abandon.hand == Machine::Hand::passage)
    watch_.abandon();
  else if (abandon.opens && opened_by_ != nullptr)
    opened_by_->abandon();
  else
    board_.abandon();
}

void Gate::perform(Machine::Post&& post, Worker::Self*) { around_.writer.post(std::move(post.record)); }

void Gate::perform(Machine::Released&& released, Worker::Self* self) {
  to_lane_(core::Lane::Released{released.ticket, std::move(released.at)}, self);
}

void Gate::perform(Machine::StateIs&& state, Worker::Self* self) { to_lane_(core::Lane::GateIs{state.state}, self); }

void Gate::perform(Machine::PassageOver&&, Worker::Self* self) { to_lane_(core::Lane::PassageOver{}, self); }

void Gate::perform(Machine::Stopped&& stopped, Worker::Self*) { rested_ = std::move(stopped.rested); }

}  // namespace gatepost::runtime
