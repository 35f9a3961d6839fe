// A machine that is told by two threads, calls a worker that hangs and is abandoned, and is due now and then.
#include "runtime/machine_runner.hpp"

#include <array>
#include <memory>
#include <optional>
#include <semaphore>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "scenario.hpp"

namespace gatepost::interleaving {
namespace {

using namespace std::chrono_literals;
using runtime::Worker;

constexpr std::size_t tellers = 2;
constexpr int told = 3;

/// Calls once for each that it is told; hangs now and then, and gives the call up when it is due.
class Caller {
 public:
  struct Told {
    std::size_t feedback;
    int number;
  };
  struct Done {
    int call;
  };
  struct Tick {};
  using Event = std::variant<Told, Done, Tick>;
  struct Call {
    int call;
  };
  struct Abandon {};
  using Effect = std::variant<Call, Abandon>;

  struct Settings {
    Duration patience;
    std::optional<BootTime>& due;  ///< kept there, where it is looked at between steps
  };
  explicit Caller(const Settings& settings) : patience_(settings.patience), due_(settings.due) {}

  void on(Event&& event, const core::Now& now) {
    require(!effect_, "an event is handled before the effects of the one before it are performed");
    if (const auto* one = std::get_if<Told>(&event)) {
      require(next_.at(one->feedback)++ == one->number, "events are handled in another order than they were told in");
      ++wanted_;
    } else if (const auto* done = std::get_if<Done>(&event)) {
      if (done->call != call_) return;
      due_.reset();
    } else if (due_ && *due_ <= now.boot) {
      effect_ = Abandon{};
      due_.reset();
    }
    if (due_ || wanted_ == 0) return;
    begin(now);
  }
  std::optional<Effect> next() {
    if (!effect_) {
      const auto call = std::exchange(next_call_, 0);
      return call == 0 ? std::nullopt : std::optional<Effect>(Call{call});
    }
    return std::exchange(effect_, {});
  }
  std::optional<BootTime> due() const { return due_; }
  bool has_done(int amount) const { return wanted_ == 0 && !due_ && next_[0] + next_[1] == amount; }

 private:
  void begin(const core::Now& now) {
    --wanted_;
    next_call_ = ++call_;
    due_ = now.boot + patience_;
  }

  const Duration patience_;
  std::array<int, tellers> next_{};
  int wanted_ = 0, call_ = 0, next_call_ = 0;
  std::optional<Effect> effect_;
  std::optional<BootTime>& due_;
};

class Site {
 public:
  explicit Site(const Clock& clock, runtime::Watchdog& watchdog)
      : machine_(
            clock, watchdog, [this](Caller::Effect&& effect, Worker::Self* self) { perform(effect, self); },
            Caller::Settings{1ms * (1 + draw(20)), due_}) {}
  ~Site() { comes_back_.release(100); }
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  void tell(std::size_t feedback) {
    for (int number = 0; number < told; ++number) machine_.post(Caller::Told{feedback, number});
  }
  bool is_overdue(BootTime now) const { return due_ && *due_ < now; }
  void wait_until_done(int amount) const {
    const auto is_done = [amount](const Caller& caller) { return caller.has_done(amount); };
    if (draw(2) == 0)
      machine_.wait(is_done);
    else
      while (!machine_.wait_for(1h, is_done)) require(time_passed() >= 1h, "a wait ended before its time");
  }
  void look() const {
    static_cast<void>(machine_.read([](const Caller& caller) { return caller.has_done(0); }));
  }

 private:
  // By one thread at a time, which a race on `performed_` shows.
  void perform(const Caller::Effect& effect, Worker::Self* self) {
    ++performed_;
    if (std::holds_alternative<Caller::Abandon>(effect)) return worker_.abandon();
    const int call = std::get<Caller::Call>(effect).call;
    if (draw(5) == 0) return machine_.post(Caller::Done{call}, self);  // there is nobody to be called
    Worker::Task task = [this, call, hangs = draw(3) == 0](Worker::Self& own) {
      if (hangs) comes_back_.acquire();
      machine_.post(Caller::Done{call}, &own);
    };
    if (self != nullptr && &self->worker() == &worker_)
      self->take(std::move(task));
    else
      worker_.submit(std::move(task));
  }

  int performed_ = 0;
  std::counting_semaphore<> comes_back_{0};
  std::optional<BootTime> due_;
  runtime::MachineRunner<Caller> machine_;
  Worker worker_;  // last: it uses all of the above
};

}  // namespace

void machine_runner() {
  const SystemClock clock;
  const BootTime begin = clock.boot();
  runtime::Watchdog watchdog(clock);
  auto site = std::make_unique<Site>(clock, watchdog);
  Site other(clock, watchdog);
  before_time_passes([&](Duration until) {
    const bool is_overdue = (site && site->is_overdue(begin + until)) || other.is_overdue(begin + until);
    return is_overdue ? "time passes, and a machine that is due was not told" : "";
  });
  std::vector<std::jthread> threads;
  for (std::size_t feedback = 0; feedback < tellers; ++feedback)
    threads.emplace_back([at = site.get(), feedback] { at->tell(feedback); });
  threads.emplace_back([&] { other.tell(0); });
  if (draw(3) == 0) std::jthread([&] { site->look(); }).join();
  if (draw(2) == 0) std::this_thread::sleep_for(1ms * draw(20));
  other.wait_until_done(told);
  site->wait_until_done(2 * told);
  site.reset();  // those who have told it may not have come back yet
}

}  // namespace gatepost::interleaving
