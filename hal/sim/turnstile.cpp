#include "sim/turnstile.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/hal/deadline.hpp>
#include <gatepost/hal/options.hpp>
#include <limits>
#include <mutex>
#include <random>

namespace gatepost::hal {
namespace {

using namespace std::chrono_literals;

constexpr int sides = 2;
constexpr Duration sensor_closed_for = 150ms;

MonotonicTime now() { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }

struct Behaviour {
  Duration pass_after{};
  double balk = 0;
  std::uint32_t seed = 1;
  std::string log{};
  std::int64_t fail_after = 0;
  bool silent = false;
};

class Turnstile final : public Relay {
 public:
  explicit Turnstile(Behaviour behaviour) : behaviour_(std::move(behaviour)), random_(behaviour_.seed) {}

  int channels() const override { return sides; }
  int inputs() const override { return sides; }
  std::string identity() const override { return "simulated turnstile"; }

  Result<void> set(int channel, bool on, BootTime not_after) override {
    const std::scoped_lock lock(mutex_);
    if (BootClock::now() > not_after) return too_late(identity());
    if (channel < 1 || channel > sides)
      return Error{"has no channel " + std::to_string(channel), identity(), "use 1 or 2"};
    if (behaviour_.fail_after != 0 && ++commands_ > behaviour_.fail_after)
      return Error{"does not answer", identity(), "it was told to fail: remove fail_after"};
    if (behaviour_.silent) return {};
    Side& side = side_at(channel);
    if (on && !side.energised && std::uniform_real_distribution<>(0, 1)(random_) >= behaviour_.balk) {
      side.passes_at = now() + behaviour_.pass_after;
      changed_.notify_all();
    }
    if (on != side.energised) note(channel, on);
    side.energised = on;
    return {};
  }

  Result<std::optional<bool>> read_back(int channel) override {
    const std::scoped_lock lock(mutex_);
    return std::optional(side_at(std::clamp(channel, 1, sides)).energised);
  }

  Result<std::unique_ptr<Contact>> input(int number) override;

  bool closed(int number) {
    const std::scoped_lock lock(mutex_);
    const auto at = side_at(number).passes_at;
    return at != MonotonicTime{} && now() >= at && now() < at + sensor_closed_for;
  }

  bool wait(int number, Duration timeout, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const auto end = now() + timeout;
    while (!stop.stop_requested() && now() < end) {
      Side& side = side_at(number);
      const bool to_come = side.passes_at != MonotonicTime{} && !side.counted;
      if (to_come && now() >= side.passes_at) {
        side.counted = true;
        return true;
      }
      changed_.wait_until(lock, stop, to_come ? std::min(end, side.passes_at) : end, [] { return false; });
    }
    return false;
  }

 private:
  struct Side {
    bool energised = false;
    MonotonicTime passes_at{};
    bool counted = false;
  };

  Side& side_at(int number) { return sides_.at(static_cast<std::size_t>(number - 1)); }

  void note(int channel, bool on) {
    if (on) side_at(channel).counted = false;
    if (behaviour_.log.empty()) return;
    const std::string line = std::to_string(now().time_since_epoch().count()) + " relay " + std::to_string(channel) +
                             (on ? " on\n" : " off\n");
    const FileDescriptor file(::open(behaviour_.log.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640));
    // Where it is not open or takes nothing: a simulation's log is no reason to keep people out.
    static_cast<void>(::write(file.number(), line.data(), line.size()) == std::ssize(line));
  }

  const Behaviour behaviour_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::minstd_rand random_;
  std::array<Side, sides> sides_;
  std::int64_t commands_ = 0;
};

class Sensor final : public Contact {
 public:
  Sensor(Turnstile& turnstile, int number) : turnstile_(turnstile), number_(number) {}
  Result<bool> closed() override { return turnstile_.closed(number_); }
  Result<bool> wait_to_close(Duration timeout, const std::stop_token& stop) override {
    return turnstile_.wait(number_, timeout, stop);
  }
  Result<void> forget() override { return {}; }  // it counts each passage once

 private:
  Turnstile& turnstile_;
  int number_;
};

Result<std::unique_ptr<Contact>> Turnstile::input(int number) {
  if (number < 1 || number > sides) return Error{"has no input " + std::to_string(number), identity(), "use 1 or 2"};
  return std::unique_ptr<Contact>(std::make_unique<Sensor>(*this, number));
}

}  // namespace

Result<std::unique_ptr<Relay>> open_sim_turnstile(const Address& address) {
  OptionReader options(address);
  Behaviour behaviour;
  behaviour.pass_after = options.time("pass_after", 800ms);
  behaviour.balk = options.fraction("balk", 0);
  behaviour.seed = static_cast<std::uint32_t>(options.number("seed", 1, 1, std::numeric_limits<std::uint32_t>::max()));
  if (const std::string log = options.text("log", ""); !log.empty()) behaviour.log = (address.directory / log).string();
  behaviour.fail_after = options.number("fail_after", 0, 0, 1'000'000'000);
  behaviour.silent = options.yes("silent", false);
  if (auto done = options.done(); !done) return done.error();
  return std::unique_ptr<Relay>(std::make_unique<Turnstile>(std::move(behaviour)));
}

Result<RelayShape> sim_turnstile_shape(const Address& address) {
  auto board = open_sim_turnstile(address);  // it opens nothing before it is told something
  if (!board) return board.error();
  return RelayShape{
      .channels = (*board)->channels(), .inputs = (*board)->inputs(), .own_power = false, .simulated = true};
}

}  // namespace gatepost::hal
