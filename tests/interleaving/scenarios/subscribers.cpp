// Two who tell, and one who follows at its own pace.
#include "runtime/subscribers.hpp"

#include <array>
#include <thread>
#include <vector>

#include "scenario.hpp"

namespace gatepost::interleaving {
namespace {

constexpr std::uint64_t most = 3;

/// Called by one thread at a time, which a race on `told_` shows.
class Follower final : public runtime::Observer {
 public:
  void answered(const core::Answer& answer) override { hears(0, answer.record.sequence); }
  void recorded(const Record& record) override { hears(1, record.id.sequence); }
  std::array<std::uint64_t, 2> told{};

 private:
  void hears(std::size_t feedback, std::uint64_t sequence) {
    std::this_thread::yield();
    require(++told.at(feedback) == sequence, "somebody was told in another order, or twice, or not");
  }
};

void tell_all(runtime::Subscriber& subscriber) {
  std::vector<std::jthread> tellers;
  tellers.emplace_back([&] {
    for (std::uint64_t i = 1; i <= most; ++i) subscriber.answered({.record = {.sequence = i}});
  });
  tellers.emplace_back([&] {
    for (std::uint64_t i = 1; i <= most; ++i) subscriber.recorded({.id = {.sequence = i}});
  });
}

}  // namespace

void subscribers() {
  before_time_passes([](auto) { return "what was told waits, though its thread could tell it"; });
  Follower follower;
  runtime::Subscriber subscriber(follower);
  if (draw(4) == 0) return;  // it may end before its thread has begun
  tell_all(subscriber);
  if (draw(3) == 0) return;  // what waits is not told
  if (!subscriber.drained(std::chrono::hours(1))) return require(time_passed() > Duration::zero(), "it is not drained");
  require(follower.told == std::array{most, most}, "it is drained, and not all was told");
  require(subscriber.missed() == 0, "some was passed over, though there was room");
}

}  // namespace gatepost::interleaving
