// A lane whose plugins do not come back: whoever stands there is answered all the same, and the operator is told who it
// is.
#include <gmock/gmock.h>

#include <thread>

#include "world/world.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// Holds whoever comes to it, while it is shut.
class Barrier {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++held_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  void waits_for_somebody() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return held_ > 0; });
  }
  void open() {
    const std::scoped_lock lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int held_ = 0;
  bool open_ = false;
};

struct HangingPolicy final : Policy {
  explicit HangingPolicy(Barrier& here) : barrier(here) {}
  Result<Decision> decide(const Attempt&) const override {
    ++asked;
    barrier.pass();
    return Decision{Outcome::grant, {}, {}};
  }
  bool learns() const override { return false; }
  Barrier& barrier;
  mutable std::atomic<int> asked = 0;
};

struct HangingFormat final : CredentialFormat {
  explicit HangingFormat(Barrier& here) : barrier(here) {}
  Result<std::optional<Credential>> parse(const Reading& reading) const override {
    barrier.pass();
    return std::optional(Credential{.scheme = {}, .subject = reading.payload});
  }
  Barrier& barrier;
};

struct ThrowingFormat final : CredentialFormat {
  Result<std::optional<Credential>> parse(const Reading&) const override {
    if (!broken) return std::optional<Credential>();
    Error error{"threw a fit", "plugin bad", "report this to the plugin's author"};
    error.fault = true;
    return error;
  }
  std::atomic<bool> broken = true;
};

struct HangingGate final : Actuator {
  explicit HangingGate(Barrier& here) : barrier(here) {}
  Result<void> rest() override { return {}; }
  Result<MonotonicTime> release(const Command&) override {
    barrier.pass();
    return MonotonicTime{};
  }
  Result<Passage> passage(const Command&, std::stop_token) override { return Passage::no_sensor; }
  Barrier& barrier;
};

std::vector<Record> of_kind(const world::World& world, RecordKind kind) {
  std::vector<Record> found;
  for (const auto& record : world.writer.records())
    if (record.kind == kind) found.push_back(record);
  return found;
}

// The answer is told after its Record.
bool answers(const world::World& world, int count) {
  const auto end = std::chrono::steady_clock::now() + 5s;
  while (world.observer.answers < count && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  return world.observer.answers == count;
}

struct LaneHeldUp : testing::Test {
  Barrier barrier;
  ~LaneHeldUp() override { barrier.open(); }

  // Time passes by itself.
  struct World : world::World {
    explicit World(const std::function<void(config::Lane&)>& change) : world::World(change) { clock.run(); }
  };

  static void quick(config::Lane& lane) {
    lane.rules.policy_timeout = 200ms;
    lane.rules.actuator_deadline = 200ms;
  }
  static void fire_exit(config::Lane& lane) {
    quick(lane);
    lane.rules.fail_open = true;
  }
  HangingPolicy& hang_policy(World& world) {
    auto owned = std::make_unique<HangingPolicy>(barrier);
    HangingPolicy& policy = *owned;
    world.parts.policies = {std::make_shared<runtime::SharedPolicy>("oracle", std::move(owned))};
    world.lane.emplace(world.settings, world.parts);
    while (!world.lane->gate_is_ready()) std::this_thread::yield();
    return policy;
  }
};

TEST_F(LaneHeldUp, ByAPolicyTheLaneDeniesAndNamesIt) {
  World world(quick);
  const auto& policy = hang_policy(world);
  ASSERT_TRUE(world.lane->offer(world.reading("A1"), Direction::in));
  ASSERT_TRUE(world.writer.waits_for("policy_timeout"));
  EXPECT_EQ(world.lane->held_by(), "policy oracle");
  // The next one does not wait behind it, and does not ask it again.
  ASSERT_TRUE(world.lane->offer(world.reading("A2"), Direction::in));
  EXPECT_TRUE(answers(world, 2));
  EXPECT_EQ(policy.asked, 1);
  barrier.open();
  world.lane->finish();
  EXPECT_EQ(of_kind(world, RecordKind::attempt).size(), 2U) << "an answer that comes too late is no second one";
  EXPECT_EQ(world.gate.releases, 0);
  auto alarms = of_kind(world, RecordKind::alarm);
  std::erase_if(alarms, [](const Record& one) { return one.reason == "policy_recovered"; });  // it may be back by now
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_EQ(alarms[0].reason, "policy_hangs");
  EXPECT_EQ(alarms[0].device, "oracle");
}

TEST_F(LaneHeldUp, ByAPolicyAFireExitOpens) {
  World world(fire_exit);
  hang_policy(world);
  ASSERT_TRUE(world.lane->offer(world.reading("A1"), Direction::in));
  ASSERT_TRUE(world.writer.waits_for("fail_open"));
  while (world.gate.releases == 0) std::this_thread::yield();
  barrier.open();
}

TEST_F(LaneHeldUp, ItGoesOnAsEverOnceThePolicyIsBack) {
  World world(quick);
  hang_policy(world);
  world.lane->offer(world.reading("A1"), Direction::in);
  ASSERT_TRUE(world.writer.waits_for("policy_timeout"));
  barrier.open();
  while (!world.lane->held_by().empty()) std::this_thread::yield();
  world.lane->offer(world.reading("A3"), Direction::in);
  ASSERT_TRUE(world.writer.waits_for("granted"));
  ASSERT_TRUE(world.writer.waits_for("policy_recovered"));
}

TEST_F(LaneHeldUp, ByAFormatTheLaneDeniesAndNamesIt) {
  const HangingFormat format(barrier);
  World world(quick);
  world.parts.formats = {{"runes", {std::shared_ptr<void>(), &format}}};
  world.lane.emplace(world.settings, world.parts);
  world.lane->offer(world.reading("A1"), Direction::in);
  ASSERT_TRUE(world.writer.waits_for("format_failed"));
  ASSERT_TRUE(world.writer.waits_for("format_hangs"));
  world.lane->offer(world.reading("A2"), Direction::in);
  EXPECT_TRUE(answers(world, 2));
  barrier.open();
  world.lane->finish();
}

TEST_F(LaneHeldUp, ByItsGateTheLaneSaysSoAndAnswersTheNext) {
  HangingGate gate(barrier);
  World world(quick);
  world.lets("A1");
  world.lets("A2");
  world.parts.actuator = {std::shared_ptr<void>(), &gate};
  world.lane.emplace(world.settings, world.parts);
  while (!world.lane->gate_is_ready()) std::this_thread::yield();
  world.lane->offer(world.reading("A1"), Direction::in);
  ASSERT_TRUE(world.writer.waits_for("actuator_hangs"));
  while (world.observer.answers < 1) std::this_thread::yield();
  EXPECT_EQ(world.lane->held_by(), "gate gate");
  world.lane->offer(world.reading("A2"), Direction::in);
  ASSERT_TRUE(answers(world, 2));
  EXPECT_EQ(of_kind(world, RecordKind::attempt).back().reason, "gate_not_ready");
  EXPECT_FALSE(world.lane->stopped(1ms));
  barrier.open();
  ASSERT_TRUE(world.writer.waits_for("actuator_recovered"));
  world.lane->request_stop();
  EXPECT_TRUE(world.lane->stopped(5s));
}

TEST_F(LaneHeldUp, AFormatThatThrowsIsNamedOnceAndFailsAsTheLaneIsSet) {
  ThrowingFormat format;
  World shut([](config::Lane&) {});
  shut.parts.formats = {{"runes", world::lent<const CredentialFormat>(format)}};
  shut.lane.emplace(shut.settings, shut.parts);
  EXPECT_EQ(shut.scan("A1").verdict.reason, "format_failed");
  EXPECT_EQ(shut.scan("A2").verdict.outcome, Outcome::deny);
  EXPECT_EQ(of_kind(shut, RecordKind::alarm).size(), 1U);
  EXPECT_THAT(of_kind(shut, RecordKind::alarm)[0].details.at("error"), HasSubstr("threw a fit"));
  format.broken = false;
  EXPECT_EQ(shut.scan("A1").verdict.reason, "unknown_code");
  EXPECT_EQ(of_kind(shut, RecordKind::alarm).back().reason, "format_recovered");
  format.broken = true;
  World open([](config::Lane& lane) { lane.rules.fail_open = true; });
  open.parts.formats = shut.parts.formats;
  open.lane.emplace(open.settings, open.parts);
  while (!open.lane->gate_is_ready()) std::this_thread::yield();
  EXPECT_EQ(open.scan("A1").verdict.reason, "fail_open");
  EXPECT_EQ(open.gate.releases, 1);
}

}  // namespace
}  // namespace gatepost
