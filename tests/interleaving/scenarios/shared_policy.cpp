// Lanes that decide, one after the other, while the policy learns what has become durable; of one place one is granted.
#include "runtime/shared_policy.hpp"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "scenario.hpp"

namespace gatepost::interleaving {
namespace {

constexpr std::uint64_t most = 3;

/// What decides while it learns is a race on `known`. Grants one, till that is given back.
class Counting final : public Policy {
 public:
  Result<Decision> decide(const Attempt& attempt) const override {
    const auto outcome = attempt.reserved.empty() ? Outcome::grant : Outcome::deny;
    return Decision{.outcome = outcome, .reason = std::to_string(known_)};
  }
  void learn(const Record& record) override {
    known_ = 0;
    std::this_thread::yield();
    known_ = record.id.sequence;
  }

 private:
  std::uint64_t known_ = 0;
};

void decide(runtime::SharedPolicy& policy, const std::atomic<std::uint64_t>& expected, std::atomic<int>& inside) {
  const Credential credential;
  const Reading reading;
  const std::uint64_t least = expected;
  auto [decision, held] = policy.decide({credential, reading, "lane", Direction::in, {}, {}});
  if (!decision && time_passed() > Duration::zero()) return;  // the machine was busy for an hour
  require(decision.has_value(), "a decision was refused, though nobody was late");
  require(std::stoull(decision->reason) >= least, "a decision did not know what was durable when it was asked for");
  if (decision->outcome != Outcome::grant) return;
  require(inside.fetch_add(1) == 0, "two lanes were granted one place");
  std::this_thread::yield();
  inside = 0;
  held.reset();
}

}  // namespace

void shared_policy() {
  const auto shared =
      std::make_shared<runtime::SharedPolicy>("counting", std::make_unique<Counting>(), std::chrono::hours(1));
  runtime::SharedPolicy& policy = *shared;
  std::atomic<std::uint64_t> expected = 0;
  std::atomic<int> inside = 0;
  before_time_passes([](auto) { return "a decision waits, though all is learned"; });
  std::vector<std::jthread> threads;
  threads.emplace_back([&] {
    for (std::uint64_t sequence = 1; sequence <= most; ++sequence) {
      policy.expect({.sequence = sequence});
      expected = sequence;
    }
  });
  threads.emplace_back([&] {
    for (std::uint64_t sequence = 1; sequence <= most; ++sequence) policy.learn({.id = {.sequence = sequence}});
  });
  for (int lane = 0; lane < 2; ++lane)
    threads.emplace_back([&] {
      for (int i = 0; i < 2; ++i) decide(policy, expected, inside);
    });
}

}  // namespace gatepost::interleaving
