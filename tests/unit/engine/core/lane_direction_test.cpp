// A device that asks in or out: who is asked, who answers, and what is judged.
#include <gmock/gmock.h>

#include "core/lane.hpp"

namespace gatepost::core {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// Counts what a scanner is told.
class Scanner final : public ScannerOutput {
 public:
  void answered(Outcome outcome, std::string_view reason) override {
    told.push_back(std::string(to_word(outcome)) + " " + std::string(reason));
  }
  void ready() override { ++readies; }
  std::vector<std::string> told{};
  int readies = 0;
};

/// A lane with a gate at rest, one format that knows every code, one policy that grants, and a quick disk.
class Asking : public testing::Test {
 protected:
  static LaneSettings settings(Duration stays = 0s) {
    LaneSettings settings{.name = "main", .actuator = "gate"};
    settings.formats = {{"card", 1}};
    settings.policies = {{"everybody", 2}};
    settings.repeat_within = 3s;
    settings.policy_timeout = 500ms;
    settings.record_deadline = 1s;
    settings.actuator_deadline = 1s;
    settings.directions = {.in = "IN", .out = "OUT", .within = 10s, .stays = stays, .repeat_within = 3s};
    return settings;
  }

  Asking() { happens(Lane::GateIs{GateState::at_rest}); }

  Now now() const {
    return {BootTime(1h + time_ + slept_), MonotonicTime(1h + time_), WallTime(500'000h + time_), true};
  }

  void happens(Lane::Event event) {
    lane_.on(std::move(event), now());
    std::vector<Lane::Event> follow;
    while (auto effect = lane_.next()) {
      if (auto* decode = std::get_if<Lane::Decode>(&*effect))
        follow.emplace_back(Lane::Decoded{
            decode->id, std::optional(Credential{.scheme = {}, .subject = decode->scan->reading.payload})});
      if (auto* decide = std::get_if<Lane::Decide>(&*effect))
        follow.emplace_back(Lane::Decided{decide->id, Decision{Outcome::grant, {}, {}}});
      if (auto* commit = std::get_if<Lane::Commit>(&*effect)) {
        records_.push_back(commit->record);
        follow.emplace_back(Lane::Committed{commit->id, RecordId{1, 1, records_.size()}});
      }
      if (auto* release = std::get_if<Lane::Release>(&*effect)) {
        deadlines_.push_back(release->deadline);
        follow.emplace_back(Lane::Released{release->ticket, now().monotonic});
      }
      if (auto* answered = std::get_if<Lane::Answered>(&*effect)) say(*answered->answer);
      if (auto* prompted = std::get_if<Lane::Prompted>(&*effect))
        said_.push_back("? " + prompted->prompt->verdict.reason);
      if (auto* tell = std::get_if<Lane::TellScanner>(&*effect)) {
        if (tell->outcome)
          tell->output->answered(*tell->outcome, tell->reason);
        else
          tell->output->ready();
      }
    }
    for (auto& one : follow) happens(std::move(one));
  }
  void say(const Answer& answer) {
    trace_ = answer.trace;
    const std::string who = answer.credential ? answer.credential->subject : "somebody";
    said_.push_back(who + " " + std::string(to_word(answer.direction)) + " " + answer.verdict.reason +
                    (answer.repeated ? " again" : ""));
  }
  void scans(const std::string& code, const std::string& device = "gun", Duration ago = 0s) {
    happens(
        Lane::Scanned{.reading = {.payload = code, .device = device, .seen = now().monotonic - ago, .wall = now().wall},
                      .direction = {},
                      .output = scanner_});
  }
  void passes(Duration length) {
    time_ += length;
    happens(Lane::Tick{});
  }
  void sleeps(Duration length) {
    slept_ += length;
    happens(Lane::Tick{});
    time_ += 1ms;  // what is seen as the machine wakes may have been seen before
  }

  Duration time_{}, slept_{};
  Lane lane_{settings()};
  std::shared_ptr<Scanner> scanner_ = std::make_shared<Scanner>();
  std::vector<std::string> said_;
  std::vector<Record> records_;
  Trace trace_;  // of the last answer
  std::vector<BootTime> deadlines_;
};

TEST_F(Asking, JudgesNobodyBeforeTheDirectionIsSaid) {
  scans("Lan");
  EXPECT_THAT(said_, ElementsAre("? say_direction"));
  EXPECT_THAT(records_, IsEmpty());
  EXPECT_THAT(scanner_->told, ElementsAre("deny say_direction")) << "nobody is to go yet";
  passes(4s);
  scans("OUT");
  EXPECT_THAT(said_, ElementsAre("? say_direction", "Lan out granted"));
  ASSERT_EQ(records_.size(), 1U);
  EXPECT_EQ(records_[0].direction, Direction::out);
  EXPECT_EQ(records_[0].at, now().monotonic) << "the attempt is made when its direction is said";
  EXPECT_EQ(records_[0].wall, now().wall);
  EXPECT_EQ(trace_.seen, now().monotonic);
  EXPECT_EQ(scanner_->told.back(), "grant granted");
}

TEST_F(Asking, CountsTheDeadlineFromTheMomentTheDirectionWasSaid) {
  scans("Lan");
  passes(9s);
  const BootTime said = now().boot - 300ms;
  scans("IN", "gun", 300ms);
  ASSERT_EQ(deadlines_.size(), 1U);
  EXPECT_LE(deadlines_[0], said + longest_way(settings()));
  EXPECT_GT(deadlines_[0], now().boot);
}

TEST_F(Asking, DeniesWhoDoesNotSayItInTimeAndRecordsIt) {
  scans("Lan");
  ASSERT_TRUE(lane_.due());
  EXPECT_EQ(*lane_.due() - now().boot, 10s);
  passes(10s);
  EXPECT_THAT(said_, ElementsAre("? say_direction", "somebody in direction_not_said"));
  ASSERT_EQ(records_.size(), 1U);
  EXPECT_EQ(records_[0].reason, "direction_not_said");
  EXPECT_EQ(records_[0].outcome, Outcome::deny);
  EXPECT_FALSE(lane_.due());
  EXPECT_EQ(trace_.seen, now().monotonic) << "the lane took no ten seconds";
  EXPECT_EQ(trace_.offered, now().monotonic);
  scans("Lan");
  scans("IN");
  EXPECT_EQ(said_.back(), "Lan in granted") << "a new attempt at once";
}

TEST_F(Asking, TakesADirectionThatIsSaidFirstForOnePerson) {
  scans("OUT");
  scans("Lan");
  passes(4s);
  scans("An");
  EXPECT_THAT(said_, ElementsAre("? direction_out", "Lan out granted", "? say_direction"));
}

TEST_F(Asking, TakesTheSameDirectionForTheNextPersonToo) {
  scans("OUT");
  scans("Lan");
  passes(1s);
  scans("OUT");
  scans("An");
  EXPECT_EQ(said_.back(), "An out granted") << "somebody came in between: it is no repeat";
}

TEST_F(Asking, CountsFromWhenADirectionsCodeWasLastSeen) {
  for (int i = 0; i < 6; ++i) {
    scans("OUT");
    passes(2s);
  }
  scans("Lan");
  EXPECT_THAT(said_, ElementsAre("? direction_out", "Lan out granted"));
}

TEST_F(Asking, ForgetsADirectionThatNobodyTakesInTime) {
  scans("OUT");
  passes(10s);
  scans("Lan");
  EXPECT_THAT(said_, ElementsAre("? direction_out", "? say_direction"));
}

TEST_F(Asking, TakesTheDirectionThatWasSaidLast) {
  scans("OUT");
  scans("IN");
  scans("Lan");
  EXPECT_EQ(said_.back(), "Lan in granted");
}

TEST_F(Asking, HoldsADirectionAsLongAsItStays) {
  happens(Lane::Configure{settings(1h)});
  scans("Lan");
  scans("IN");
  passes(30min);
  scans("An");
  passes(29min);
  scans("Bo");
  passes(1min);
  scans("Cu");
  EXPECT_THAT(said_,
              ElementsAre("? say_direction", "Lan in granted", "An in granted", "Bo in granted", "? say_direction"));
  ASSERT_EQ(lane_.directions(now().boot).size(), 1U);
  EXPECT_TRUE(lane_.directions(now().boot)[0].asks);
}

TEST_F(Asking, TellsWhichDirectionHolds) {
  happens(Lane::Configure{settings(1h)});
  scans("OUT");
  passes(20min);
  const auto states = lane_.directions(now().boot);
  ASSERT_EQ(states.size(), 1U);
  EXPECT_EQ(states[0].direction, Direction::out);
  EXPECT_EQ(states[0].left, 40min);
  scans("IN");
  EXPECT_EQ(lane_.directions(now().boot)[0].direction, Direction::in) << "said anew";
}

TEST_F(Asking, DeniesTheFirstWhereASecondCodeComes) {
  scans("Lan");
  passes(1s);
  scans("An");
  passes(1s);
  scans("IN");
  EXPECT_THAT(said_,
              ElementsAre("? say_direction", "? say_direction", "somebody in direction_not_said", "An in granted"));
}

TEST_F(Asking, AsksAgainWhereTheSameCodeComesAgain) {
  scans("Lan");
  passes(8s);
  scans("Lan");
  passes(8s);
  scans("IN");
  EXPECT_THAT(said_, ElementsAre("? say_direction", "? say_direction", "Lan in granted"));
  EXPECT_EQ(records_.size(), 1U);
}

TEST_F(Asking, DoesNotAskAboutACardThatIsHeldBeforeIt) {
  scans("Lan");
  scans("IN");
  for (int i = 0; i < 4; ++i) {
    passes(2s);
    scans("Lan");
    EXPECT_EQ(said_.back(), "Lan in granted again");
  }
}

TEST_F(Asking, KnowsACardAgainWhoseDirectionWasSaidFirst) {
  scans("OUT");
  scans("Lan");
  passes(1s);
  scans("Lan");
  EXPECT_EQ(said_.back(), "Lan out granted again");
}

TEST_F(Asking, AsksAboutACardAgainWhenItComesBack) {
  scans("Lan");
  scans("IN");
  passes(3s + 1ms);
  scans("Lan");
  EXPECT_EQ(said_.back(), "? say_direction");
}

TEST_F(Asking, TakesNobodyWhoIsNotHeardForOneWhoGuesses) {
  LaneSettings limited = settings();
  limited.denied_at_most = DenialLimit{1, 1min};
  happens(Lane::Configure{limited});
  for (const char* who : {"Lan", "An", "Bo"}) scans(who);
  passes(10s);
  EXPECT_EQ(records_.size(), 3U) << "none of them waits";
}

TEST_F(Asking, TakesADirectionsCodeThatIsHeldBeforeItForOneSaying) {
  scans("Lan");
  scans("IN");
  for (int i = 0; i < 3; ++i) {
    passes(1s);
    scans("IN");
  }
  scans("An");
  EXPECT_THAT(said_, ElementsAre("? say_direction", "Lan in granted", "? say_direction"));
  scans("IN");
  EXPECT_EQ(said_.back(), "An in granted") << "an open question is answered all the same";
}

TEST_F(Asking, TakesADirectionsCodeThatComesBackForAnotherSaying) {
  scans("Lan");
  scans("IN");
  passes(3s + 1ms);
  scans("IN");
  scans("An");
  EXPECT_THAT(said_, ElementsAre("? say_direction", "Lan in granted", "? direction_in", "An in granted"));
}

TEST_F(Asking, EndsAQuestionThroughWhichTheMachineSlept) {
  scans("Lan");
  sleeps(2s);
  EXPECT_EQ(said_.back(), "somebody in direction_not_said");
  scans("IN");
  EXPECT_EQ(said_.back(), "? direction_in");
  sleeps(2s);
  scans("An");
  EXPECT_EQ(said_.back(), "? say_direction") << "who said it may be gone";
}

TEST_F(Asking, HearsNoDirectionThatWasSaidBeforeTheMachineSlept) {
  scans("Lan");
  slept_ += 2s;
  scans("IN", "gun", 1ms);
  EXPECT_THAT(said_, ElementsAre("? say_direction", "? late", "somebody in direction_not_said"));
}

TEST_F(Asking, HearsNoDirectionThatWasSaidTooLongAgo) {
  scans("IN", "gun", 10s);
  EXPECT_THAT(said_, ElementsAre("? late"));
  scans("Lan");
  EXPECT_EQ(said_.back(), "? say_direction");
}

TEST_F(Asking, TellsDevicesApart) {
  scans("Lan", "left");
  scans("An", "right");
  scans("OUT", "right");
  scans("IN", "left");
  EXPECT_THAT(said_, ElementsAre("? say_direction", "? say_direction", "An out granted", "Lan in granted"));
}

TEST_F(Asking, IsOfDevicesThatAskAlone) {
  happens(Lane::Scanned{.reading = {.payload = "IN", .device = "other"}, .direction = Direction::out});
  EXPECT_THAT(said_, ElementsAre("IN out granted")) << "an ordinary code";
}

TEST_F(Asking, SaysAtOnceThatAScanIsDamaged) {
  happens(Lane::Scanned{.reading = {.payload = "La", .device = "gun", .damage = Damage::lost}, .direction = {}});
  EXPECT_THAT(said_, ElementsAre("somebody in damaged"));
}

TEST_F(Asking, EndsItsQuestionsWhereItsCodesBecomeOthers) {
  scans("Lan");
  happens(Lane::Configure{settings()});
  EXPECT_THAT(said_, ElementsAre("? say_direction")) << "they are the same";
  LaneSettings others = settings();
  others.directions.in = "HEREIN";
  happens(Lane::Configure{others});
  EXPECT_THAT(said_, ElementsAre("? say_direction", "somebody in direction_not_said"));
}

TEST_F(Asking, AnswersWhoIsAskedBeforeItFinishes) {
  scans("Lan");
  happens(Lane::Stop{.finish = true});
  EXPECT_EQ(said_.back(), "somebody in direction_not_said");
  EXPECT_TRUE(lane_.is_stopped());
}

TEST_F(Asking, StopsWithAQuestionOpen) {
  scans("Lan");
  happens(Lane::Stop{});
  EXPECT_TRUE(lane_.is_stopped());
  EXPECT_FALSE(lane_.due());
}

TEST_F(Asking, KeepsAPlaceInTheQueueForWhoIsAsked) {
  scans("Lan");
  happens(Lane::Pause{});
  for (std::size_t i = 0; i < most_waiting; ++i)
    happens(Lane::Scanned{.reading = {.payload = "other " + std::to_string(i), .device = "other"}});
  EXPECT_EQ(lane_.waiting(), most_waiting - 1);
  EXPECT_EQ(lane_.dropped(), 1U);
  passes(10s);
  EXPECT_EQ(lane_.waiting(), most_waiting);
}

}  // namespace
}  // namespace gatepost::core
