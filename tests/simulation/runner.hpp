// Runs one state machine as the engine's shell does: whoever brings an event runs it unless somebody does already, its
// effects are performed in order before its next event, and a thread may be stopped between any two of them.
#pragma once

#include <deque>
#include <functional>
#include <utility>

#include "moments.hpp"
#include "scheduler.hpp"

namespace gatepost::simulation {

template <class Machine>
class Runner {
 public:
  using Event = typename Machine::Event;
  using Effect = typename Machine::Effect;
  struct Hooks {
    std::function<void(const Event&)> before{};   ///< the machine handles it
    std::function<void(const Event&)> handled{};  ///< and has; its effects are not taken out yet
    std::function<void(Effect&)> emitted{};       ///< at once, by on()
    std::function<void(const Event&)> drained{};  ///< all of its effects have been told by emitted()
    std::function<void(Effect&&)> perform{};
    std::function<void()> idle{};  ///< no event and no effect is left
  };

  Runner(Scheduler& scheduler, Moments& moments, int channel, Machine machine, Hooks hooks)
      : scheduler_(scheduler),
        moments_(moments),
        channel_(channel),
        life_(scheduler.life()),
        machine_(std::move(machine)),
        hooks_(std::move(hooks)) {}

  void post(Event event) {
    if (life_ != scheduler_.life()) return;
    inbox_.push_back(std::move(event));
    if (std::exchange(running_, true)) return;
    run();
  }
  Machine& machine() { return machine_; }
  const Machine& machine() const { return machine_; }
  bool is_running() const { return running_; }

 private:
  void run() {
    while (!effects_.empty() || !inbox_.empty()) {
      if (effects_.empty()) {
        handle_next();
        continue;
      }
      if (!std::exchange(counted_, true)) moments_.before_effect();
      if (life_ != scheduler_.life()) return;
      if (scheduler_.is_frozen() || moments_.is_preempted()) return later();
      counted_ = false;
      Effect effect = std::move(effects_.front());
      effects_.pop_front();
      hooks_.perform(std::move(effect));
      if (life_ != scheduler_.life()) return;
      moments_.after_effect();
      if (life_ != scheduler_.life()) return;
      if (scheduler_.is_frozen()) return later();
    }
    running_ = false;
    set_tick();
    hooks_.idle();
  }

  void handle_next() {
    Event event = std::move(inbox_.front());
    inbox_.pop_front();
    hooks_.before(event);
    machine_.on(event, scheduler_.clocks());
    hooks_.handled(event);
    while (auto effect = machine_.next()) {
      hooks_.emitted(*effect);
      effects_.push_back(std::move(*effect));
    }
    hooks_.drained(event);
  }

  void later() {
    scheduler_.in_process(moments_.preempted_for(), channel_, [this] { run(); });
  }

  void set_tick() {
    const auto due = machine_.due();
    const std::uint64_t version = ++tick_;
    if (!due) return;
    const Duration wait = std::max<Duration>(*due - scheduler_.clocks().boot, Duration::zero());
    scheduler_.in_process(wait + moments_.tick_lateness(), 0, [this, version] {
      if (version == tick_) post(typename Machine::Tick{});
    });
  }

  Scheduler& scheduler_;
  Moments& moments_;
  const int channel_;
  const std::uint32_t life_;
  Machine machine_;
  const Hooks hooks_;
  std::deque<Event> inbox_;
  std::deque<Effect> effects_;
  bool running_ = false, counted_ = false;
  std::uint64_t tick_ = 0;
};

}  // namespace gatepost::simulation
