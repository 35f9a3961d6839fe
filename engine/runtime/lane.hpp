// A lane at work: its state machine, the plugins that it asks, its gate, and the thread that calls them.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "config/site.hpp"
#include "core/lane.hpp"
#include "runtime/gate.hpp"
#include "runtime/observer.hpp"
#include "runtime/shared_policy.hpp"

namespace gatepost::runtime {

struct NamedFormat {
  std::string name;
  std::shared_ptr<const CredentialFormat> format;
};

/// What a lane is made of. Writer, observer, clock and watchdog outlive it.
struct Parts {
  std::vector<NamedFormat> formats{};
  std::vector<std::shared_ptr<const SharedPolicy>> policies{};
  std::shared_ptr<Actuator> actuator = nullptr;  ///< null: the lane answers and moves nothing
  RecordWriter* writer = nullptr;
  Observer* observer = nullptr;
  const Clock* clock = nullptr;
  Watchdog* watchdog = nullptr;
  bool alarm = false;  ///< there is one now
};

/// What `settings` are to a lane's machine; what `parts` has no object for has the number 0.
core::LaneSettings settings_of(const config::Lane& settings, const Parts& parts);

/// What a policy is asked of a scan that has a Credential. It refers to both.
Attempt attempt_of(const core::Answer& answer, const Reading& reading, bool wall_is_known);

/// Readings come in by offer() from any thread and are handled one after the other. Nothing blocks but what says so.
class Lane {
 public:
  /// Puts the gate to rest and begins to handle Readings.
  Lane(const config::Lane& settings, Parts parts);
  /// Finishes the scan under way, at most; the gate is at rest afterwards. Waits for a call that hangs.
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  const std::string& name() const { return name_; }

  /// False when core::most_waiting Readings wait: then this one is dropped and an alarm is recorded.
  /// `direction`: none where it has to be said.
  bool offer(Reading reading, std::optional<Direction> direction, std::shared_ptr<core::ScannerOutput> output = {});
  /// How many Readings offer() would take now.
  std::size_t room() const;
  /// Lets one through: somebody has pressed a button.
  /// `seen`: when the kernel saw it; zero: now.
  void press(const std::string& device, Direction direction, MonotonicTime seen = {});

  struct Vitals {
    std::size_t waiting = 0;                   ///< Readings in the queue
    std::uint64_t dropped = 0;                 ///< Readings that found it full
    std::optional<core::GateState> gate{};     ///< of a lane with an actuator
    std::string actuator{};                    ///< its name; empty: none
    Gate::Presence presence{};                 ///< of the actuator
    core::Lane::Step step{};                   ///< of the scan under way
    std::string held_by{};                     ///< whose call has not come back in its time
    std::optional<MonotonicTime> due_since{};  ///< the scan under way, or the oldest that could be; none: nothing to do
    std::vector<core::DirectionQuestions::State> directions{};  ///< at devices that ask in or out
    Duration overdue{};  ///< how long a call is past its time that should have been given up then
  };
  Vitals vitals() const;

  bool gate_is_ready() const;
  /// Waits until the gate has been brought to rest, or that has been tried; false when neither is so after `patience`.
  bool settles(Duration patience) const;

  /// Whether the lane is one of those that an alarm opens.
  bool opens_on_alarm() const;
  /// Opens the gate and leaves it open, or shuts it again. Waits for no scan, plugin, disk or screen.
  void hold_open(bool open);
  /// The machine may have slept: what was seen before that is old now.
  void look_at_the_clock();
  /// A device has come or gone: the gate sees to whether its board is there.
  void look_at_gate();

  /// Between two scans: while it lives nothing is handled; what is offered waits. Of one thread.
  class Pause {
   public:
    explicit Pause(Lane& lane) : lane_(&lane) {}
    Pause(Pause&& other) noexcept : lane_(std::exchange(other.lane_, nullptr)) {}
    Pause& operator=(Pause&&) = delete;
    ~Pause() {
      if (lane_ != nullptr) lane_->machine_.post(core::Lane::Resume{});
    }
    /// The lane works by these from now on, all at once; its queue and its memory of attempts stay. A gate whose
    /// actuator is another one now comes to rest first: waits for that. Of `parts`, what outlives the lane is as
    /// before.
    void exchange(const config::Lane& settings, Parts parts) const { lane_->exchange(settings, std::move(parts)); }
    /// Brings the gate to rest and lets go of the actuator, till exchange gives the lane one. Waits for that.
    void drop_gate() const { lane_->drop_gate(); }
    Lane& lane() const { return *lane_; }

   private:
    Lane* lane_;
  };
  /// Waits for the scan that is under way; an Error when it takes longer than `patience`.
  Result<Pause> pause(Duration patience);

  /// Waits while somebody may be in the gate; false when it is still open after `patience`, or when `stop` was asked
  /// for.
  bool passage_ends(Duration patience, const std::stop_token& stop) const;

  /// Handles what waits, then stops. Waits for that.
  void finish();

  /// Begins to stop, without waiting.
  void request_stop();
  /// After request_stop(): true when the lane and its gate have stopped within `patience`. False where a plugin holds
  /// one of them; which, is told by held_by().
  bool stopped(Duration patience);
  /// After stopped(): whether the gate was brought to rest.
  Result<void> rested() const;
  /// "policy staff_list", "gate door": whose call has not come back in its time. Empty: nobody's.
  std::string held_by() const;

 private:
  using Machine = core::Lane;
  void perform(Machine::Effect&& effect, Worker::Self* self);
  void perform(Machine::Decode&& call, Worker::Self* self);
  void perform(Machine::Decide&& call, Worker::Self* self);
  void perform(Machine::Commit&& call, Worker::Self* self);
  void perform(Machine::Release&& release, Worker::Self* self);
  void perform(Machine::Post&& post, Worker::Self* self);
  void perform(Machine::Answered&& answered, Worker::Self* self);
  void perform(Machine::Prompted&& prompted, Worker::Self* self);
  void perform(Machine::TellScanner&& tell, Worker::Self* self);
  void perform(Machine::Abandon&& abandon, Worker::Self* self);
  struct Queue {
    std::size_t pending, room;  ///< events that the machine has not seen; how many more Readings may wait
  };
  Queue queue() const;

  void exchange(const config::Lane& settings, Parts parts);
  void drop_gate();
  void fit_gate(const config::LaneRules& rules);
  std::shared_ptr<Gate> gate() const;
  std::string actuator_name() const;

  const std::string name_;
  // Changes in a Pause only, when no call is begun.
  Parts parts_;

  mutable std::mutex mutex_;  ///< of what follows; never held during a call
  std::string actuator_name_;
  std::shared_ptr<Gate> gate_;
  bool opens_on_alarm_ = false;
  bool hold_open_ = false;  ///< also for a gate that is fitted during the alarm

  std::atomic<std::uint64_t> flooded_ = 0;  ///< Readings that were dropped before the machine saw them
  MachineRunner<core::Lane> machine_;
  Worker worker_;  // last: it uses all of the above
};

}  // namespace gatepost::runtime
