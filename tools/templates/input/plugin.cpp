// @NAME@: an example input that plays the lines of a file. Put your device in its place.
#include <condition_variable>
#include <fstream>
#include <gatepost/descriptor.hpp>
#include <mutex>

namespace {

using gatepost::Error;
using gatepost::Result;
using namespace std::chrono_literals;

struct Settings {
  std::filesystem::path file;
  std::chrono::milliseconds every = 1s;
};

constexpr auto table =
    gatepost::settings(gatepost::field("file", &Settings::file, "a code on each line").required(),
                       gatepost::field("every", &Settings::every, "time between two codes").between(1ms, 1h));

class Player final : public gatepost::Input {
 public:
  explicit Player(Settings settings) : settings_(std::move(settings)) {}

  // Open, emit, and return when told to stop or when the device is gone. The engine calls again; never reconnect here.
  Result<void> run(gatepost::InputHost& host, std::stop_token stop) override {
    std::ifstream lines(settings_.file);
    if (!lines) return Error{"cannot be read", settings_.file.string(), "check the file's name and permissions"};
    host.opened(settings_.file.string());
    for (std::string line; std::getline(lines, line);) {
      if (line.size() <= gatepost::max_payload) host.emit({.payload = line});
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, settings_.every, [] { return false; });
      if (stop.stop_requested()) return {};
    }
    return {};
  }

 private:
  const Settings settings_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
};

}  // namespace

GATEPOST_INPUT("@NAME@", "plays the lines of a file", table, Player)
