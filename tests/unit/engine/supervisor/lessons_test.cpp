#include "supervisor/lessons.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <thread>

#include "world/records.hpp"
#include "world/scratch.hpp"

namespace gatepost::supervisor {
namespace {

using testing::ElementsAre;

// Remembers what it learned; may have something done between two lessons.
struct Pupil final : Policy {
  Result<Decision> decide(const Attempt&) const override { return Decision{}; }
  void learn(const Record& record) override {
    learned.push_back(record.id.sequence);
    if (const auto first = std::exchange(meanwhile, {})) first();
  }
  std::vector<std::uint64_t> learned;
  std::function<void()> meanwhile;
};

class Classroom : public testing::Test {
 protected:
  void commit() { ASSERT_TRUE(journal_->commit(world::attempt("E1"))); }
  Pupil& add() {
    auto owned = std::make_unique<Pupil>();
    Pupil& pupil = *owned;
    rules_.push_back(std::make_shared<lane::Rule>("pupil", std::move(owned)));
    return pupil;
  }
  bool enrol() { return lessons_.enrol(rules_, journal_->file()).has_value(); }

  world::Scratch disk_;
  Lessons lessons_;
  std::unique_ptr<journal::Journal> journal_ =
      world::open_journal({.file = disk_ / "journal.db", .durable = [this](const Record& record) {
                             last_ = record;
                             lessons_.tell(record);
                           }});
  Lessons::Rules rules_;
  Record last_;
};

TEST_F(Classroom, TeachesThePastAndThenWhatComes) {
  commit();
  commit();
  Pupil& pupil = add();
  ASSERT_TRUE(enrol());
  commit();
  EXPECT_THAT(pupil.learned, ElementsAre(1, 2, 3));
}

TEST_F(Classroom, MissesNothingThatComesDuringTheLesson) {
  commit();
  Pupil& pupil = add();
  pupil.meanwhile = [&] { std::jthread([&] { commit(); }); };  // as it comes: from a lane's thread, not the teacher's
  ASSERT_TRUE(enrol());
  commit();
  EXPECT_THAT(pupil.learned, ElementsAre(1, 2, 3));
}

TEST_F(Classroom, TeachesNothingTwiceThatWasReadBeforeItWasTold) {
  commit();
  Pupil& pupil = add();
  ASSERT_TRUE(enrol());
  lessons_.tell(last_);
  commit();
  EXPECT_THAT(pupil.learned, ElementsAre(1, 2));
}

TEST_F(Classroom, ANewEpochIsNewWhateverItsNumbers) {
  commit();
  commit();
  Pupil& pupil = add();
  ASSERT_TRUE(enrol());
  Record record = last_;
  ++record.id.epoch;
  record.id.sequence = 1;
  lessons_.tell(record);
  EXPECT_THAT(pupil.learned, ElementsAre(1, 2, 1));
}

TEST_F(Classroom, TeachesNothingToThoseWhoHaveLeft) {
  Pupil& pupil = add();
  ASSERT_TRUE(enrol());
  commit();
  lessons_.dismiss(rules_);
  commit();
  EXPECT_THAT(pupil.learned, ElementsAre(1));
}

}  // namespace
}  // namespace gatepost::supervisor
