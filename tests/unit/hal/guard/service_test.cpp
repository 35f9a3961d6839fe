// What a guard does with an engine that speaks, is silent, hangs or dies, with time that moves only as it waits.
#include "guard/service.hpp"

#include <gmock/gmock.h>

#include <deque>

#include "world/fake_clock.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::hal;
using namespace gatepost::hal::guard;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// The board, and how long each of its commands takes.
struct SlowWire {
  std::vector<std::string> commands{};
  Duration takes{};
  int fails = 0;  ///< so many commands to come
  bool is_there = true;
};

class SlowBoard final : public Relay {
 public:
  SlowBoard(SlowWire& wire, world::FakeClock& clock) : wire_(wire), clock_(clock) {}
  int channels() const override { return 1; }
  std::string identity() const override { return "board"; }
  Result<void> set(int, bool closed, BootTime) override {
    clock_.pass(wire_.takes);
    wire_.commands.emplace_back(closed ? "on" : "off");
    if (wire_.fails > 0 && wire_.fails-- > 0) return Error{"does not answer", "board", "plug it in"};
    return {};
  }

 private:
  SlowWire& wire_;
  world::FakeClock& clock_;
};

// An engine that says each thing at its time, and is gone at last.
class Script final : public Engine {
 public:
  explicit Script(world::FakeClock& clock) : clock_(clock) {}
  void says(Duration at, const Request& request) { said_.emplace_back(BootTime(at), to_bytes(request)); }
  void says(Duration at, std::string bytes) { said_.emplace_back(BootTime(at), std::move(bytes)); }
  void dies(Duration at) { dies_at_ = BootTime(at); }

  Came wait(std::optional<BootTime> until) override {
    const BootTime comes = said_.empty() ? dies_at_ : std::min(said_.front().first, dies_at_);
    const BootTime wakes = std::min(comes, until.value_or(BootTime::max()));
    if (wakes > clock_.boot()) clock_.pass(wakes - clock_.boot());
    if (clock_.boot() >= dies_at_) return Came::gone;
    return !said_.empty() && clock_.boot() >= said_.front().first ? Came::request : Came::nothing;
  }
  std::string read() override {
    const std::string bytes = said_.front().second;
    said_.pop_front();
    return bytes;
  }
  void say(const std::string& answer) override { answers.push_back(*parse_answer(answer)); }
  void pause(Duration time) override {
    pauses.push_back(time);
    clock_.pass(time);
  }
  void board_is_taken() override { has_board = true; }

  std::vector<Answer> answers{};
  std::vector<Duration> pauses{};
  bool has_board = false;

 private:
  world::FakeClock& clock_;
  std::deque<std::pair<BootTime, std::string>> said_;
  BootTime dies_at_ = BootTime(1h);
};

class GuardService : public testing::Test {
 protected:
  GuardService() { engine_.says(1s, {.verb = Verb::take, .number = 1, .length = 10s, .channels = {1}}); }
  bool serves() {
    const auto open = [this](const Request&) -> Result<std::unique_ptr<Relay>> {
      if (!wire_.is_there) return Error{"is not there", "board", "plug it in"};
      return std::unique_ptr<Relay>(std::make_unique<SlowBoard>(wire_, clock_));
    };
    return serve(engine_, open, clock_);
  }
  static Request set(bool closed) { return {.verb = Verb::set, .number = 7, .channel = 1, .on = closed}; }

  world::FakeClock clock_;
  SlowWire wire_;
  Script engine_{clock_};
};

TEST_F(GuardService, AnswersEachRequestAndPutsToRestWhatItIsToldToLeave) {
  engine_.says(2s, set(true));
  engine_.says(3s, {.verb = Verb::leave});
  engine_.says(4s, set(true));
  EXPECT_TRUE(serves());
  EXPECT_TRUE(engine_.has_board);
  ASSERT_THAT(engine_.answers, SizeIs(2));
  EXPECT_EQ(engine_.answers[1].number, 7U);
  EXPECT_THAT(wire_.commands, ElementsAre("on", "off"));
  EXPECT_EQ(clock_.boot(), BootTime(3s));
}

TEST_F(GuardService, PutsToRestWhatASilentEngineLeavesOpen) {
  engine_.says(2s, set(true));
  engine_.dies(30s);
  EXPECT_TRUE(serves());
  EXPECT_THAT(wire_.commands, ElementsAre("on", "off", "off"));
}

TEST_F(GuardService, PutsToRestWhatADeadEngineLeftAndDoesNotDoWhatItAskedLast) {
  engine_.says(2s, set(true));
  engine_.says(3s, set(true));
  engine_.dies(3s);
  EXPECT_TRUE(serves());
  EXPECT_THAT(wire_.commands, ElementsAre("on", "off"));
  EXPECT_THAT(engine_.pauses, IsEmpty());
}

TEST_F(GuardService, TriesForAMinuteWithABoardThatDoesNotAnswer) {
  engine_.dies(2s);
  wire_.fails = 1000;
  EXPECT_TRUE(serves());
  EXPECT_GT(clock_.boot(), BootTime(61s));
  EXPECT_LT(clock_.boot(), BootTime(65s));
  EXPECT_EQ(engine_.pauses.front(), 50ms);
  EXPECT_EQ(engine_.pauses.back(), 1s);
}

// It dies as the guard shuts what was due, which takes a second; its last request waits in the socket by then.
TEST_F(GuardService, DoesNotDoWhatAnEngineAskedThatDiedWhileTheBoardWasSlow) {
  engine_.says(2s, {.verb = Verb::pulse, .channel = 1, .length = 1s});
  engine_.says(4s, set(true));
  engine_.dies(4500ms);
  wire_.takes = 1s;
  EXPECT_TRUE(serves());
  EXPECT_THAT(wire_.commands, ElementsAre("on", "off", "off"));
}

TEST_F(GuardService, SaysWhatItDoesNotUnderstandAndGoesOn) {
  engine_.says(2s, "what?");
  engine_.says(3s, set(true));
  engine_.says(4s, {.verb = Verb::leave});
  EXPECT_TRUE(serves());
  ASSERT_THAT(engine_.answers, SizeIs(3));
  EXPECT_TRUE(engine_.answers[1].failed);
  EXPECT_FALSE(engine_.answers[2].failed);
}

TEST_F(GuardService, EndsWhereItCannotHaveItsBoard) {
  wire_.is_there = false;
  EXPECT_FALSE(serves());
  ASSERT_THAT(engine_.answers, SizeIs(1));
  EXPECT_EQ(engine_.answers[0].texts[0], "is not there");
  EXPECT_FALSE(engine_.has_board);
}

TEST_F(GuardService, EndsWhereItIsNotToldWhatToGuard) {
  Script engine(clock_);
  engine.says(1s, set(true));
  const auto open = [](const Request&) -> Result<std::unique_ptr<Relay>> { return Error{}; };
  EXPECT_FALSE(serve(engine, open, clock_));
  ASSERT_THAT(engine.answers, SizeIs(1));
  EXPECT_THAT(engine.answers[0].texts[0], HasSubstr("was not told what to guard"));
}

}  // namespace
