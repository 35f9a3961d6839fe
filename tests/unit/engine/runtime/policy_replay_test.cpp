// Policies that learn from the journal, each at its own pace.
#include "runtime/policy_replay.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <thread>

#include "journal/reader.hpp"
#include "world/records.hpp"
#include "world/scratch.hpp"

namespace gatepost::runtime {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

// Remembers what it learned; may have something done between two Records.
struct Learner final : Policy {
  Result<Decision> decide(const Attempt&) const override {
    const std::scoped_lock lock(mutex);
    return Decision{Outcome::grant, std::to_string(learned.size()), {}};
  }
  Duration horizon() const override { return back; }
  Duration back = Duration::max();
  void learn(const Record& record) override {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return !hangs; });
    learned.push_back(record.id);
    changed.notify_all();
    const auto first = std::exchange(meanwhile, {});
    lock.unlock();
    if (first) first();
  }
  std::vector<std::uint64_t> knows(std::size_t count) {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, 5s, [&] { return learned.size() >= count; });
    std::vector<std::uint64_t> sequences;
    for (const auto& id : learned) sequences.push_back(id.sequence);
    return sequences;
  }
  void hang(bool on) {
    const std::scoped_lock lock(mutex);
    hangs = on;
    changed.notify_all();
  }
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::vector<RecordId> learned;
  std::function<void()> meanwhile;
  bool hangs = false;
};

class Replay : public testing::Test {
 protected:
  std::unique_ptr<journal::Journal> open() {
    return world::open_journal(
        {.file = disk_ / "journal.db", .durable = [this](const Record& record) { replay_.tell(record.id); }});
  }
  void commit() { ASSERT_TRUE(journal_->commit(world::attempt("E1"))); }
  Learner& add(Duration horizon = Duration::max()) {
    auto owned = std::make_unique<Learner>();
    owned->back = horizon;
    Learner& learner = *owned;
    policies_.push_back(std::make_shared<SharedPolicy>("learner", std::move(owned), 50ms));
    return learner;
  }
  bool enrol() { return replay_.enrol(policies_, disk_ / "journal.db", now_).has_value(); }
  static Result<Decision> decide(const SharedPolicy& policy) {
    const Credential credential{.scheme = {}, .subject = "A1"};
    const Reading seen{.payload = "A1"};
    return policy.decide({credential, seen, "main", Direction::in, {}, {}}).decision;
  }

  world::Scratch disk_;
  WallTime now_{};
  PolicyReplay replay_;
  PolicyReplay::Policies policies_;
  std::unique_ptr<journal::Journal> journal_ = open();
};

TEST_F(Replay, TeachesThePastAndThenWhatComes) {
  commit();
  commit();
  Learner& learner = add();
  ASSERT_TRUE(enrol());
  commit();
  EXPECT_THAT(learner.knows(3), ElementsAre(1, 2, 3));
}

// The horizon is asked of so many Records at once that more are learned than it demands, and never fewer.
TEST_F(Replay, LearnsNothingThatIsOlderThanTheHorizonByFar) {
  const WallTime past = SystemClock().wall() - 72h;
  for (std::size_t i = 0; i < 2 * journal::Reader::stretch; ++i) journal_->post(world::attempt("E1", past));
  commit();
  now_ = SystemClock().wall();
  Learner& young = add(24h);
  Learner& all = add();
  ASSERT_TRUE(enrol());
  const std::uint64_t last = journal_->last();
  EXPECT_EQ(all.knows(last).size(), last);
  const auto learned = young.knows(1);
  EXPECT_LE(learned.size(), journal::Reader::stretch);
  EXPECT_EQ(learned.back(), last);
}

TEST_F(Replay, MissesNothingThatComesWhileItBegins) {
  commit();
  Learner& learner = add();
  learner.meanwhile = [&] { commit(); };
  ASSERT_TRUE(enrol());
  commit();
  EXPECT_THAT(learner.knows(3), ElementsAre(1, 2, 3));
}

TEST_F(Replay, ADecisionKnowsWhatWasDurableWhenItWasAskedFor) {
  Learner& learner = add();
  ASSERT_TRUE(enrol());
  for (int i = 1; i <= 50; ++i) {
    commit();
    const auto decision = decide(*policies_[0]);
    ASSERT_TRUE(decision) << to_line(decision.error());
    EXPECT_EQ(decision->reason, std::to_string(i));
  }
  EXPECT_EQ(learner.knows(50).size(), 50U);
}

TEST_F(Replay, APolicyThatHangsInLearningHoldsNeitherTheJournalNorAnotherPolicy) {
  Learner& hung = add();
  Learner& other = add();
  ASSERT_TRUE(enrol());
  hung.hang(true);
  const auto begun = std::chrono::steady_clock::now();
  commit();
  commit();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s);
  EXPECT_THAT(other.knows(2), ElementsAre(1, 2));
  EXPECT_TRUE(decide(*policies_[1]));
  const auto decision = decide(*policies_[0]);
  ASSERT_FALSE(decision) << "it does not know what happened";
  EXPECT_THAT(decision.error().what, testing::HasSubstr("not learned"));
  hung.hang(false);
  EXPECT_THAT(hung.knows(2), ElementsAre(1, 2));
  EXPECT_TRUE(decide(*policies_[0]));
}

TEST_F(Replay, EnrolsNobodyOnceTheSiteIsBeingStopped) {
  ASSERT_TRUE(replay_.stop(1s));
  add();
  EXPECT_FALSE(enrol());
  commit();
  EXPECT_TRUE(replay_.stop(1s));
}

TEST_F(Replay, GoesOnInANewEpochWhateverItsNumbers) {
  commit();
  commit();
  Learner& learner = add();
  ASSERT_TRUE(enrol());
  journal_.reset();
  for (const char* name : {"journal.db", "journal.db-wal", "journal.db-shm"}) std::filesystem::remove(disk_ / name);
  journal_ = open();
  commit();
  ASSERT_GE(learner.knows(4).size(), 4U);
  const std::scoped_lock lock(learner.mutex);
  EXPECT_EQ(learner.learned[2].epoch, learner.learned[1].epoch + 1);
  EXPECT_EQ(learner.learned[2].sequence, 1U);
}

TEST_F(Replay, TeachesNothingToThoseWhoHaveLeft) {
  Learner& learner = add();
  ASSERT_TRUE(enrol());
  commit();
  EXPECT_THAT(learner.knows(1), ElementsAre(1));
  replay_.dismiss(policies_);
  commit();
  ASSERT_TRUE(replay_.stop(5s));
  EXPECT_THAT(learner.knows(1), ElementsAre(1));
}

}  // namespace
}  // namespace gatepost::runtime
