// A gate that never answers, or throws.
#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include <gatepost/descriptor.hpp>

namespace {

using gatepost::Result;

enum class Fault : std::uint8_t { raise, hang_in_release, hang_in_passage };
constexpr auto setting_names(Fault) {
  return std::array{gatepost::Choice{"raise", Fault::raise},
                    gatepost::Choice{"hang_in_release", Fault::hang_in_release},
                    gatepost::Choice{"hang_in_passage", Fault::hang_in_passage}};
}

struct Settings {
  Fault fault = Fault::raise;
};

void wait_for_ever() {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable().wait(lock, [] { return false; });
}

class BadActuator final : public gatepost::Actuator {
 public:
  explicit BadActuator(Settings settings) : settings_(settings) {}

  Result<void> rest() override { return {}; }
  Result<gatepost::MonotonicTime> release(const gatepost::Command&) override {
    if (settings_.fault == Fault::raise) throw std::runtime_error("a fit");
    if (settings_.fault == Fault::hang_in_release) wait_for_ever();
    return gatepost::SystemClock().now();
  }
  Result<gatepost::Passage> passage(const gatepost::Command&, std::stop_token) override {
    wait_for_ever();
    return gatepost::Passage::no_sensor;
  }

 private:
  const Settings settings_;
};

constexpr auto table = gatepost::settings(gatepost::field("fault", &Settings::fault, "what is wrong with it"));

}  // namespace

GATEPOST_ACTUATOR("bad_actuator", "a gate that fails in a way of your choice", table, BadActuator)
