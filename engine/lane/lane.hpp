// One way through the gate: the road of one scan, on a thread of its own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "config/site.hpp"
#include "lane/answer.hpp"
#include "lane/complaints.hpp"
#include "lane/gate.hpp"
#include "lane/judge.hpp"
#include "lane/ledger.hpp"
#include "lane/repeats.hpp"
#include "lane/vigil.hpp"

namespace gatepost::lane {

/// What a lane is made of. Ledger, observer and clock outlive the Lane.
struct Parts {
  std::vector<NamedFormat> formats;
  std::vector<std::shared_ptr<const Rule>> rules;
  std::shared_ptr<Actuator> actuator = nullptr;  ///< null: the lane answers and moves nothing
  Ledger* ledger = nullptr;
  Observer* observer = nullptr;
  const Clock* clock = nullptr;
};

/// Readings come in by offer() from any thread and are handled one after the other on the lane's own thread.
class Lane final : private Gate::Listener {
 public:
  /// Puts the gate to rest and begins to handle Readings.
  Lane(const config::Lane& settings, Parts parts);
  /// Handles what it has, at most; the gate is at rest afterwards.
  ~Lane();

  const std::string& name() const { return name_; }

  /// Never blocks. False when the lane has 64 Readings waiting: then this one is dropped and an alarm is recorded.
  bool offer(Reading reading, Direction direction, std::shared_ptr<Asker> asker = {});

  /// The road of one scan, top to bottom. Called by the lane's own thread; by tests in its place.
  /// `offered`: when it came in.
  Answer handle(const Reading& reading, Direction direction, MonotonicTime offered = {},
                std::shared_ptr<Asker> asker = {});

  /// How many Readings offer() would take now.
  std::size_t room() const;

  /// What the lane's thread is in: its own work, or a call that may take as long as it likes.
  enum class Call : std::uint8_t { none, credential, policy, journal, actuator, observer };

  struct Vitals {
    std::size_t waiting = 0;                   ///< Readings in the queue
    std::uint64_t dropped = 0;                 ///< Readings that found it full
    std::optional<Gate::State> gate{};         ///< of a lane with an actuator
    Call call = Call::none;                    ///< of the scan under way
    std::string held_by{};                     ///< whose call has not come back in its time
    std::optional<MonotonicTime> due_since{};  ///< the scan under way, or the oldest that could be; none: nothing to do
  };
  Vitals vitals() const;

  bool gate_is_ready() const;

  /// Lets one through: somebody has pressed a button. Never blocks.
  void press(const std::string& device, Direction direction);
  /// Whether the lane is one of those that an alarm opens.
  bool opens_on_alarm() const;
  /// Opens the gate and leaves it open, or shuts it again.
  void hold_open(bool open);

  /// A device has come or gone: the gate sees to whether its board is there.
  void look_at_gate();

  /// Between two scans: while it lives nothing is handled; what is offered waits. Of one thread.
  class Pause {
   public:
    explicit Pause(Lane& lane) : lane_(&lane) {}
    Pause(Pause&& other) noexcept : lane_(std::exchange(other.lane_, nullptr)) {}
    Pause& operator=(Pause&&) = delete;
    ~Pause() {
      if (lane_ != nullptr) lane_->go_on();
    }
    /// The lane works by these from now on, all at once; its queue and its memory of repeats stay. A gate whose
    /// actuator is another one now comes to rest first. Of `parts`, ledger, observer and clock are as before.
    void exchange(const config::Lane& settings, Parts parts) const { lane_->exchange(settings, std::move(parts)); }
    /// Brings the gate to rest and lets go of the actuator, till exchange gives the lane one.
    void drop_gate() const { lane_->drop_gate(); }
    Lane& lane() const { return *lane_; }

   private:
    Lane* lane_;
  };
  /// Waits for the scan that is under way; an Error when it takes longer than `patience`: a plugin holds the lane.
  Result<Pause> pause(Duration patience);

  /// Waits while somebody may be in the gate; false when it is still open after `patience`, or when `stop` was asked
  /// for.
  bool passage_ends(Duration patience, const std::stop_token& stop) const;

  /// Handles what waits, then stops.
  void finish();

  /// Begins to stop, without waiting.
  void request_stop();
  /// After request_stop(): true when the lane and its gate have stopped within `patience`. False where a plugin holds
  /// one of them; which, is told by held_by().
  bool stopped(Duration patience);
  /// "policy staff_list", "gate door": whose call has not come back in its time. Empty: nobody's.
  std::string held_by() const;

 private:
  static constexpr std::size_t most_waiting = 64;  ///< Readings

  struct Offered {
    Reading reading;
    Direction direction;
    MonotonicTime at;
    std::shared_ptr<Asker> asker;
    bool pressed = false;
  };

  class Scan;
  /// What has not come back in its time: scans that come meanwhile are answered without it.
  enum class Held { no, by_disk, by_format, by_policy, by_gate };

  void work(const std::stop_token& stop);
  void go_on();
  void exchange(const config::Lane& settings, Parts parts);
  void drop_gate();
  void fit_gate();
  bool moves_something() const { return !settings_.actuator.empty(); }
  void identify(Scan& scan);
  bool repeats(const Reading& reading, Answer& answer);
  void decide(Scan& scan);
  void ask_the_gate(Answer& answer) const;
  void record(Scan& scan);
  void release(Scan& scan);
  void answer_late(Scan& scan);
  void answer_without(Scan& scan, Held held, Verdict verdict);
  void hold(Held held, const std::string& by);
  void note_late(Answer& answer, const Result<RecordId>& committed);
  void shut_unless_fail_open(Answer& answer) const;
  void handle_beside(const Reading& reading, Direction direction, std::shared_ptr<Asker> asker);
  void let_through(const Offered& pressed, bool on_own_thread);
  void tell(const Answer& answer);
  bool is_passing(const std::shared_ptr<Asker>& asker) const;
  std::shared_ptr<Asker> lets_pass(std::shared_ptr<Asker> asker);
  Answer begun(const Reading& reading, Direction direction, MonotonicTime offered) const;
  Record record_of(const Reading& reading, const Answer& answer) const;
  void alarm(std::string reason, std::string device, const Error& error, std::uint64_t about);

  void rested(const Result<void>& result) override;
  void held(const Result<void>& result) override;
  void passed(const Command& command, const Result<Passage>& passage) override;
  void hangs(const std::string& what) override;
  void back() override;

  const std::string name_;
  // These change in a Pause only.
  config::Lane settings_;
  Parts parts_;
  std::string gate_name_;  ///< of the gate's thread too: changes while there is none
  Repeats repeats_;
  Complaints complaints_;
  std::atomic<Held> held_ = Held::no;
  std::atomic<Call> call_ = Call::none;
  Vigil vigil_;

  mutable std::mutex mutex_;
  std::condition_variable_any offered_;
  std::condition_variable handled_;
  std::deque<Offered> waiting_;
  std::uint64_t dropped_ = 0;
  bool handling_ = false, paused_ = false, finishing_ = false, at_work_ = true;
  MonotonicTime turned_{};          ///< when a scan or a pause last began or ended
  std::string holder_;              ///< whose call the lane's thread has not come back from
  std::shared_ptr<Asker> passing_;  ///< whose scan opened the gate, till the passage is over
  std::size_t beside_ = 0;          ///< Readings that are handled by those who offered them
  bool hold_open_ = false;          ///< also for a gate that is fitted during the alarm
  bool overrun_ = false;            ///< an alarm for the present jam is recorded
  std::shared_ptr<Gate> gate_;      ///< changes in a Pause and under the mutex
  std::jthread thread_;             // last: it uses all of the above
};

}  // namespace gatepost::lane
