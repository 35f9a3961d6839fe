// Notices calls that do not come back in time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <gatepost/time.hpp>
#include <list>
#include <mutex>
#include <stop_token>
#include <thread>

namespace gatepost::lane {

/// Whoever calls a plugin may hang in it; so it is another thread, the vigil's, that tells. It sleeps while nobody
/// calls, and is woken by the first of many calls, not by each. Time is the real one: a simulated clock hangs with its
/// caller.
class Vigil {
 public:
  Vigil();
  /// No Call may be alive.
  ~Vigil();
  Vigil(const Vigil&) = delete;
  Vigil& operator=(const Vigil&) = delete;

  /// Stands around one call.
  class Call {
   public:
    /// `over` is called once, from the vigil's thread, when the Call is still there after `patience`.
    Call(Vigil& vigil, Duration patience, std::function<void()> over);
    ~Call() { static_cast<void>(end()); }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    /// The call came back. Whether `over` was called; afterwards it is not. Waits while it is being called.
    bool end();

   private:
    friend class Vigil;
    using Time = std::chrono::steady_clock::time_point;

    Vigil& vigil_;
    const Time due_;
    const std::function<void()> over_;
    std::list<Call*>::iterator place_;  ///< while it is listed
    bool listed_ = true, told_ = false;
  };

 private:
  void watch(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::condition_variable_any told_;
  std::list<Call*> calls_;
  Duration patience_{};      ///< the shortest of late: how often it looks while there are calls
  Call* telling_ = nullptr;  ///< whose `over` is being called
  bool watching_ = false, called_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::lane
