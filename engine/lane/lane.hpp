// One way through the gate: the road of one scan, on a thread of its own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "config/site.hpp"
#include "lane/answer.hpp"
#include "lane/gate.hpp"
#include "lane/judge.hpp"
#include "lane/ledger.hpp"
#include "lane/repeats.hpp"

namespace gatepost::lane {

/// What a lane is made of. Everything that it points to outlives the Lane.
struct Parts {
  std::vector<NamedFormat> formats;
  std::vector<const Rule*> rules;
  Actuator* actuator = nullptr;  ///< null: the lane answers and moves nothing
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

  const std::string& name() const { return settings_.name; }

  /// Never blocks. False when the lane has 64 Readings waiting: then this one is dropped and an alarm is recorded.
  bool offer(Reading reading, Direction direction);

  /// The road of one scan, top to bottom. Called by the lane's own thread; by tests in its place.
  /// `offered`: when it came in.
  Answer handle(const Reading& reading, Direction direction, MonotonicTime offered = {});

  /// How many Readings offer() would take now.
  std::size_t room() const;

  struct Vitals {
    std::size_t waiting = 0;            ///< Readings in the queue
    std::uint64_t dropped = 0;          ///< Readings that found it full
    std::optional<Gate::State> gate{};  ///< of a lane with an actuator
  };
  Vitals vitals() const;

  bool gate_is_ready() const { return !gate_ || gate_->state() != Gate::State::unknown; }

  /// Begins to stop, without waiting.
  void request_stop();

 private:
  struct Offered {
    Reading reading;
    Direction direction;
    MonotonicTime at;
  };

  void work(const std::stop_token& stop);
  bool repeats(const Reading& reading, Answer& answer);
  void decide(const Reading& reading, Answer& answer) const;
  void ask_the_gate(Answer& answer) const;
  enum class Recorded { in_time, late };
  Recorded record(const Reading& reading, Answer& answer);
  void answer_late(Answer& answer);
  void note_late(Answer& answer, const Result<RecordId>& committed);
  void shut_unless_fail_open(Answer& answer) const;
  void handle_beside(const Reading& reading, Direction direction);
  Answer begun(const Reading& reading, Direction direction, MonotonicTime offered) const;
  Record record_of(const Reading& reading, const Answer& answer) const;
  void release(Answer& answer);
  void alarm(std::string reason, const Error& error, std::uint64_t about);

  void rested(const Result<void>& result) override;
  void passed(const Command& command, const Result<Passage>& passage) override;

  const config::Lane settings_;
  const Parts parts_;
  Repeats repeats_;
  std::atomic<bool> overdue_ = false;  ///< the disk has not answered in time, and has not yet
  mutable std::mutex mutex_;
  std::condition_variable_any offered_;
  std::deque<Offered> waiting_;
  std::uint64_t dropped_ = 0;
  bool overrun_ = false;  ///< an alarm for the present jam is recorded
  std::optional<Gate> gate_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::lane
