// Threads that take turns: real code on stacks of its own, of which one runs at a time, and the seed says which.
//
// What the code under test asks of pthreads, the kernel and atomics comes here instead (interposed.cpp,
// instrumentation.cpp). Each such operation is a point where another thread may go on. What threads wait for is in
// scheduler_waits.cpp, what they touch in scheduler_memory.cpp.
#pragma once

#include <ucontext.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "memory.hpp"
#include "strategy.hpp"
#include "vector_clock.hpp"

namespace gatepost::interleaving {

/// Nanoseconds of virtual time. It passes where nobody can run, up to when the first one's wait ends, and now and then
/// while others could: on a machine that is busy.
using Time = std::int64_t;

/// As reports show it.
struct Event {
  std::size_t thread = 0;
  const char* operation = "";
  const void* object = nullptr;
  const void* caller = nullptr;
};

struct Failure {
  std::string what;
  const void* other = nullptr;  ///< where in the code the other access is, of two that have no order
  std::vector<Event> last{};    ///< the last events, the oldest first
  struct Place {
    Event event;  ///< what the thread does, or waits in
    const char* state = "";
    std::vector<const void*> calls{};  ///< the innermost first
  };
  std::vector<Place> threads{};
};

class Scheduler {
 public:
  using Start = void* (*)(void*);

  explicit Scheduler(std::uint64_t seed);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// As the first thread, until all have ended, or something is wrong. What was on their stacks is left there then.
  std::optional<Failure> run(std::function<void()> body);
  std::uint64_t steps() const { return steps_; }
  std::uint64_t hash() const { return hash_; }  ///< of what was done by whom in which order
  bool is_traced = false;                       ///< all events are remembered
  std::vector<Event> last() const { return {last_.begin(), last_.end()}; }

  // For scenarios.
  [[noreturn]] void fail(std::string what, const void* other = nullptr);
  Time now() const { return now_; }
  std::uint64_t draw(std::uint64_t n) { return strategy_.below(n); }
  /// Asked before time passes while nobody can run: what is wrong with that; empty: nothing. Not where time has passed
  /// before while somebody could: who reads a clock and then waits so long may come late by that.
  void before_time_passes(std::function<std::string(Time)> check) { time_check_ = std::move(check); }

  // For the interposed functions. Each is one step of the thread that runs.
  void point(const Event& event);
  std::size_t self() const { return current_; }
  void yield();
  bool lock(const void* mutex, bool tries);
  void unlock(const void* mutex);
  void relock(const void* mutex);
  /// On a condition variable, a futex or a time alone. False: the time came.
  bool wait(const Event& event, std::optional<Time> until);
  int wake(const void* object, int most);
  std::size_t create(Start start, void* argument);
  void* join(std::size_t thread);
  bool is_waited_for(const void* object) const;

  // What a thread knows of others' past.
  void acquire(const void* object);
  void release(const void* object, bool forgets = false);

  // Of memory. Not steps.
  void touch(const Access& access);
  void allocated(const void* block, std::size_t size);
  void freed(const void* block, std::size_t size, const void* caller);
  void enters(const void* caller) { here().calls.push_back(caller); }
  void leaves() { here().calls.pop_back(); }
  /// Below `frame` nothing of the thread that runs is alive.
  void stands_at(const void* frame) { here().frame = reinterpret_cast<std::uintptr_t>(frame); }

 private:
  enum class State : std::uint8_t { ready, locks, waits, joins, ended };
  struct Thread {
    State state = State::ready;
    Event event{};
    std::optional<Time> until{};
    bool came_in_time = true;
    std::uintptr_t stack = 0, frame = 0;  ///< the stack's lowest byte; below what in it nothing is alive
    ucontext_t context{};
    Start start = nullptr;
    void* argument = nullptr;
    void* result = nullptr;
    VectorClock known{};
    std::vector<const void*> calls{};
  };
  static constexpr std::size_t stack_size = 256 << 10;
  Thread& here() { return *threads_[current_]; }
  static void begin();
  void work();
  void sleep(State state, const Event& event, std::optional<Time> until);
  void go_on();
  std::size_t choose();
  void let_time_pass();
  std::optional<std::size_t> soonest() const;
  void time_out(Thread& thread);
  void end_some_wait();
  void check_alive(std::uintptr_t address);
  void note(const Event& event);

  Strategy strategy_;
  Memory& memory_;
  std::vector<std::unique_ptr<Thread>> threads_;
  std::size_t current_ = 0;
  std::function<void()> body_;
  ucontext_t outside_{};
  std::optional<Failure> failure_;
  std::map<const void*, std::size_t> owners_;  ///< of mutexes that are locked
  std::unordered_map<const void*, VectorClock> released_;
  std::function<std::string(Time)> time_check_;
  Time now_ = 0;
  bool was_busy_ = false;  ///< time has passed while somebody could run
  std::uint64_t steps_ = 0, hash_ = 0xcbf29ce484222325;
  std::deque<Event> last_;
};

/// The one whose threads run. The functions that C and the compiler call by name have no other way to it.
Scheduler* running();

/// In the runtime, not in what it runs: what it does itself is no step. One on each thread's stack while it switches.
class Inside {
 public:
  /// `frame`: of the function that was called by name.
  explicit Inside(const void* frame);
  ~Inside();
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  /// False: no scheduler runs, or it is the runtime itself that calls.
  explicit operator bool() const { return scheduler_ != nullptr; }
  Scheduler* operator->() const { return scheduler_; }

 private:
  Scheduler* scheduler_;
};

}  // namespace gatepost::interleaving
