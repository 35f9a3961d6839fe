// A lane's gate at work: the state machine, its actuator, and the threads that call it.
#pragma once

#include <functional>
#include <gatepost/actuator.hpp>
#include <memory>
#include <stop_token>
#include <string>

#include "core/gate.hpp"
#include "core/lane.hpp"
#include "runtime/machine_runner.hpp"
#include "runtime/record_writer.hpp"

namespace gatepost::runtime {

/// What a lane's machines stand on. All outlive the lane.
struct Surroundings {
  const Clock& clock;
  Watchdog& watchdog;
  RecordWriter& writer;
};

/// Thread-safe. Nothing of it blocks but what says so.
class Gate {
 public:
  /// Where the gate's answers go. From any thread; must not block.
  using ToLane = std::function<void(core::Lane::Event event, Worker::Self* self)>;

  /// Begins by bringing the gate to rest, or, in an alarm, by holding it open: one that stands open already is not shut
  /// for a moment.
  Gate(core::GateSettings settings, std::shared_ptr<Actuator> actuator, const Surroundings& around, bool alarm,
       ToLane to_lane);
  /// After close().
  ~Gate() = default;
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  void post(core::Gate::Event event, Worker::Self* self = nullptr) { machine_.post(std::move(event), self); }

  core::GateState state() const;
  struct Presence {
    std::optional<Result<void>> last_rest{};  ///< nothing: not tried yet
    MonotonicTime since{};
  };
  /// Whether the actuator is there.
  Presence presence() const;
  /// The actuator has not come back from a call in its time.
  bool hangs() const;
  /// Waits until it has been brought to rest once, or that has been tried.
  bool settles(Duration patience) const;

  /// Waits while somebody may be in the gate; false when it is still open after `patience`, or when `stop` was asked
  /// for.
  bool passage_ends(Duration patience, const std::stop_token& stop) const;

  void request_stop() { post(core::Gate::Stop{}); }
  /// Brings it to rest where the device still answers. Waits for that, and for a call that hangs.
  void close();
  /// After request_stop(): true when it is at rest, or its board has said why not, within `patience`.
  bool stopped(Duration patience) const;
  /// After stopped(): whether it was brought to rest.
  Result<void> rested() const;

 private:
  void perform(core::Gate::Effect&& effect, Worker::Self* self);
  void perform(core::Gate::CallRest&& call, Worker::Self* self);
  void perform(core::Gate::CallOpen&& call, Worker::Self* self);
  void perform(core::Gate::CallHoldOpen&& call, Worker::Self* self);
  void perform(core::Gate::CallPassage&& call, Worker::Self* self);
  void perform(core::Gate::CallLook&& call, Worker::Self* self);
  void perform(core::Gate::CancelPassage&& cancel, Worker::Self* self);
  void perform(core::Gate::Abandon&& abandon, Worker::Self* self);
  void perform(core::Gate::Post&& post, Worker::Self* self);
  void perform(core::Gate::Released&& released, Worker::Self* self);
  void perform(core::Gate::StateIs&& state, Worker::Self* self);
  void perform(core::Gate::PassageOver&& over, Worker::Self* self);
  void perform(core::Gate::Stopped&& stopped, Worker::Self* self);
  /// Asks the actuator by `f`, and posts a `Done` of what it says.
  template <class Done, class F>
  Worker::Task call(core::CallId id, F f);
  template <class Call>
  Command command(const Call& call) const {
    return {call.record, lane_, call.direction, call.deadline};
  }

  const std::string lane_;
  const std::shared_ptr<Actuator> actuator_;
  const Surroundings around_;
  const ToLane to_lane_;
  // Of whoever performs effects: one at a time.
  std::stop_source passage_;     ///< of the passage that is waited for
  Worker* opened_by_ = nullptr;  ///< whose thread makes the release under way
  std::optional<Result<void>> rested_;
  MachineRunner<core::Gate> machine_;
  // Last: they use all of the above.
  Worker board_, watch_;
};

}  // namespace gatepost::runtime
