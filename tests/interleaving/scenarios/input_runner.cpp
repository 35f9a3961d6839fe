// An input that fails, ends and hangs, while it is attached, looked for, let go of and run again; then it is no longer
// part of the site, and its lane goes.
#include "supervisor/input_runner.hpp"

#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "scenario.hpp"
#include "scenarios/crowd.hpp"

namespace gatepost::interleaving {
namespace {

using namespace std::chrono_literals;
using runtime::Lane;
using supervisor::InputRunner;

/// What a site sees of its device, and what a device does.
struct World {
  SystemClock clock;
  runtime::Watchdog watchdog{clock};
  std::counting_semaphore<> comes_back{0};
  std::atomic<bool> runs = false, has_ended = false, is_told = false, is_stopped = false;
  std::atomic<bool> is_wanted = false;  ///< it was called, and has not run since
  std::atomic<bool> has_settled = false, is_opening = false;
  std::atomic<bool> is_gone = false;  ///< no longer part of the site
  std::atomic<int> emitted = 0;
};

/// Run by one thread at a time, which a race on `number_` shows.
class Device final : public Input {
 public:
  explicit Device(World& world) : world_(world) {}

  Result<void> run(InputHost& host, std::stop_token stop) override {
    world_.is_wanted = false;
    require(!world_.runs.exchange(true), "an input runs twice at once");
    auto ran = run_once(host, stop);
    world_.has_ended = ran.has_value();
    world_.has_settled = world_.has_settled || !stop.stop_requested();
    world_.runs = false;
    return ran;
  }
  bool listens() const override { return listens_; }
  void answered(const Feedback&) override { hears(); }
  void ready() override { hears(); }

 private:
  Result<void> run_once(InputHost& host, const std::stop_token& stop) {
    const Error error{"is absent", "device", "wait"};
    if (draw(3) == 0) return error;
    host.opened("a device");
    world_.has_settled = true;
    show(host);
    if (draw(4) == 0) return error;
    if (draw(8) == 0) return {};
    if (draw(5) == 0) world_.comes_back.acquire();
    if (draw(4) == 0) host.signal(Signal::alarm, {});
    wait_until_stopped(stop);
    if (!stop.stop_requested()) return error;
    return {};
  }
  void show(InputHost& host) {
    for (std::uint64_t left = draw(3); left > 0 && host.room() > 0; --left) {
      host.raw({.bytes = "card"});
      ++world_.emitted;
      host.emit({.payload = std::to_string(++number_)});
    }
    if (draw(3) == 0) host.signal(Signal::press, {});
  }
  static void wait_until_stopped(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    changed.wait_for(lock, stop, 1s * draw(5), [] { return false; });
  }
  void hears() {
    world_.is_told = true;
    std::this_thread::yield();
    world_.is_told = false;
  }

  World& world_;
  const bool listens_ = draw(2) == 0;
  int number_ = 0;
};

/// That the device came and went, once each.
class Ledger final : public runtime::RecordWriter {
 public:
  Result<RecordId> commit(Record, BootTime) override { return RecordId{.epoch = 1, .sequence = 1}; }
  void post(Record record) override {
    if (record.kind != RecordKind::device) return;
    const std::scoped_lock lock(mutex_);
    require(record.reason != last_, "a device came twice, or went twice");
    last_ = record.reason;
  }
  std::string last() const {
    const std::scoped_lock lock(mutex_);
    return last_;
  }

 private:
  mutable std::mutex mutex_;
  std::string last_;
};

/// Scans are answered in the order in which they were seen.
class Audience final : public runtime::Observer {
 public:
  void answered(const core::Answer& answer) override {
    if (!answer.credential) return;
    const int number = std::stoi(answer.credential->subject);
    require(last_.exchange(number) < number, "scans are answered in another order than they were seen in");
  }
  void recorded(const Record&) override {}

 private:
  std::atomic<int> last_ = 0;
};

struct Site : World {
  Ledger writer;
  Audience first, second;

  std::unique_ptr<Lane> lane(const char* name, Audience& audience) {
    return std::make_unique<Lane>(settings_of(name), runtime::Parts{.formats = formats(),
                                                                    .policies = everybody(),
                                                                    .writer = &writer,
                                                                    .observer = &audience,
                                                                    .clock = &clock,
                                                                    .watchdog = &watchdog});
  }
  std::unique_ptr<InputRunner> runner() {
    const auto bell = [this](const std::string&, bool) {
      require(!is_gone, "a device that is no longer part of the site opens its gates");
    };
    return std::make_unique<InputRunner>("device", std::make_unique<Device>(*this), writer, clock, bell);
  }
};

// As a site does when the kernel tells of a device, and as people look at it.
void call(Site& site, InputRunner& runner) {
  std::this_thread::sleep_for(1s * draw(3));
  site.is_wanted = true;
  runner.try_now();
  static_cast<void>(runner.vitals());
  static_cast<void>(runner.recorder().now());
}

void wait_until_open(Site& site, InputRunner& runner) {
  site.is_opening = true;
  static_cast<void>(runner.opens(5s, {}));
  site.is_opening = false;
}

// As a reload does that is taken back. False: it is not let go, and nobody runs it again.
bool step_aside(Site& site, InputRunner& runner) {
  if (!runner.lets_go(2s)) return false;
  require(!site.runs && !site.is_told, "a device is let go and still used");
  site.has_ended = site.has_settled = false;
  runner.run_again();
  wait_until_open(site, runner);
  return true;
}

void part_with(Site& site, InputRunner& runner) {
  runner.detach();
  site.is_gone = true;
  require(site.writer.last() != "up", "a device is no longer part of the site, and was not said to have gone");
}

std::string waits_in_vain(const Site& site, Duration until) {
  if (site.is_wanted && !site.runs && !site.has_ended && !site.is_stopped)
    return "time passes, and a device that is there is not looked for";
  if (site.is_opening && site.has_settled) return "time passes, and who waits for a device to open is not told";
  return until > 24h ? "a runner does not come to its end" : "";
}

}  // namespace

void input_runner() {
  Site site;
  auto first = site.lane("first", site.first), second = site.lane("second", site.second);
  auto runner = site.runner();
  before_time_passes([&](Duration until) { return waits_in_vain(site, until); });
  if (draw(2) == 0) wait_until_open(site, *runner);
  runner->attach(*first, Direction::in);
  {
    const std::jthread calls([&] { call(site, *runner); });
    if (draw(2) == 0) {
      runner->attach(*second, Direction::out);
      first.reset();
    }
    if (draw(2) == 0) {
      site.is_stopped = true;
      site.is_stopped = !step_aside(site, *runner);
    }
    if (draw(2) == 0) std::this_thread::sleep_for(1s * draw(3));
  }
  site.is_stopped = true;
  if (draw(2) == 0) static_cast<void>(runner->lets_go(1s));
  part_with(site, *runner);
  first.reset();
  second.reset();
  if (draw(2) == 0) std::this_thread::sleep_for(1s * draw(3));
  site.comes_back.release(100);
  runner.reset();
}

}  // namespace gatepost::interleaving
