// A service that has the site file read again, once.
#include <condition_variable>
#include <mutex>

#include <gatepost/descriptor.hpp>

namespace {

struct Settings {
  bool often = false;
};

class ReloadingService final : public gatepost::Service {
 public:
  static constexpr std::array<const char*, 1> asks{"reload"};

  explicit ReloadingService(Settings settings) : settings_(settings) {}

  gatepost::Result<void> run(gatepost::ServiceHost& host, std::stop_token stop) override {
    do {
      if (const auto asked = host.ask("reload"); !asked) return asked.error();
    } while (settings_.often && !stop.stop_requested());
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any().wait(lock, stop, [] { return false; });
    return {};
  }

 private:
  const Settings settings_;
};

constexpr auto table = gatepost::settings(gatepost::field("often", &Settings::often, "and not only once"));

}  // namespace

GATEPOST_SERVICE("reloading_service", "a service that has the site file read again", table, ReloadingService)
