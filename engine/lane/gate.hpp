// A lane's Actuator with the thread that brings it to rest and watches for the passage.
#pragma once

#include <condition_variable>
#include <gatepost/actuator.hpp>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "lane/vigil.hpp"

namespace gatepost::lane {

/// | state   | what it may do                 | what leaves it                                       |
/// |---------|--------------------------------|------------------------------------------------------|
/// | unknown | nothing: release is refused    | rest() worked ▶ at_rest; it did not ▶ tried again     |
/// | at_rest | release                        | release worked ▶ open; it failed ▶ unknown            |
/// | open    | nothing: one passage at a time | passage seen or timed out ▶ at_rest; Error ▶ unknown  |
/// | held    | nothing: it stays open         | hold(false) ▶ unknown                                 |
///
/// At start the state is unknown; at stop rest() is called whatever the state. Thread-safe.
class Gate {
 public:
  enum class State { unknown, at_rest, open, held };

  /// Told from the gate's own thread.
  class Listener {
   public:
    /// The result of bringing the gate to rest: the first one, then each time it changes from good to bad or back.
    virtual void rested(const Result<void>& result) = 0;
    /// The result of holding it open: the first one, then each time it changes from good to bad or back.
    virtual void held(const Result<void>& result) = 0;
    virtual void passed(const Command& command, const Result<Passage>& passage) = 0;
    /// The actuator has not come back from `what` in its time; from the vigil's thread. Then it has.
    virtual void hangs(const std::string& what) = 0;
    virtual void back() = 0;

   protected:
    ~Listener() = default;
  };

  /// All three outlive the Gate. Starts its thread, which begins by bringing the gate to rest.
  Gate(Actuator& actuator, Listener& listener, Vigil& vigil);
  /// Stops the thread; the gate is at rest afterwards where the device still answers.
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  State state() const;

  /// Only in state at_rest; else an Error.
  Result<MonotonicTime> release(const Command& command);

  /// A device has come or gone: a gate at rest is brought to rest anew, so that a board that is no longer there is
  /// known before somebody scans, and one that is waited for is tried at once. A release waits for it.
  void look();

  /// Opens it and leaves it open, whoever is in it, till hold(false).
  void hold(bool open);

  /// Waits while somebody may be in the gate; false when it is still open after `patience` or when `stop` was asked
  /// for.
  bool passage_ends(Duration patience, const std::stop_token& stop);

  /// Begins to stop, without waiting.
  void request_stop() { thread_.request_stop(); }
  /// After request_stop(): whether it has stopped within `patience`.
  bool stopped(Duration patience);

 private:
  void work(const std::stop_token& stop);
  void look_after(const std::stop_token& stop);
  void hold_open(const std::stop_token& stop);
  void bring_to_rest(const std::stop_token& stop);
  Result<void> rest();
  void watch(const Command& command, const std::stop_token& stop);
  void change(State state);

  Actuator& actuator_;
  Listener& listener_;
  Vigil& vigil_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  State state_ = State::unknown;
  bool at_work_ = true;
  bool hold_ = false;                    ///< it is to be open
  std::stop_source passage_;             ///< of the passage under way: a hold ends it
  bool look_ = false, looking_ = false;  ///< look was asked for; is under way
  std::optional<Command> watched_;
  std::optional<bool> last_rest_good_;  ///< of the gate's own thread
  std::jthread thread_;
};

}  // namespace gatepost::lane
