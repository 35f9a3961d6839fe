// The commit queue among threads that are played: lanes, devices that post, work that needs the file to itself, the
// flusher, the watch, and a disk that fails, hangs and is found damaged. One step at a time, in an order that is drawn.
//
// The checker believes what was asked, what was answered and what was written; it asks the machine for its size and for
// when it is due alone.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/commit_queue.hpp"
#include "hooks.hpp"
#include "streams.hpp"

namespace gatepost::simulation {

/// Thrown by a check: which invariant, and what was seen.
struct Broken {
  std::string invariant, what;
};

class CommitWorld {
 public:
  CommitWorld(std::uint64_t seed, core::Mutant mutant, bool trace);

  /// All of it: the steps, then rest. Throws Broken.
  void run();

  std::uint64_t steps() const { return step_; }
  std::uint64_t hash() const { return hash_; }
  const HookState& hooks() const { return hooks_; }
  std::uint64_t answered() const { return answered_; }

 private:
  using Queue = core::CommitQueue;
  enum class Kind : std::uint8_t { lane, guest, flusher };
  enum class Stage : std::uint8_t { idle, waiting, leading, calling };
  struct Actor {
    Kind kind;
    Stage stage = Stage::idle;
    bool is_answered = false;  ///< it may have to write for others all the same
    core::CallId ticket = 0;
    std::uint64_t number = 0;  ///< of its Record
    BootTime not_after = BootTime::max();
    MonotonicTime due = MonotonicTime::max();
    std::uint64_t calls = 0, turns = 0, guests = 0;  ///< of others, since it asked
    std::size_t ahead = 0;                           ///< guests in line before it
  };
  enum class Disk : std::uint8_t { good, full, broken, damaged, hangs, last = hangs };

  // What happens: world.cpp.
  void step();
  void asks(Actor& actor);
  void commit(Actor& actor);
  void post(Actor* lane);
  void enter(Actor& actor);
  void begin(Actor& actor);
  void end_call();
  void end_heal();
  void end_write(Queue::Write write);
  void pass_time();
  void sleepers();
  void bring(Queue::Event&& event);
  void drain();
  void settle();

  // What must hold: checks.cpp.
  void on_effect(Queue::Lead& effect);
  void on_effect(Queue::Heal& effect);
  void on_effect(Queue::Write& effect);
  void on_effect(Queue::Work& effect);
  void on_effect(Queue::Answer& effect);
  void on_effect(Queue::Alarm& effect);
  void on_effect(Queue::Survived& effect);
  void on_effect(Queue::WakeFlusher&) { flusher_sleeps_until_ = MonotonicTime{}; }
  void on_effect(Queue::WakeWatch&) { watch_sleeps_until_ = MonotonicTime{}; }
  void keep(Queue::Batch& batch);
  void give_up();
  void check();
  void check_after_tick();
  void check_in_the_end();
  Actor& of(core::CallId ticket);
  void note(const std::string& what);
  [[noreturn]] static void violate(const std::string& invariant, const std::string& what) {
    throw Broken{invariant, what};
  }

  HookState hooks_;
  HooksOf hooked_;
  Stream draws_;
  const bool trace_;
  core::Now now_{BootTime(std::chrono::hours(5)), MonotonicTime(std::chrono::hours(4)), WallTime{}, true};
  Queue queue_;

  std::vector<Actor> actors_;
  unsigned busy_ = 0, posts_ = 0, floods_ = 0, faults_ = 0;  ///< how much of it there is in this run
  std::uint64_t step_ = 0, hash_ = 0xcbf29ce484222325, answered_ = 0;
  Disk disk_ = Disk::good;
  std::uint64_t disk_for_ = 0;  ///< steps
  bool stopped_ = false, has_flushed_last_ = false;

  Actor* owner_ = nullptr;
  std::variant<std::monostate, Queue::Heal, Queue::Write, Queue::Work> call_;
  bool in_doubt_ = false;
  Queue::Batch doubtful_;  ///< in the file after all, or not
  std::optional<std::string> trouble_;
  MonotonicTime flusher_sleeps_until_{}, watch_sleeps_until_ = MonotonicTime::max();

  core::CallId tickets_ = 0;
  std::uint64_t numbers_ = 0, sequence_ = 0, written_ = 0;
  std::map<std::uint64_t, bool> posted_;  ///< by number: it is in the file
  std::uint64_t dropped_ = 0, told_dropped_ = 0;
  std::map<std::uint64_t, std::uint64_t> kept_;   ///< commits in the file: number to sequence
  std::map<std::string, std::uint64_t> last_of_;  ///< of each who writes, the number that was written last
};

}  // namespace gatepost::simulation
