// A write is in doubt, and the disk fails once more while that is healed: what was posted stands once, who follows the
// journal is told of it once, and `kept_after_all` names what was in doubt, and nothing else.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "simulation/journal/world.hpp"

namespace gatepost::simulation {
namespace {

constexpr const char* doubtful_file = "/data/journal.db";

/// What comes at one call of the disk, counted from the sync that failed; 0: nothing.
struct Twice {
  std::uint64_t at = 0;
  Answer answer = Answer::sync_fails;
  bool put_back = false;  ///< and an output says meanwhile that the journal was
};

class Doubt {
 public:
  explicit Doubt(Twice trouble) : trouble_(trouble), machine_(Seed(7), {}) {
    machine_.disk.hook = [this](const Call& call) { return answer(call); };
  }
  ~Doubt() {
    machine_.disk.hook = {};
    machine_.disk.go_down();
    journal_.reset();
  }
  Doubt(const Doubt&) = delete;
  Doubt& operator=(const Doubt&) = delete;

  void play();
  void check();
  /// Of the disk, from the sync that failed until all was well.
  std::uint64_t calls() const { return calls_; }

 private:
  Answer answer(const Call& call);
  Record record(const std::string& subject) const {
    Record record{.kind = RecordKind::attempt, .at = clock_.now(), .wall = clock_.wall(), .lane = "main"};
    record.subject = subject;
    return record;
  }
  std::vector<Record> kept();
  void check_named(const std::vector<Record>& records) const;

  const Twice trouble_;
  Machine machine_;
  WorldClock clock_;
  std::unique_ptr<journal::Journal> journal_;
  std::map<std::string, int> told_;
  std::uint64_t doubted_at_ = 0, calls_ = 0;
  bool fails_ = false;
};

Answer Doubt::answer(const Call& call) {
  if (fails_ && call.kind == CallKind::sync) {
    fails_ = false;
    doubted_at_ = call.number;
    return Answer::sync_fails;
  }
  const bool is_it = doubted_at_ != 0 && trouble_.at != 0 && call.number == doubted_at_ + trouble_.at;
  return is_it ? trouble_.answer : Answer::done;
}

void Doubt::play() {
  auto opened = journal::Journal::open({.file = doubtful_file,
                                        .readers = {"cloud"},
                                        .clock = &clock_,
                                        .marks = "/cache",
                                        .disk = &machine_.port,
                                        .boot = "boot",
                                        .has_threads = false,
                                        .durable = [this](const Record& record) { ++told_[record.subject]; }});
  ASSERT_TRUE(opened);
  journal_ = std::move(*opened);
  for (const char* subject : {"known 1", "known 2", "known 3"}) ASSERT_TRUE(journal_->commit(record(subject)));
  told_.clear();
  fails_ = true;
  journal_->post(record("posted"));
  ASSERT_FALSE(journal_->commit(record("refused")));
  if (trouble_.put_back)
    journal_->report_damage({"was put back", "here", "nothing"}, journal_->epoch(),
                            journal::Holder{"cloud", journal_->epoch()});
  for (int tries = 0; tries < 10; ++tries) {
    clock_.pass(std::chrono::seconds(2));
    journal_->work();
  }
  calls_ = machine_.disk.calls() - doubted_at_;
  ASSERT_TRUE(journal_->commit(record("after")));
}

std::vector<Record> Doubt::kept() {
  machine_.disk.observe(true);
  auto reader = journal::Reader::open(doubtful_file, machine_.port);
  auto rows = reader ? reader->after(0, 1000) : Result<std::vector<Record>>(reader.error());
  machine_.disk.observe(false);
  EXPECT_TRUE(rows);
  return rows.value();
}

void Doubt::check() {
  std::map<std::string, int> found;
  const std::vector<Record> records = kept();
  for (const Record& record : records) ++found[record.subject];
  for (const char* subject : {"known 1", "known 2", "known 3", "posted", "after"})
    EXPECT_EQ(found[subject], 1) << subject;
  for (const auto& [subject, count] : found) {
    const bool was_before = !trouble_.put_back && subject.starts_with("known");
    if (subject == "refused" || was_before) continue;
    EXPECT_EQ(told_[subject], count) << "so often who follows the journal was told of \"" << subject << "\"";
  }
  check_named(records);
}

// Of what is in the file, those Records that `kept_after_all` names.
void Doubt::check_named(const std::vector<Record>& records) const {
  std::set<std::uint64_t> named;
  for (const Record& record : records)
    if (record.reason == "kept_after_all")
      for (auto one = std::stoull(record.details.at("first")); one <= std::stoull(record.details.at("last")); ++one)
        named.insert(one);
  for (const Record& record : records) {
    const bool is_named = named.contains(record.id.sequence);
    EXPECT_FALSE(is_named && record.subject.starts_with("known")) << record.subject << " was never in doubt";
    EXPECT_TRUE(is_named || record.subject != "refused") << "it is there, and nobody says so";
  }
}

void expect_told_of(const Twice& trouble, std::uint64_t* calls = nullptr) {
  Doubt doubt(trouble);
  ASSERT_NO_FATAL_FAILURE(doubt.play());
  ASSERT_NO_FATAL_FAILURE(doubt.check());
  if (calls != nullptr) *calls = doubt.calls();
}

void fail_everywhere(bool put_back) {
  std::uint64_t calls = 0;
  ASSERT_NO_FATAL_FAILURE(expect_told_of({.put_back = put_back}, &calls));
  ASSERT_GT(calls, 20U);
  for (const Answer answer : {Answer::io_error, Answer::full, Answer::sync_fails})
    for (std::uint64_t at = 1; at <= calls; ++at) {
      expect_told_of({.at = at, .answer = answer, .put_back = put_back});
      ASSERT_FALSE(testing::Test::HasFailure()) << "answer " << static_cast<int>(answer) << " at call " << at;
    }
}

TEST(Doubt, ends_well_wherever_the_disk_fails_once_more) { fail_everywhere(false); }

TEST(Doubt, ends_well_wherever_the_disk_fails_once_more_and_the_file_is_set_aside) { fail_everywhere(true); }

}  // namespace
}  // namespace gatepost::simulation
