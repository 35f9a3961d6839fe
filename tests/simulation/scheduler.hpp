// Virtual time: a heap of what is to happen, and a process that can be frozen, put to sleep and killed.
#pragma once

#include <cstdint>
#include <functional>
#include <gatepost/time.hpp>
#include <unordered_map>
#include <vector>

#include "core/time.hpp"
#include "streams.hpp"

namespace gatepost::simulation {

class Scheduler {
 public:
  using Task = std::function<void()>;

  explicit Scheduler(std::uint64_t seed) : ties_(seed, "tie"), thaws_(seed, "thaw") {}

  /// Since the run began.
  Duration now() const { return now_; }
  /// As the engine's clocks tell it.
  core::Now clocks() const;
  void leap(Duration by) { leapt_ += by; }
  Duration leapt() const { return leapt_; }
  void set_wall_known(bool known) { wall_is_known_ = known; }

  /// In the world: nothing stops it.
  void in_world(Duration after, Task task) { push(after, 0, 0, std::move(task)); }
  /// In the engine's process as it is now. What has the same channel (not 0) stays in order.
  void in_process(Duration after, int channel, Task task) { push(after, life_, channel, std::move(task)); }

  /// False: nothing is left.
  bool step();
  bool is_empty() const { return heap_.empty() && held_.empty(); }
  std::uint64_t steps() const { return steps_; }

  void freeze(Duration length, bool machine_sleeps);
  bool is_frozen() const { return now_ < frozen_until_; }
  bool is_asleep() const { return now_ < asleep_until_; }
  Duration sleeps_for() const { return std::max(asleep_until_ - now_, Duration::zero()); }
  /// Of the present process, without what it has been frozen for.
  Duration running() const { return ran_ + (is_frozen() || !alive_ ? Duration{} : now_ - runs_since_); }
  /// What was to happen in the process is gone.
  void kill();
  void start();
  bool is_alive() const { return alive_; }
  std::uint32_t life() const { return life_; }

  static constexpr WallTime wall_at_start{std::chrono::sys_days(std::chrono::year(2026) / 11 / 29)};

 private:
  struct Event {
    Duration at;
    std::uint64_t tie, order;
    std::uint32_t life;  ///< 0: the world's
    int channel;
    Task task;
    bool operator<(const Event& other) const {  // the first is the greatest
      if (at != other.at) return at > other.at;
      return tie != other.tie ? tie > other.tie : order > other.order;
    }
  };
  void push(Duration after, std::uint32_t life, int channel, Task task);
  void thaw();

  Stream ties_, thaws_;
  Duration now_{}, slept_{}, leapt_{};
  bool wall_is_known_ = true;
  Duration frozen_until_{}, asleep_until_{}, ran_{}, runs_since_{};
  bool alive_ = false;
  std::uint32_t life_ = 0;
  std::uint64_t order_ = 0, steps_ = 0;
  std::vector<Event> heap_;
  std::vector<Event> held_;                 ///< came up while the process was frozen
  std::unordered_map<int, Duration> last_;  ///< of each channel
};

}  // namespace gatepost::simulation
