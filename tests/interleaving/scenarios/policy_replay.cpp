// Policies that join and leave while Records are kept, and the end of the site meanwhile.
#include "runtime/policy_replay.hpp"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "journal/reader.hpp"
#include "scenario.hpp"

namespace gatepost::interleaving {
namespace {

using namespace std::chrono_literals;
using runtime::PolicyReplay;
using runtime::SharedPolicy;

constexpr int most = 4;

/// Taught by one thread at a time, which a race on `last_` shows.
class Learner final : public Policy {
 public:
  Result<Decision> decide(const Attempt&) const override { return Decision{}; }
  void learn(const Record& record) override {
    require(record.id.sequence == ++last_, "a policy learned a Record twice, or missed one");
    std::this_thread::yield();
    learned = last_;
    learned.notify_all();
  }
  std::atomic<std::uint64_t> learned = 0;

 private:
  std::uint64_t last_ = 0;
};

struct Site {
  journal::KeptRecords journal;
  Learner* learner = nullptr;
  std::shared_ptr<SharedPolicy> policy;
  PolicyReplay replay;
};

bool enrol(Site& site) {
  auto learner = std::make_unique<Learner>();
  site.learner = learner.get();
  site.policy = std::make_shared<SharedPolicy>("learner", std::move(learner));
  return site.replay.enrol({site.policy}, "journal", {}).has_value();
}

void keep_all(Site& site) {
  for (int i = 0; i < most; ++i) site.replay.tell(site.journal.keep());
}

void wait_until_learned(const Learner& learner) {
  for (std::uint64_t seen = learner.learned; seen < most; seen = learner.learned) learner.learned.wait(seen);
}

}  // namespace

void policy_replay() {
  Site site;
  site.journal.is_bad = draw(2) == 0;
  std::jthread keeps([&] { keep_all(site); });
  if (draw(3) == 0) {  // the site ends while a policy joins
    const std::jthread joins([&] { static_cast<void>(enrol(site)); });
    site.replay.stop(10s);
    return;
  }
  before_time_passes([&](auto) { return site.journal.is_bad ? "" : "time passes, and nobody waits for the disk"; });
  if (!enrol(site)) return;
  if (draw(2) == 0) {
    site.replay.dismiss({site.policy});
  } else {
    keeps.join();
    wait_until_learned(*site.learner);
  }
  require(site.replay.stop(1h) || time_passed() >= 1h, "a policy does not come to its end");
}

}  // namespace gatepost::interleaving
