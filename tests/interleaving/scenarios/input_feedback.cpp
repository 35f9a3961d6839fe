// A device that is told what became of its scans by two lanes, and let go of meanwhile.
#include "supervisor/input_feedback.hpp"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "scenario.hpp"

namespace gatepost::interleaving {
namespace {

using supervisor::InputFeedback;

/// Told by one thread at a time, which a race on `heard_` shows.
class Device final : public Input {
 public:
  Result<void> run(InputHost&, std::stop_token) override { return {}; }
  void answered(const Feedback&) override { hears(); }
  void ready() override { hears(); }

 private:
  void hears() {
    ++heard_;
    std::this_thread::yield();
  }
  int heard_ = 0;
};

}  // namespace

void input_feedback() {
  before_time_passes([](auto) { return "time passes, and the device has only to be told"; });
  auto device = std::make_unique<Device>();
  const auto feedback = std::make_shared<InputFeedback>(*device);
  std::vector<std::jthread> lanes;
  lanes.reserve(2);
  for (int lane = 0; lane < 2; ++lane)
    lanes.emplace_back([feedback] {
      feedback->answered(Outcome::grant, "granted");
      feedback->ready();
    });
  if (draw(2) == 0) lanes.clear();
  if (feedback->closes(std::chrono::hours(1))) device.reset();  // lanes may tell it longer than there is a device
}

}  // namespace gatepost::interleaving
