// What a device hears of its own scans.
#include <gmock/gmock.h>

#include "world/world.hpp"

namespace gatepost {
namespace {

using testing::ElementsAre;
using world::World;

class Ear final : public core::ScannerOutput {
 public:
  void answered(Outcome outcome, std::string_view reason) override {
    hear(std::string(to_word(outcome)) + " " + std::string(reason));
  }
  void ready() override { hear("ready"); }

  std::vector<std::string> hears(std::size_t words) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(5), [&] { return heard_.size() >= words; });
    return heard_;
  }

 private:
  void hear(std::string word) {
    const std::scoped_lock lock(mutex_);
    heard_.push_back(std::move(word));
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> heard_;
};

struct Heard {
  Heard() { world.clock.run(); }
  World world;
  std::shared_ptr<Ear> ear = std::make_shared<Ear>();
  void scan(const std::string& payload) { world.scan(world.reading(payload), Direction::in, ear); }
};

TEST(Tell, AGrantIsReadyWhenSomebodyHasPassed) {
  Heard heard;
  heard.world.lets("A1");
  heard.scan("A1");
  EXPECT_THAT(heard.ear->hears(1), ElementsAre("grant granted"));
  heard.world.passage(Passage::seen);
  EXPECT_THAT(heard.ear->hears(2), ElementsAre("grant granted", "ready"));
}

TEST(Tell, WhoeverDoesNotPassInTimeHoldsNobodyUp) {
  Heard heard;
  heard.world.lets("A1");
  heard.scan("A1");
  heard.world.passage(Passage::timed_out);
  EXPECT_THAT(heard.ear->hears(2), ElementsAre("grant granted", "ready"));
}

TEST(Tell, ADenyIsReadyAtOnce) {
  Heard heard;
  heard.scan("B2");
  EXPECT_THAT(heard.ear->hears(2), ElementsAre("deny not_listed", "ready"));
}

TEST(Tell, AGateThatDoesNotMoveIsNoGrant) {
  Heard heard;
  heard.world.lets("A1");
  heard.world.gate.jammed = true;
  heard.scan("A1");
  EXPECT_THAT(heard.ear->hears(2), ElementsAre("deny actuator_failed", "ready"));
}

TEST(Tell, TheNextScanIsHeldTillThePassageIsOver) {
  Heard heard;
  heard.world.lets("A1");
  heard.scan("A1");
  heard.scan("B2");
  EXPECT_THAT(heard.ear->hears(2), ElementsAre("grant granted", "deny not_listed"));
  heard.world.passage(Passage::seen);
  EXPECT_THAT(heard.ear->hears(3), ElementsAre("grant granted", "deny not_listed", "ready"));
}

TEST(Tell, ReachesTheDeviceByWayOfTheQueue) {
  Heard heard;
  EXPECT_TRUE(heard.world.lane->offer({.payload = "B2", .device = "gun", .seen = heard.world.clock.now()},
                                      Direction::in, heard.ear));
  EXPECT_THAT(heard.ear->hears(2), ElementsAre("deny not_listed", "ready"));
}

}  // namespace
}  // namespace gatepost
