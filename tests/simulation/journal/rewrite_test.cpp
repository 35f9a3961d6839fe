// A journal that was put back from a copy is set aside, and what was written since is written again under new numbers,
// once, wherever the power goes or the disk fails meanwhile.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "simulation/hooks.hpp"
#include "simulation/journal/world.hpp"

namespace gatepost::simulation {
namespace {

constexpr std::uint64_t site = 4017;

/// What comes at one call of the disk, and the power at a second one.
struct Trouble {
  std::uint64_t at = 0;  ///< counted from the report; 0: none
  Answer answer = Answer::cut_within;
  std::uint64_t cut_again = 0;  ///< so many calls after it; 0: not
};

/// One machine, and an output elsewhere that holds what it was given before the machine was put back.
class Scene {
 public:
  explicit Scene(Trouble trouble) : trouble_(trouble), machine_(Seed(7), {}) {
    machine_.disk.hook = [this](const Call& call) { return answer(call); };
  }
  ~Scene() {
    machine_.disk.hook = {};
    machine_.disk.go_down();
    journal_.reset();
  }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  void play();
  void check();
  /// Of the disk, from the report to the end.
  std::uint64_t calls() const { return calls_; }

 private:
  Answer answer(const Call& call) const {
    if (reported_at_ == 0 || trouble_.at == 0) return Answer::done;
    const std::uint64_t number = call.number - reported_at_;
    if (number == trouble_.at) return trouble_.answer;
    return trouble_.cut_again != 0 && number == trouble_.at + trouble_.cut_again ? Answer::cut_within : Answer::done;
  }
  bool open();
  void reopen() {
    journal_.reset();
    ASSERT_TRUE(open());
  }
  bool commit(const std::string& subject) {
    clock_.pass(std::chrono::seconds(1));
    Record record{.kind = RecordKind::attempt, .at = clock_.now(), .wall = clock_.wall(), .lane = "main"};
    record.subject = subject;
    const auto kept = journal_->commit(std::move(record));
    if (kept) newest_ = *kept;
    return kept.has_value();
  }
  void commit(const std::string& what, int count) {
    for (int i = 1; i <= count; ++i) ASSERT_TRUE(commit(what + std::to_string(i)));
  }
  void come_back();
  bool report_and_commit();
  std::vector<Record> records_of(const std::string& path) const {
    auto reader = journal::Reader::open(path, machine_.port);
    EXPECT_TRUE(reader) << to_line(reader.error());
    return reader ? reader->after(0, 1000).value() : std::vector<Record>();
  }

  const Trouble trouble_;
  Machine machine_;
  WorldClock clock_;
  std::unique_ptr<journal::Journal> journal_;
  RecordId newest_{}, held_{};
  std::uint64_t reported_at_ = 0, calls_ = 0;
  int boots_ = 1;
};

bool Scene::open() {
  auto opened = journal::Journal::open({.file = journal_file,
                                        .site = site,
                                        .readers = {"cloud", "store"},
                                        .clock = &clock_,
                                        .marks = "/cache",
                                        .disk = &machine_.port,
                                        .boot = "boot-" + std::to_string(boots_),
                                        .has_threads = false});
  if (opened) journal_ = std::move(*opened);
  return opened.has_value();
}

void Scene::come_back() {
  while (true) {
    journal_.reset();
    if (machine_.disk.is_down()) {
      machine_.cut(Seed(machine_.disk.calls()).stream("cut"));
      ++boots_;
    }
    if (open() && !machine_.disk.is_down()) return;
  }
}

// The output asks at each start, and says so as long as it is asked by the journal that does not know what it holds.
bool Scene::report_and_commit() {
  if (journal_->epoch() <= held_.epoch)
    journal_->report_damage({"was put back", "here", "nothing"}, journal_->epoch(),
                            journal::Holder{"cloud", held_.epoch});
  return commit("after");
}

void Scene::play() {
  ASSERT_TRUE(open());
  commit("known", 5);
  journal_->move_cursor("cloud", newest_.sequence);
  commit("untaken", 2);
  journal_.reset();
  machine_.disk.settle();
  std::map<std::string, Bytes> copy;
  for (const auto& path : machine_.disk.paths())
    if (!path.ends_with("-shm")) copy[path] = machine_.disk.content(path);
  reopen();
  commit("elsewhere alone", 8);
  held_ = newest_;
  journal_.reset();
  for (const auto& path : machine_.disk.paths())
    if (!copy.contains(path)) machine_.disk.remove(path);
  for (const auto& [path, bytes] : copy) machine_.disk.put(path, bytes);
  machine_.disk.settle();
  reopen();
  commit("first run ", 3);
  ++boots_;
  reopen();
  commit("second run ", 4);
  reported_at_ = machine_.disk.calls();
  while (!report_and_commit() || machine_.disk.is_down())
    if (machine_.disk.is_down()) come_back();
  calls_ = machine_.disk.calls() - reported_at_;
}

void Scene::check() {
  machine_.disk.observe(true);
  const journal::Journal& journal = *journal_;
  ASSERT_GT(journal.epoch(), held_.epoch) << "numbers that were given before are given again";
  std::map<std::string, int> found;
  const bool may_not_know = trouble_.answer != Answer::cut_within;  // where runs began: the disk does not tell
  for (const Record& record : records_of(journal_file)) {
    if (record.subject.empty() || (may_not_know && record.subject.starts_with("untaken"))) continue;
    ++found[record.subject];
    const bool is_copy = record.subject.find("run") != std::string::npos;
    EXPECT_EQ(record.details.contains("copy_of"), is_copy) << record.subject;
    EXPECT_EQ(record.boot, record.subject.starts_with("first") ? "boot-1" : is_copy ? "boot-2" : record.boot);
  }
  for (const char* subject :
       {"first run 1", "first run 2", "first run 3", "second run 1", "second run 2", "second run 3", "second run 4"})
    EXPECT_EQ(found[subject], 1) << subject;
  EXPECT_GE(found["after"], 1);  // again where it was kept and could not be promised
  EXPECT_EQ(found.size(), 8U) << found.begin()->first << " was never in doubt";
  ASSERT_TRUE(journal.standing("store").backlog);
  const std::uint64_t last = journal.standing("store").backlog->last;
  EXPECT_TRUE(last == 7 || (may_not_know && last == 5)) << last << ": they are under their old numbers too";
  EXPECT_EQ(records_of(journal.standing("store").backlog->file).size(), 14U) << "what was set aside is as it was";
}

void expect_whole(const Trouble& trouble, std::uint64_t* calls = nullptr) {
  Scene scene(trouble);
  ASSERT_NO_FATAL_FAILURE(scene.play());
  ASSERT_NO_FATAL_FAILURE(scene.check());
  if (calls != nullptr) *calls = scene.calls();
}

TEST(Rewrite, is_whole_wherever_the_power_goes_and_goes_again) {
  std::uint64_t calls = 0;
  ASSERT_NO_FATAL_FAILURE(expect_whole({}, &calls));
  ASSERT_GT(calls, 40U);
  for (std::uint64_t at = 1; at <= calls; ++at)
    for (const std::uint64_t again : {std::uint64_t{0}, Seed(3).stream("again", at).between(1, 60)}) {
      expect_whole({.at = at, .cut_again = again});
      ASSERT_FALSE(testing::Test::HasFailure()) << "cut at call " << at << ", and " << again << " calls later";
    }
}

TEST(Rewrite, is_whole_wherever_the_disk_fails_once) {
  std::uint64_t calls = 0;
  ASSERT_NO_FATAL_FAILURE(expect_whole({}, &calls));
  for (const Answer answer : {Answer::io_error, Answer::full, Answer::sync_fails})
    for (std::uint64_t at = 1; at <= calls; ++at) {
      expect_whole({.at = at, .answer = answer});
      ASSERT_FALSE(testing::Test::HasFailure()) << "answer " << static_cast<int>(answer) << " at call " << at;
    }
}

}  // namespace
}  // namespace gatepost::simulation
