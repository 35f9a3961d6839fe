// The road of one scan.
#include <gmock/gmock.h>

#include "world/world.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using world::World;

TEST(Lane, RecordsBeforeTheGateMoves) {
  World world;
  world.lets("A1");
  const auto answer = world.scan("A1");
  EXPECT_EQ(answer.verdict.outcome, Outcome::grant);
  EXPECT_EQ(answer.verdict.facts.at("name"), "Sample Person");
  world.passage(Passage::seen);
  world.lane.reset();
  EXPECT_THAT(world.writer.order,
              ElementsAre("record device up", "record attempt granted", "release 2", "record passage seen"));
}

TEST(Lane, DeniesWhomNoPolicyLetsAndRecordsIt) {
  World world;
  const auto answer = world.scan("B2");
  EXPECT_EQ(answer.verdict.outcome, Outcome::deny);
  EXPECT_EQ(answer.verdict.reason, "not_listed");
  EXPECT_EQ(world.gate.releases, 0);
  EXPECT_EQ(world.writer.records().back().reason, "not_listed");
}

TEST(Lane, RecordsAPassageAtTheTimeThatItsSensorTells) {
  World world;
  world.lets("A1");
  world.scan("A1");
  const MonotonicTime closed = world.clock.now();
  const WallTime wall = world.clock.wall();
  world.clock.pass(300ms);
  world.passage({Passage::seen, closed});
  EXPECT_EQ(world.writer.records().back().at, closed);
  EXPECT_EQ(world.writer.records().back().wall, wall);
}

TEST(Lane, RecordsNoPassageInTheFuture) {
  World world;
  world.lets("A1");
  world.scan("A1");
  world.passage({Passage::seen, world.clock.now() + 1s});
  EXPECT_EQ(world.writer.records().back().at, world.clock.now());
}

TEST(Lane, WithoutPolicyDeniesAll) {
  World world;
  world.parts.policies.clear();
  world.lane.emplace(world.settings, world.parts);
  EXPECT_EQ(world.scan("A1").verdict.reason, "no_policy");
}

TEST(Lane, WithoutGateAndPolicyInforms) {
  World world([](config::Lane& lane) { lane.actuator.clear(); });
  world.parts.policies.clear();
  world.lane.emplace(world.settings, world.parts);
  EXPECT_EQ(world.scan("A1").verdict.outcome, Outcome::inform);
}

TEST(Lane, NeverOffersADamagedReadingToAFormat) {
  World world;
  world.lets("A1");
  const auto answer = world.scan_damaged("A1");  // the prefix of a longer code may well be a valid one
  EXPECT_EQ(answer.verdict.outcome, Outcome::deny);
  EXPECT_EQ(answer.verdict.reason, "damaged");
  EXPECT_EQ(world.format.asked, 0);
  const Record kept = world.writer.records().back();
  EXPECT_THAT(kept.details.at("damage"), HasSubstr("no_terminator: no CR"));
  EXPECT_EQ(kept.subject, "");
}

TEST(Lane, TellsUnknownAndForgedCodesApart) {
  World world;
  EXPECT_EQ(world.scan("123").verdict.reason, "unknown_code");
  EXPECT_EQ(world.scan("forged").verdict.reason, "not_genuine");
}

TEST(Lane, CountsARepeatAsTheSameAttempt) {
  World world;
  world.lets("A1");
  world.scan("A1");
  world.passage(Passage::seen);
  const auto before = world.writer.records().size();
  world.clock.pass(800ms);
  const auto again = world.scan("A1");
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(again.verdict.note, "same card, 0.8 s ago");
  EXPECT_EQ(again.verdict.outcome, Outcome::grant);
  EXPECT_EQ(world.gate.releases, 1);
  EXPECT_EQ(world.writer.records().size(), before);
}

TEST(Lane, HeldCardStaysOneAttempt) {
  World world;
  world.lets("A1");
  world.scan("A1");
  world.passage(Passage::seen);
  for (int i = 0; i < 10; ++i) {
    world.clock.pass(2s);
    EXPECT_TRUE(world.scan("A1").repeated);
  }
  world.clock.pass(3001ms);
  EXPECT_FALSE(world.scan("A1").repeated);
}

TEST(Lane, TheWayOutIsAnotherAttempt) {
  World world;
  world.lets("A1");
  world.scan("A1", Direction::in);
  world.passage(Passage::seen);
  EXPECT_FALSE(world.scan("A1", Direction::out).repeated);
  EXPECT_EQ(world.gate.releases, 2);
}

TEST(Lane, OnePassageAtATime) {
  World world;
  world.lets("A1");
  world.lets("A2");
  world.scan("A1");
  EXPECT_EQ(world.scan("A2").verdict.reason, "busy");
  world.passage(Passage::timed_out);
  EXPECT_EQ(world.scan("A2").verdict.outcome, Outcome::grant);  // who had to wait is no repeat
  EXPECT_EQ(world.gate.releases, 2);
}

TEST(Lane, AJournalThatFailsKeepsTheGateShut) {
  World world;
  world.lets("A1");
  world.writer.broken = true;
  const auto answer = world.scan("A1");
  EXPECT_EQ(answer.verdict.outcome, Outcome::deny);
  EXPECT_EQ(answer.verdict.reason, "not_recorded");
  EXPECT_EQ(world.gate.releases, 0);
  world.writer.broken = false;
  EXPECT_EQ(world.scan("A1").verdict.outcome, Outcome::grant);
}

TEST(Lane, AFireExitOpensWithoutARecordWhereItIsSetSo) {
  World world([](config::Lane& lane) { lane.rules.fail_open = true; });
  world.policy->broken = true;
  world.writer.broken = true;
  const auto answer = world.scan("A1");
  EXPECT_EQ(answer.verdict.reason, "fail_open");
  EXPECT_EQ(world.gate.releases, 1);
  EXPECT_TRUE(answer.trouble.has_value());
}

TEST(Lane, APolicyThatFailsOrIsLateDenies) {
  World world;
  world.lets("A1");
  world.policy->broken = true;
  EXPECT_EQ(world.scan("A1").verdict.reason, "policy_failed");
  world.policy->broken = false;
  world.policy->takes = 501ms;
  world.clock.pass(10s);
  EXPECT_EQ(world.scan("A1").verdict.reason, "policy_timeout");
  EXPECT_EQ(world.gate.releases, 0);
}

TEST(Lane, AnActuatorThatFailsIsAnAlarmAndIsPutToRest) {
  World world;
  world.clock.run();
  world.lets("A1");
  world.gate.jammed = true;
  const int rests = world.gate.rests;
  const auto answer = world.scan("A1");
  EXPECT_TRUE(answer.trouble.has_value());
  EXPECT_TRUE(world.writer.waits_for("actuator_failed"));
  while (world.gate.rests == rests) std::this_thread::yield();
  const auto all = world.writer.records();  // the gate may be up again by now, and that is told too
  const auto failed = std::ranges::find(all, "actuator_failed", &Record::reason);
  ASSERT_NE(failed, all.end());
  EXPECT_EQ(failed->about, answer.record.sequence);
}

TEST(Lane, AnAbsentGateIsSaidAndWaitedFor) {
  World world;
  world.clock.run();
  world.lets("A1");
  world.gate.absent = true;
  world.lane.emplace(world.settings, world.parts);
  EXPECT_TRUE(world.writer.waits_for("down"));
  EXPECT_EQ(world.scan("A1").verdict.reason, "gate_not_ready");
  world.gate.absent = false;
  while (!world.lane->gate_is_ready()) std::this_thread::yield();
  EXPECT_EQ(world.scan("A1").verdict.outcome, Outcome::grant);
}

TEST(Lane, PutsTheGateToRestAtStartAndAtStop) {
  World world;
  EXPECT_GE(world.gate.rests, 1);
  const int rests = world.gate.rests;
  world.lane.reset();
  EXPECT_EQ(world.gate.rests, rests + 1);
}

TEST(Lane, StopsWhileSomebodyIsInTheGate) {
  World world;
  world.lets("A1");
  world.scan("A1");
  const auto begun = std::chrono::steady_clock::now();
  world.lane.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 1s);
}

TEST(Lane, DropsAndSaysSoWhenItCannotKeepUp) {
  World world;
  world.lets("A1");
  std::atomic<bool> in = false;
  struct Slow final : Policy {
    explicit Slow(std::atomic<bool>& go) : go_(go) {}
    Result<Decision> decide(const Attempt&) const override {
      go_.wait(false);
      return Decision{Outcome::deny, "no", {}};
    }
    std::atomic<bool>& go_;
  };
  world.parts.policies = {std::make_shared<runtime::SharedPolicy>("slow", std::make_unique<Slow>(in))};
  world.lane.emplace(world.settings, world.parts);
  int taken = 0;
  for (int i = 0; i < 100; ++i)
    taken += world.lane->offer({.payload = "A" + std::to_string(i), .seen = world.clock.now()}, Direction::in);
  EXPECT_GE(taken, 64);
  EXPECT_LE(taken, 65);
  EXPECT_TRUE(world.writer.waits_for("overrun"));
  in = true;
  in.notify_all();
}

TEST(Lane, ARecordThatComesTooLateOpensNoGate) {
  World world;
  world.lets("A1");
  world.writer.slow = true;
  const auto answer = world.scan("A1");
  EXPECT_EQ(answer.verdict.outcome, Outcome::deny);
  EXPECT_EQ(answer.verdict.reason, "journal_slow");
  EXPECT_EQ(world.observer.answers, 1) << "answered once, and at once";
  EXPECT_EQ(world.gate.releases, 0);
  ASSERT_TRUE(world.writer.waits_for("kept_too_late")) << "the Record says granted, so another says what became of it";
  const auto records = world.writer.records();
  EXPECT_EQ(records.back().reason, "kept_too_late");
  EXPECT_EQ(records.at(records.back().about - 1).reason, "granted");
  world.writer.slow = false;
  EXPECT_EQ(world.scan("A1").verdict.outcome, Outcome::grant) << "it is a new attempt";
  EXPECT_EQ(world.gate.releases, 1);
}

TEST(Lane, AFireExitDoesNotWaitForTheDisk) {
  World world([](config::Lane& lane) { lane.rules.fail_open = true; });
  world.lets("A1");
  world.writer.slow = true;
  EXPECT_EQ(world.scan("A1").verdict.outcome, Outcome::grant);
  EXPECT_EQ(world.gate.releases, 1);
  EXPECT_EQ(world.scan("B2").verdict.reason, "not_listed");
  EXPECT_EQ(world.gate.releases, 1);
}

TEST(Lane, AScanThatWaitedTooLongOpensNoGate) {
  World world;
  world.lets("A1");
  const Reading reading = world.reading("A1");
  world.clock.pass(2s);
  const auto answer = world.scan(reading);
  EXPECT_EQ(answer.verdict.outcome, Outcome::deny);
  EXPECT_EQ(answer.verdict.reason, "late");
  EXPECT_EQ(world.gate.releases, 0);
}

// A2 is proved to be authentic, A1 is not; B1 is valid for a time; C1 is refused.
struct SignedFormat final : CredentialFormat {
  explicit SignedFormat(const Clock& time) : clock(time) {}
  Result<std::optional<Credential>> parse(const Reading& reading) const override {
    Credential credential{.scheme = {}, .subject = reading.payload};
    credential.verified = reading.payload == "A2";
    credential.attributes = {{"name", "Somebody"}, {"phone", "0900000000"}, {"birth", "1990-01-01"}};
    if (reading.payload == "B1") credential.valid_until = clock.wall() + 24h;
    if (reading.payload == "C1") {
      credential.refused = "revoked";
      credential.note = "on the list of 1 May";
    }
    return std::optional(std::move(credential));
  }
  const Clock& clock;
};

core::Answer answer_of(const std::function<void(config::Lane&)>& change, ClockSource source, const std::string& card) {
  const world::FakeClock time;
  SignedFormat format(time);
  World world(change);
  world.clock.become(source);
  if (source == ClockSource::unset) world.clock.set(WallTime(std::chrono::hours(24)));
  world.lets(card);
  auto parts = world.parts;
  parts.formats = {{"signed", world::lent(format)}};
  parts.actuator.reset();
  config::Lane settings = world.settings;
  settings.actuator.clear();
  {
    const auto pause = world.lane->pause(5s);
    pause->exchange(settings, parts);
  }
  return world.scan(card);
}

TEST(Lane, MayDemandThatACredentialIsVerified) {
  const auto demands = [](config::Lane& lane) { lane.rules.require_verified = true; };
  EXPECT_EQ(answer_of(demands, ClockSource::rtc, "A1").verdict.reason, "not_verified");
  EXPECT_EQ(answer_of(demands, ClockSource::rtc, "A2").verdict.reason, "granted");
  EXPECT_EQ(answer_of([](config::Lane&) {}, ClockSource::rtc, "A1").verdict.reason, "granted");
}

TEST(Lane, DeniesWhatItsFormatRefusesWhateverThePoliciesSay) {
  const auto answer = answer_of([](config::Lane&) {}, ClockSource::rtc, "C1");
  EXPECT_EQ(answer.verdict.outcome, Outcome::deny);
  EXPECT_EQ(answer.verdict.reason, "revoked");
  EXPECT_EQ(answer.verdict.note, "on the list of 1 May");
  ASSERT_TRUE(answer.credential);
  EXPECT_EQ(answer.credential->subject, "C1") << "whose it is can be told all the same";
}

TEST(Lane, ShowsWhatTheCredentialSaysAndRecordsNoneOfIt) {
  const auto shows = [](config::Lane& lane) { lane.rules.show = {"name", "phone"}; };
  const auto answer = answer_of(shows, ClockSource::rtc, "A1");
  EXPECT_EQ(answer.verdict.facts.at("name"), "Sample Person") << "what a list says comes first";
  EXPECT_EQ(answer.verdict.facts.at("phone"), "0900000000");
  EXPECT_FALSE(answer.verdict.facts.contains("birth"));
  EXPECT_FALSE(answer_of([](config::Lane&) {}, ClockSource::rtc, "A1").verdict.facts.contains("phone"));
}

TEST(Lane, SaysWhatAnUnsetClockMeansForDates) {
  const auto accepts = [](config::Lane& lane) { lane.rules.unset_clock = config::UnsetClock::accepted; };
  EXPECT_EQ(answer_of([](config::Lane&) {}, ClockSource::unset, "B1").verdict.reason, "clock_unset");
  EXPECT_EQ(answer_of(accepts, ClockSource::unset, "B1").verdict.reason, "granted");
}

}  // namespace
}  // namespace gatepost
