// links: gatepost::hal
// What the engine and a guard process send each other. What is taken is what is written, to the byte; and whatever a
// guard is asked, nothing moves after its deadline and no channel that it does not own, and the others are at rest when
// the longest time is over.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "guard/failsafe.hpp"
#include "world/fake_clock.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::hal;
using namespace std::chrono_literals;

constexpr Duration longest = 10s, longest_hold = 60s;
constexpr BootTime begin{1s};

class Board final : public Relay {
 public:
  explicit Board(std::array<bool, 3>& on) : on_(on) {}
  int channels() const override { return 3; }
  std::string identity() const override { return "board"; }
  Result<void> set(int channel, bool on, BootTime not_after) override {
    if (not_after < begin) std::abort();
    on_.at(static_cast<std::size_t>(channel)) = on;
    return {};
  }

 private:
  std::array<bool, 3>& on_;
};

void held_or_abort(bool good) {
  if (!good) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto answer = guard::parse_answer(bytes)) held_or_abort(to_bytes(*answer) == bytes);
  const auto request = guard::parse_request(bytes);
  if (!request) return 0;
  held_or_abort(to_bytes(*request) == bytes);
  std::array<bool, 3> on{};
  world::FakeClock clock;
  guard::Failsafe failsafe(
      {.verb = guard::Verb::take, .length = longest, .channels = {1, 2}},
      [&] { return std::unique_ptr<Relay>(std::make_unique<Board>(on)); }, clock);
  const auto answer = failsafe.answer(*request);
  held_or_abort(answer.number == request->number && guard::parse_answer(to_bytes(answer)));
  held_or_abort(!on[0]);
  clock.pass(std::max(longest, longest_hold));
  failsafe.expire();
  held_or_abort(!on[1] && !on[2] && !failsafe.next_due());
  return 0;
}
