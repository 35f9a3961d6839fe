// The one timer of a site: tells each state machine when its time has come.
#pragma once

#include <atomic>
#include <condition_variable>
#include <gatepost/time.hpp>
#include <list>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace gatepost::runtime {

/// Sleeps while nothing is due. Its thread calls no plugin, no disk and no screen: it can only be late, never stuck.
class Watchdog {
 public:
  /// Somebody who says when he wants to be woken.
  class Watched {
   public:
    /// From the watchdog's thread, at or after what was due. Must not block.
    virtual void tick() = 0;

   protected:
    virtual ~Watched() = default;

   private:
    friend class Watchdog;
    std::atomic<Duration::rep> due_ = none;  ///< of the boot clock
  };

  /// `clock` outlives it.
  explicit Watchdog(const Clock& clock);
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog() = default;

  void add(Watched& watched);
  /// Afterwards it is not called any more.
  void remove(Watched& watched);

  /// Of one thread at a time for each.
  static void set_due(Watched& watched, std::optional<BootTime> due);
  /// After set_due: sees to it that the thread looks by then. Costs nothing where it would anyway.
  void look_by(std::optional<BootTime> due);

 private:
  static constexpr Duration::rep none = Duration::max().count();
  void work(const std::stop_token& stop);
  Watched* next_due(BootTime now, Duration::rep& earliest);

  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::condition_variable_any told_;
  std::list<Watched*> all_;
  Watched* telling_ = nullptr;  ///< is being ticked
  std::atomic<Duration::rep> next_look_ = none;
  bool look_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::runtime
