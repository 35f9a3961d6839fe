// Two lanes and one quota: what may be had once is granted once, and given back where its Record is not kept.
#include <gmock/gmock.h>

#include <deque>
#include <map>
#include <thread>

#include "journal/journal.hpp"
#include "runtime/lane.hpp"
#include "runtime/policy_replay.hpp"
#include "supervisor/journal_writer.hpp"
#include "world/records.hpp"
#include "world/scratch.hpp"
#include "world/world.hpp"

namespace gatepost::runtime {
namespace {

using namespace std::chrono_literals;

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int rounds = 500;
#else
constexpr int rounds = 10'000;
#endif

/// Each subject once.
struct OncePolicy final : Policy {
  Result<Decision> decide(const Attempt& attempt) const override {
    const auto is_mine = [&](const Reservation& one) { return one.subject_key == attempt.subject_key; };
    if (spent.contains(attempt.subject_key) || std::ranges::any_of(attempt.reserved, is_mine))
      return Decision{Outcome::deny, "spent"};
    return Decision{Outcome::grant};
  }
  void learn(const Record& record) override {
    if (record.kind == RecordKind::attempt && record.outcome == Outcome::grant) spent.insert(record.subject);
  }
  std::set<std::string, std::less<>> spent;
};

/// Tells the policy of each Record on a thread of its own, some time after the lane has it.
class Keeping final : public RecordWriter {
 public:
  explicit Keeping(SharedPolicy& policy) : policy_(policy) {}
  Result<RecordId> commit(Record record, BootTime) override {
    const std::scoped_lock lock(mutex_);
    if (broken) return Error{"the disk is full", "journal", "make room"};
    record.id = {4017, 1, ++last_};
    policy_.expect(record.id);
    kept_.push_back(record);
    changed_.notify_all();
    return record.id;
  }
  void post(Record) override {}
  std::atomic<bool> broken = false;

 private:
  void teach(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [&] { return !kept_.empty(); })) {
      const Record record = std::move(kept_.front());
      kept_.pop_front();
      lock.unlock();
      policy_.learn(record);
      lock.lock();
    }
  }
  SharedPolicy& policy_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Record> kept_;
  std::uint64_t last_ = 0;
  std::jthread thread_{[this](const std::stop_token& stop) { teach(stop); }};
};

/// How the lanes answered: their reasons, by how many of each.
class Answers final : public Observer {
 public:
  void answered(const core::Answer& answer) override {
    const std::scoped_lock lock(mutex_);
    ++reasons_[answer.verdict.reason];
    ++count_;
    changed_.notify_all();
  }
  void recorded(const Record&) override {}
  std::map<std::string, int> take(int count) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, 30s, [&] { return count_ >= count; })) std::abort();
    count_ = 0;
    return std::exchange(reasons_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, int> reasons_;
  int count_ = 0;
};

/// Two lanes with one policy.
struct TwoLanes {
  TwoLanes(std::shared_ptr<SharedPolicy> policy, RecordWriter& writer) {
    const Parts parts{.formats = {{"letters", world::lent(format)}},
                      .policies = {std::move(policy)},
                      .writer = &writer,
                      .observer = &answers,
                      .clock = &clock,
                      .watchdog = &watchdog};
    for (const char* name : {"left", "right"}) {
      config::Lane settings;
      settings.name = name;
      settings.rules.repeat_within = 0ms;
      settings.rules.denied_at_most = "none";  // who has spent his quota is denied at once
      lanes.push_back(std::make_unique<Lane>(settings, parts));
    }
  }
  std::map<std::string, int> at_one_instant(const std::string& card) {
    for (const auto& lane : lanes) lane->offer({.payload = card, .seen = clock.now()}, Direction::in);
    return answers.take(2);
  }
  std::map<std::string, int> at_one(const std::string& card) {
    lanes.front()->offer({.payload = card, .seen = clock.now()}, Direction::in);
    return answers.take(1);
  }

  SystemClock clock;
  Watchdog watchdog{clock};
  world::LetterFormat format;
  Answers answers;
  std::vector<std::unique_ptr<Lane>> lanes;
};

const std::map<std::string, int> one_of_two{{"granted", 1}, {"spent", 1}};
const std::map<std::string, int> granted{{"granted", 1}};

TEST(Quota, IsSpentOnceByTwoLanesAtOneInstant) {
  const auto policy = std::make_shared<SharedPolicy>("once", std::make_unique<OncePolicy>());
  Keeping writer(*policy);
  TwoLanes site(policy, writer);
  for (int i = 0; i < rounds; ++i) ASSERT_EQ(site.at_one_instant("A" + std::to_string(i)), one_of_two) << i;
}

TEST(Quota, IsGivenBackWhereTheRecordIsNotKept) {
  const auto policy = std::make_shared<SharedPolicy>("once", std::make_unique<OncePolicy>());
  Keeping writer(*policy);
  TwoLanes site(policy, writer);
  for (int i = 0; i < rounds / 10; ++i) {
    const std::string card = "A" + std::to_string(i);
    writer.broken = true;
    const auto lost = site.at_one_instant(card);
    EXPECT_FALSE(lost.contains("granted"));
    writer.broken = false;
    ASSERT_EQ(site.at_one_instant(card), one_of_two) << i;
  }
}

// The journal on its disk, and what a policy learned is found under the key that Records carry.
TEST(Quota, HoldsUnderHashedSubjectsOnTheJournal) {
  const world::Scratch disk;
  const auto key = disk.write("key", "sixteen bytes at the very least");
  std::filesystem::permissions(key, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  config::Journal settings;
  settings.subjects = config::Privacy::hash;
  settings.hash_key = key;
  auto pseudonymizer = supervisor::Pseudonymizer::make(settings);
  ASSERT_TRUE(pseudonymizer) << to_line(pseudonymizer.error());
  PolicyReplay replay;
  const auto journal = world::open_journal(
      {.file = disk / "journal.db", .durable = [&](const Record& record) { replay.tell(record.id); }});
  supervisor::JournalWriter writer(*journal, *pseudonymizer);
  for (int run = 0; run < 2; ++run) {  // in the second run all is learned from the file
    const auto policy = std::make_shared<SharedPolicy>("once", std::make_unique<OncePolicy>());
    ASSERT_TRUE(replay.enrol({policy}, disk / "journal.db", SystemClock().wall()));
    TwoLanes site(policy, writer);
    for (int i = 0; i < 100; ++i) {
      const std::string card = "A" + std::to_string(i);
      if (run == 0)
        ASSERT_EQ(site.at_one_instant(card), one_of_two) << i;
      else
        ASSERT_EQ(site.at_one(card), (std::map<std::string, int>{{"spent", 1}})) << i;
    }
    replay.dismiss({policy});
  }
}

}  // namespace
}  // namespace gatepost::runtime
