// Those who are watched, told when they are due by several threads, and taken out while they are ticked.
#include "runtime/watchdog.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "scenario.hpp"

namespace gatepost::interleaving {
namespace {

using namespace std::chrono_literals;

/// As a state machine that is run: due times under a mutex of its own.
class Sleeper final : public runtime::Watchdog::Watched {
 public:
  Sleeper(const Clock& clock, runtime::Watchdog& watchdog) : clock_(clock), watchdog_(watchdog) {
    watchdog_.add(*this);
  }
  ~Sleeper() override {
    watchdog_.remove(*this);
    is_gone_ = true;
  }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;

  void sleep_until(BootTime due) {
    {
      const std::scoped_lock lock(mutex_);
      due_ = due;
      runtime::Watchdog::set_due(*this, due);
    }
    watchdog_.look_by(due);
  }
  void tick() override {
    std::this_thread::yield();
    const std::scoped_lock lock(mutex_);
    require(!is_gone_, "somebody was ticked who had been removed");
    if (due_ && *due_ <= clock_.boot()) due_.reset();
    runtime::Watchdog::set_due(*this, due_);
  }
  bool is_overdue(BootTime now) const { return due_ && *due_ < now; }

 private:
  const Clock& clock_;
  runtime::Watchdog& watchdog_;
  std::mutex mutex_;
  std::optional<BootTime> due_;
  bool is_gone_ = false;
};

void set_alarms(Sleeper& sleeper, const Clock& clock) {
  for (int i = 0; i < 4; ++i) {
    sleeper.sleep_until(clock.boot() + 1ms * (1 + draw(8)));
    if (draw(3) == 0) std::this_thread::sleep_for(1ms * draw(8));
  }
}

}  // namespace

void watchdog() {
  const SystemClock clock;
  const BootTime begin = clock.boot();
  runtime::Watchdog watchdog(clock);
  Sleeper stays(clock, watchdog);
  auto goes = std::make_unique<Sleeper>(clock, watchdog);
  before_time_passes([&](Duration until) {
    const bool is_overdue = stays.is_overdue(begin + until) || (goes && goes->is_overdue(begin + until));
    return is_overdue ? "the watchdog sleeps past a time that it was told" : "";
  });
  {
    std::jthread one([&] { set_alarms(stays, clock); });
    std::jthread other([&] { set_alarms(*goes, clock); });
    other.join();
    if (draw(2) == 0) std::this_thread::sleep_for(1ms * draw(8));
    goes.reset();
  }
  std::this_thread::sleep_for(100ms);
}

}  // namespace gatepost::interleaving
