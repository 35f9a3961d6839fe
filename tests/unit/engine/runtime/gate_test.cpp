// A gate whose board comes and goes while nobody scans.
#include "runtime/gate.hpp"

#include <gmock/gmock.h>

#include <future>

#include "world/world.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using world::World;

TEST(Gate, KnowsOfABoardThatIsGoneBeforeSomebodyScans) {
  World world;
  ASSERT_TRUE(world.writer.waits_for("up"));
  world.gate.absent = true;
  world.lane->look_at_gate();
  EXPECT_TRUE(world.writer.waits_for("down"));
  const auto told = std::chrono::steady_clock::now();
  while (world.lane->gate_is_ready() && std::chrono::steady_clock::now() - told < 5s) std::this_thread::yield();
  EXPECT_FALSE(world.lane->gate_is_ready());
}

TEST(Gate, TriesABoardThatIsBackAtOnce) {
  World world;
  world.clock.run();
  world.gate.absent = true;
  world.lane->look_at_gate();
  ASSERT_TRUE(world.writer.waits_for("down"));
  world.gate.waits_for_rests(7);  // the next try would be more than 3 s away
  world.gate.absent = false;
  const auto told = std::chrono::steady_clock::now();
  world.lane->look_at_gate();
  while (!world.lane->gate_is_ready()) std::this_thread::yield();
  EXPECT_LT(std::chrono::steady_clock::now() - told, 1s);
}

TEST(Gate, IsLookedAtWhileItIsAtRest) {
  World world([](config::Lane& lane) { lane.rules.look_every = 1s; });
  world.clock.run();
  EXPECT_TRUE(world.gate.waits_for_looks(3));
  world.gate.absent = true;
  EXPECT_TRUE(world.writer.waits_for("down")) << "nobody has scanned, and no device has come or gone";
  world.gate.absent = false;
  EXPECT_TRUE(world.writer.waits_for("up"));
}

TEST(Gate, IsBroughtToRestWhereSomebodyElseHasMovedIt) {
  World world([](config::Lane& lane) { lane.rules.look_every = 1s; });
  world.clock.run();
  ASSERT_TRUE(world.gate.waits_for_looks(1));
  const int rests = world.gate.rests;
  world.gate.switched_by_hand = true;
  world.gate.waits_for_rests(rests + 1);
  EXPECT_TRUE(world.writer.waits_for("unexpected_state"));
  while (!world.lane->gate_is_ready()) std::this_thread::yield();
}

TEST(Gate, TellsOfAPassageThatNobodyWasLetThroughFor) {
  World world([](config::Lane& lane) { lane.rules.look_every = 1s; });
  world.clock.run();
  world.gate.passes({.direction = Direction::out, .at = MonotonicTime(5s)});
  ASSERT_TRUE(world.writer.waits_for("unauthorized"));
  ASSERT_TRUE(world.writer.waits_for("unauthorized_passage"));
  world.gate.passes({.direction = Direction::in, .is_free = true});
  ASSERT_TRUE(world.writer.waits_for("free"));
  EXPECT_TRUE(world.lane->gate_is_ready()) << "it is shut as it was";
}

TEST(Gate, TellsOfAStuckSensorOnce) {
  World world([](config::Lane& lane) { lane.rules.look_every = 1s; });
  world.clock.run();
  world.gate.sensor_is_stuck = true;
  EXPECT_TRUE(world.writer.waits_for("sensor_stuck"));
  EXPECT_TRUE(world.gate.waits_for_looks(world.gate.looks + 2));
  world.gate.sensor_is_stuck = false;
  EXPECT_TRUE(world.writer.waits_for("sensor_free"));
}

/// Goes to rest only when it is let.
class SlowActuator final : public Actuator {
 public:
  Result<void> rest() override {
    std::unique_lock lock(mutex_);
    order.emplace_back("rest begins");
    changed_.notify_all();
    changed_.wait(lock, [&] { return may_rest_; });
    order.emplace_back("rest ends");
    return {};
  }
  Result<MonotonicTime> release(const Command&) override {
    const std::scoped_lock lock(mutex_);
    order.emplace_back("release");
    return MonotonicTime{};
  }
  Result<Passage> passage(const Command&, std::stop_token) override { return Passage::seen; }
  void may_rest(bool may) {
    const std::scoped_lock lock(mutex_);
    may_rest_ = may;
    changed_.notify_all();
  }
  void waits_for(std::size_t steps) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 5s, [&] { return order.size() >= steps; });
  }
  std::vector<std::string> order;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool may_rest_ = true;
};

struct GateAlone {
  explicit GateAlone(Actuator& actuator)
      : gate({.lane = "main", .device = "gate"}, world::lent(actuator), {clock, watchdog, writer}, false,
             [this](const core::Lane::Event& event, runtime::Worker::Self*) { hear(event); }) {
    while (gate.state() != core::GateState::at_rest) std::this_thread::yield();
  }
  ~GateAlone() { gate.close(); }
  void release(Duration patience) { gate.post(core::Gate::Release{1, {}, Direction::in, BootClock::now() + patience}); }
  void hear(const core::Lane::Event& event) {
    const auto* answer = std::get_if<core::Lane::Released>(&event);
    if (answer == nullptr) return;
    const std::scoped_lock lock(mutex);
    released = answer->at.has_value();
    changed.notify_all();
  }
  bool is_released() {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, 5s, [&] { return released.has_value(); });
    return released.value_or(false);
  }
  SystemClock clock;
  world::FakeClock fake;
  world::FakeWriter writer{fake};
  runtime::Watchdog watchdog{clock};
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<bool> released;
  runtime::Gate gate;
};

TEST(Gate, IsNotShutByALookThatAReleaseOvertakes) {
  SlowActuator actuator;
  GateAlone alone(actuator);
  actuator.may_rest(false);
  alone.gate.post(core::Gate::Look{});
  actuator.waits_for(3);  // it has begun
  EXPECT_EQ(alone.gate.state(), core::GateState::at_rest) << "a scan meanwhile is not turned away";
  alone.release(5s);
  actuator.may_rest(true);
  EXPECT_TRUE(alone.is_released());
  EXPECT_THAT(actuator.order, testing::ElementsAre("rest begins", "rest ends", "rest begins", "rest ends", "release"));
}

TEST(Gate, RefusesAReleaseWhenTheLookOutlastsItsDeadline) {
  SlowActuator actuator;
  GateAlone alone(actuator);
  actuator.may_rest(false);
  alone.gate.post(core::Gate::Look{});
  actuator.waits_for(3);
  alone.release(20ms);
  EXPECT_FALSE(alone.is_released());
  actuator.may_rest(true);
}

}  // namespace
}  // namespace gatepost
