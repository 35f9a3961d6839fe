// A gate whose board comes and goes while nobody scans.
#include "lane/gate.hpp"

#include <gmock/gmock.h>

#include <future>

#include "world/world.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using lane::Gate;
using world::World;

TEST(Gate, KnowsOfABoardThatIsGoneBeforeSomebodyScans) {
  World world;
  ASSERT_TRUE(world.ledger.waits_for("up"));
  world.gate.absent = true;
  world.lane->look_at_gate();
  EXPECT_TRUE(world.ledger.waits_for("down"));
  EXPECT_FALSE(world.lane->gate_is_ready());
}

TEST(Gate, TriesABoardThatIsBackAtOnce) {
  World world;
  world.gate.absent = true;
  world.lane->look_at_gate();
  ASSERT_TRUE(world.ledger.waits_for("down"));
  world.gate.waits_for_rests(7);  // the next try would be more than 3 s away
  world.gate.absent = false;
  const auto told = std::chrono::steady_clock::now();
  world.lane->look_at_gate();
  while (!world.lane->gate_is_ready()) std::this_thread::yield();
  EXPECT_LT(std::chrono::steady_clock::now() - told, 1s);
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

class Nobody final : public Gate::Listener {
  void rested(const Result<void>&) override {}
  void held(const Result<void>&) override {}
  void passed(const Command&, const Result<Passage>&) override {}
  void hangs(const std::string&) override {}
  void back() override {}
};

Command command(Duration patience) { return {{}, "main", Direction::in, std::chrono::steady_clock::now() + patience}; }

TEST(Gate, IsNotShutByALookThatAReleaseOvertakes) {
  SlowActuator actuator;
  Nobody nobody;
  lane::Vigil vigil;
  Gate gate(actuator, nobody, vigil);
  while (gate.state() != Gate::State::at_rest) std::this_thread::yield();
  actuator.may_rest(false);
  gate.look();
  actuator.waits_for(3);  // it has begun
  EXPECT_EQ(gate.state(), Gate::State::at_rest) << "a scan meanwhile is not turned away";
  auto released = std::async(std::launch::async, [&] { return gate.release(command(5s)).has_value(); });
  actuator.may_rest(true);
  EXPECT_TRUE(released.get());
  EXPECT_THAT(actuator.order, testing::ElementsAre("rest begins", "rest ends", "rest begins", "rest ends", "release"));
}

TEST(Gate, RefusesAReleaseWhenTheLookOutlastsItsDeadline) {
  SlowActuator actuator;
  Nobody nobody;
  lane::Vigil vigil;
  Gate gate(actuator, nobody, vigil);
  while (gate.state() != Gate::State::at_rest) std::this_thread::yield();
  actuator.may_rest(false);
  gate.look();
  actuator.waits_for(3);
  EXPECT_FALSE(gate.release(command(20ms)));
  actuator.may_rest(true);
}

}  // namespace
}  // namespace gatepost
