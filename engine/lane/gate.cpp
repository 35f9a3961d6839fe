#include "lane/gate.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace gatepost::lane {
namespace {

using namespace std::chrono_literals;

constexpr Duration first_pause = 100ms;
constexpr Duration longest_pause = 5s;
constexpr Duration rest_patience = 5s;
constexpr Duration passage_patience = 15min;  // an actuator's own time for it is shorter by far

}  // namespace

Gate::Gate(Actuator& actuator, Listener& listener, Vigil& vigil)
    : actuator_(actuator),
      listener_(listener),
      vigil_(vigil),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

Gate::~Gate() = default;

Gate::State Gate::state() const {
  const std::scoped_lock lock(mutex_);
  return state_;
}

void Gate::change(State state) {
  {
    const std::scoped_lock lock(mutex_);
    state_ = state;
  }
  changed_.notify_all();
}

bool Gate::passage_ends(Duration patience, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, stop, patience, [&] { return state_ != State::open; });
}

Result<MonotonicTime> Gate::release(const Command& command) {
  {
    std::unique_lock lock(mutex_);
    const auto patience = std::max<Duration>(command.deadline - std::chrono::steady_clock::now(), 0ns);
    changed_.wait_for(lock, patience, [&] { return !looking_; });
    if (looking_) return Error{"the gate's board does not answer", std::string(command.lane), "look at its cable"};
    if (state_ != State::at_rest) return Error{"the gate is not at rest", std::string(command.lane), "wait for it"};
    state_ = State::open;  // before the device moves: nobody else may release it meanwhile
  }
  auto released = actuator_.release(command);
  {
    const std::scoped_lock lock(mutex_);
    if (released)
      watched_ = command;
    else
      state_ = State::unknown;
  }
  changed_.notify_all();
  return released;
}

void Gate::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::optional<Command> command;
    bool held = false;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, stop, [&] { return watched_ || look_ || hold_ || state_ == State::unknown; });
      command = std::exchange(watched_, {});
      held = hold_;
    }
    if (command)
      watch(*command, stop);
    else if (held)
      hold_open(stop);
    else if (!stop.stop_requested())
      look_after(stop);
  }
  static_cast<void>(actuator_.rest());
  const std::scoped_lock lock(mutex_);
  at_work_ = false;
  changed_.notify_all();
}

bool Gate::stopped(Duration patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return !at_work_; });
}

Result<void> Gate::rest() {
  Vigil::Call call(vigil_, rest_patience, [this] { listener_.hangs("going to rest"); });
  const Result<void> rested = actuator_.rest();
  if (call.end()) listener_.back();
  return rested;
}

void Gate::look() {
  {
    const std::scoped_lock lock(mutex_);
    look_ = true;
  }
  changed_.notify_all();
}

void Gate::hold(bool open) {
  {
    const std::scoped_lock lock(mutex_);
    hold_ = open;
    if (open) passage_.request_stop();
  }
  changed_.notify_all();
}

// Said again and again: a board that was plugged out and in, or a guard, shuts it otherwise.
void Gate::hold_open(const std::stop_token& stop) {
  std::optional<bool> last_good;
  Duration pause = first_pause;
  std::unique_lock lock(mutex_);
  while (hold_ && !stop.stop_requested()) {
    look_ = false;
    lock.unlock();
    const Result<Duration> held = [&] {
      Vigil::Call call(vigil_, rest_patience, [this] { listener_.hangs("being held open"); });
      auto answer = actuator_.hold_open();
      if (call.end()) listener_.back();
      return answer;
    }();
    if (last_good != held.has_value()) listener_.held(held ? Result<void>() : held.error());
    last_good = held.has_value();
    pause = held ? std::clamp<Duration>(*held, 50ms, longest_pause) : std::min(pause * 2, longest_pause);
    lock.lock();
    state_ = held ? State::held : State::unknown;
    changed_.notify_all();
    changed_.wait_for(lock, stop, pause, [&] { return !hold_ || look_; });
  }
  state_ = State::unknown;
}

// It stays at rest for those who ask meanwhile; what they release waits.
void Gate::look_after(const std::stop_token& stop) {
  {
    const std::scoped_lock lock(mutex_);
    look_ = false;
    looking_ = state_ == State::at_rest;
    if (state_ == State::open) return;  // its passage brings it to rest
  }
  const Result<void> rested = looking_ ? rest() : Result<void>();
  {
    const std::scoped_lock lock(mutex_);
    looking_ = false;
    if (!rested) state_ = State::unknown;
    if (state_ == State::at_rest) return changed_.notify_all();
  }
  changed_.notify_all();
  bring_to_rest(stop);
}

void Gate::bring_to_rest(const std::stop_token& stop) {
  for (Duration pause = first_pause; !stop.stop_requested(); pause = std::min(pause * 2, longest_pause)) {
    const Result<void> rested = rest();
    if (rested) change(State::at_rest);
    if (last_rest_good_ != rested.has_value()) listener_.rested(rested);
    last_rest_good_ = rested.has_value();
    if (rested) return;
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, stop, pause, [&] { return look_ || hold_; })) pause = first_pause / 2;
    look_ = false;
    if (hold_) return;
  }
}

void Gate::watch(const Command& command, const std::stop_token& stop) {
  Vigil::Call call(vigil_, passage_patience, [this] { listener_.hangs("waiting for the passage"); });
  std::stop_source ended;
  {
    const std::scoped_lock lock(mutex_);
    passage_ = ended;
    if (hold_) ended.request_stop();
  }
  const std::stop_callback stopped(stop, [&] { ended.request_stop(); });
  const auto passage = actuator_.passage(command, ended.get_token());
  if (call.end()) listener_.back();
  // At rest before anybody is told: who hears of the passage may scan at once.
  change(passage ? State::at_rest : State::unknown);
  listener_.passed(command, passage);
}

}  // namespace gatepost::lane
