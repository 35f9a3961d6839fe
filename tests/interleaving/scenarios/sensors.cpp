// A gate's sensors: somebody passes at each, or at the one for both directions, while the gate is looked at.
#include "sensors.hpp"

#include <atomic>
#include <gatepost/hal/device_needs.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "scenario.hpp"

namespace gatepost::interleaving {
namespace {

using namespace std::chrono_literals;

/// Used by one at a time, which a race on `uses_` shows.
class Beam final : public hal::Contact {
 public:
  Result<bool> closed() override { return used(false); }
  Result<bool> wait_to_close(Duration, const std::stop_token&) override { return used(draw(2) == 0); }
  Result<void> forget() override {
    used(false);
    return {};
  }

 private:
  bool used(bool closed) {
    ++uses_;
    std::this_thread::yield();
    return closed;
  }
  int uses_ = 0;
};

struct Passages {
  std::atomic<int> begun = 0, under_way = 0;
};

void pass(turnstile::Sensors& sensors, Direction direction, Passages& others) {
  for (int i = 0; i < 2; ++i) {
    const int before = others.begun;
    const bool is_alone = ++others.under_way == 1;
    ++others.begun;
    {
      auto use = sensors.use(direction, nullptr);
      require(use || !is_alone || others.begun != before + 1, "a sensor that nobody uses is refused to a passage");
      if (use) static_cast<void>(use->wait(1s, {}));
    }
    --others.under_way;
  }
}

}  // namespace

void sensors() {
  const bool is_one = draw(3) == 0;
  const turnstile::SensorTexts texts =
      is_one ? turnstile::SensorTexts{.both = "beam:1"} : turnstile::SensorTexts{.in = "beam:1", .out = "beam:2"};
  auto sensors = turnstile::Sensors::make(texts, "/", 0);
  require(sensors.has_value(), "no sensors");
  Passages first, second;
  std::vector<std::jthread> threads;
  threads.reserve(3);
  threads.emplace_back([&] { pass(**sensors, Direction::in, first); });
  threads.emplace_back([&] { pass(**sensors, Direction::out, is_one ? first : second); });
  threads.emplace_back([&] {
    require((*sensors)->open().has_value(), "a sensor that is there does not open");
    require((*sensors)->look(nullptr).has_value(), "a sensor that is there cannot be looked at");
    require((*sensors)->forget().has_value(), "a sensor that is there cannot forget");
  });
}

}  // namespace gatepost::interleaving

// Linked in place of what opens the machine's devices.
namespace gatepost::hal {

Result<std::unique_ptr<Contact>> open_contact(const Address&) {
  return std::unique_ptr<Contact>(std::make_unique<interleaving::Beam>());
}
Result<DeviceNeeds> contact_needs(const Address&) { return DeviceNeeds{}; }

}  // namespace gatepost::hal
