// Recorded Readings, played with their timing, or faster.
#include <charconv>
#include <cmath>
#include <condition_variable>
#include <gatepost/descriptor.hpp>
#include <mutex>

#include "recording.hpp"

namespace {

using gatepost::Duration;
using gatepost::Error;
using gatepost::InputHost;
using gatepost::MonotonicTime;
using gatepost::Result;
using namespace std::chrono_literals;

struct Settings {
  std::filesystem::path file;
  std::string speed = "1";
  bool loop = false;
  std::chrono::milliseconds pause = 1s;
};

constexpr auto table = gatepost::settings(
    gatepost::field("file", &Settings::file, "the recording: one JSON object a line").required(),
    gatepost::field("speed", &Settings::speed,
                    "so many times faster than life, 0.01 to 1000; max: as fast as the lane goes"),
    gatepost::field("loop", &Settings::loop, "from the beginning again, until it is stopped"),
    gatepost::field("pause", &Settings::pause, "between the last Reading and the first of the next round")
        .between(1ms, 1h));

// A recording leaves this much of a lane's queue to the devices beside it.
constexpr std::size_t left_to_devices = 16;

// 0: as fast as the lane goes.
Result<double> speed_of(const std::string& text) {
  if (text == "max") return 0.0;
  double speed = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), speed);
  if (failure != std::errc() || end != text.data() + text.size() || !(speed >= 0.01 && speed <= 1000))
    return Error{"is no speed", "speed", "write a number from 0.01 to 1000, or max"};
  return speed;
}

class Replay final : public gatepost::Input {
 public:
  /// The whole recording is read once: `gatepost check` names its bad line.
  static Result<std::unique_ptr<Replay>> make(const Settings& settings, const gatepost::Instance&) {
    const auto speed = speed_of(settings.speed);
    if (!speed) return speed.error();
    auto reader = replay::Reader::open(settings.file);
    if (!reader) return reader.error();
    for (std::size_t count = 0;; ++count) {
      const auto entry = reader->next();
      if (!entry) return entry.error();
      if (*entry) continue;
      if (count == 0) return Error{"holds no Reading", settings.file.string(), "write one JSON object a line"};
      return std::unique_ptr<Replay>(new Replay(settings, *speed));
    }
  }

  Result<void> run(InputHost& host, std::stop_token stop) override {
    host.opened("recording " + settings_.file.filename().string());
    MonotonicTime begin = std::chrono::steady_clock::now();
    do {
      const auto length = play(host, stop, begin);
      if (!length) return length.error();
      begin += scaled(*length + settings_.pause);
    } while (settings_.loop && !stop.stop_requested());
    return {};
  }

 private:
  Replay(Settings settings, double speed) : settings_(std::move(settings)), speed_(speed) {}

  // Once through; how long the recording is.
  Result<std::chrono::microseconds> play(InputHost& host, const std::stop_token& stop, MonotonicTime begin) {
    auto reader = replay::Reader::open(settings_.file);
    if (!reader) return reader.error();
    std::chrono::microseconds last{};
    while (true) {
      auto entry = reader->next();
      if (!entry) return entry.error();
      if (!*entry) return last;
      last = (*entry)->at;
      if (!wait(host, stop, begin + scaled(last))) return last;
      host.emit(std::move((*entry)->reading));
    }
  }

  Duration scaled(Duration time) const {
    return speed_ == 0 ? Duration() : Duration(std::llround(static_cast<double>(time.count()) / speed_));
  }

  // Until the Reading is due; at full speed, until the lane has room. False: stop was asked for.
  bool wait(const InputHost& host, const std::stop_token& stop, MonotonicTime due) {
    std::unique_lock lock(mutex_);
    if (speed_ != 0) {
      wake_.wait_until(lock, stop, due, [] { return false; });
    } else {
      while (host.room() <= left_to_devices && !stop.stop_requested())
        wake_.wait_for(lock, stop, 1ms, [] { return false; });
    }
    return !stop.stop_requested();
  }

  const Settings settings_;
  const double speed_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
};

}  // namespace

GATEPOST_INPUT("replay", "recorded Readings, played with their timing or faster", table, Replay)
