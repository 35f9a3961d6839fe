// The threads of one process that drive one board, each on a stack of its own: one waits in a driver, the others for
// the board.
//
// A thread of the engine goes on as an event of its process, so it does not while that is frozen or asleep. When the
// process dies its threads are ghosts: each is run to its end at once, and nothing that it asks works any more.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "stack.hpp"
#include "timeline.hpp"
#include "world_time.hpp"

namespace gatepost::simulation {

class Threads final : public Waiting {
 public:
  struct Hooks {
    std::function<void()> connects{}, reads{};  ///< into the kernel, which may keep it
    std::function<void(std::string_view)> writes{};
  };
  /// `beside`: of a process that is not the engine's.
  Threads(WorldTime& time, Stream random, bool beside);
  ~Threads() override;
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  void set(Hooks hooks) { hooks_ = std::move(hooks); }
  /// Begins at once.
  void run(std::function<void()> work);
  /// For whoever runs: waits until nobody else has the board. False: the process is gone.
  bool lock();
  void unlock();
  /// Whoever is to go on meanwhile does so when it is thawed.
  void freeze() { frozen_ = true; }
  void thaw();
  /// The process is dead. True: there was a ghost.
  bool die();

  using Waiting::wait;
  void wait(BootTime until, const std::function<bool()>& enough) override;
  void wake() override;
  bool is_gone() const override { return gone_; }
  void connects() override {
    if (hooks_.connects) hooks_.connects();
  }
  void reads() override {
    if (hooks_.reads) hooks_.reads();
  }
  void writes(std::string_view bytes) override {
    if (hooks_.writes) hooks_.writes(bytes);
  }

 private:
  struct Sleeper {
    Stack* stack;
    std::uint64_t number;
    const std::function<bool()>* enough;
    bool is_woken = false;
  };
  void later(Duration after, std::function<void()> task);
  void go_on(Stack& stack);
  void wakes_up(std::uint64_t number);

  WorldTime& time_;
  Stream random_;
  const bool beside_;
  Hooks hooks_;
  std::deque<std::unique_ptr<Stack>> stacks_;
  std::optional<Sleeper> sleeper_;  ///< who has the board waits
  std::deque<Stack*> queue_;        ///< for the board
  bool locked_ = false, gone_ = false, frozen_ = false;
  std::optional<std::uint64_t> missed_{};  ///< who was to go on while it was frozen
  std::uint64_t numbers_ = 0;
};

}  // namespace gatepost::simulation
