// A journal that was put back whole, with all of its marks: an output holds Records that it does not know.
#include <gmock/gmock.h>

#include "journal/journal.hpp"
#include "journal/quarantine.hpp"
#include "journal/reader.hpp"
#include "journal/verify.hpp"
#include "world/records.hpp"
#include "world/scratch.hpp"
#include "world/world.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::journal;

struct PutBack : testing::Test {
  void open() {
    journal.reset();
    Options options{.file = file, .readers = {"cloud", "store"}, .clock = &clock};
    if (!boot.empty()) options.boot = boot;
    options.alarm = [this](const Record& alarm) { alarms.push_back(alarm); };
    options.durable = [this](const Record& record) { told.push_back(record.id); };
    journal = world::open_journal(std::move(options));
  }
  RecordId commit(const std::string& subject, std::uint64_t about = 0) {
    Record record = world::attempt(subject, clock.wall());
    record.about = about;
    return journal->commit(std::move(record)).value();
  }
  std::vector<Record> kept() { return Reader::open(file).value().after(0, 10'000).value(); }

  const world::Scratch scratch;
  const std::filesystem::path file = scratch / "journal.db";
  world::FakeClock clock;
  std::string boot;
  std::vector<Record> alarms;
  std::vector<RecordId> told;
  std::unique_ptr<Journal> journal;
};

TEST_F(PutBack, begins_above_the_epoch_that_is_held_elsewhere_and_says_so) {
  open();
  commit("A");
  const auto before = journal->epoch();
  const auto held = before + 5'000'000'000;
  journal->report_damage({"was put back", "here", "nothing"}, before, Holder{"cloud", held});
  const auto id = commit("B");
  EXPECT_GT(id.epoch, held);
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_EQ(alarms[0].reason, "journal_set_aside");
  EXPECT_THAT(alarms[0].details.at("error"), testing::HasSubstr("was put back"));
  journal.reset();
  EXPECT_FALSE(verify(file)->broken);
}

// What a run wrote before the output could be asked stands under numbers that the output holds for others.
TEST_F(PutBack, what_this_run_has_written_is_written_again_under_new_numbers) {
  open();
  journal->move_cursor("cloud", commit("old").sequence);
  open();
  const auto first = commit("A");
  commit("B", first.sequence);
  told.clear();
  journal->report_damage({"was put back", "here", "nothing"}, first.epoch, Holder{"cloud", first.epoch});
  commit("C");
  std::map<std::string, Record> found;
  for (const auto& record : kept()) {
    EXPECT_GT(record.id.epoch, first.epoch);
    if (record.kind == RecordKind::attempt) found[record.subject] = record;
  }
  EXPECT_FALSE(found.contains("old")) << "it was there before: an output holds it under its number";
  ASSERT_TRUE(found.contains("A") && found.contains("B") && found.contains("C"));
  EXPECT_EQ(found["A"].details.at("copy_of"), std::to_string(first.epoch) + "/" + std::to_string(first.sequence));
  EXPECT_EQ(found["B"].about, found["A"].id.sequence) << "what follows from a Record still does";
  EXPECT_TRUE(std::ranges::is_sorted(told));
  EXPECT_EQ(told.size(), kept().size()) << "those who follow the journal see them too";
  ASSERT_TRUE(journal->standing("store").backlog);
  EXPECT_EQ(journal->standing("store").backlog->last, first.sequence - 1) << "nobody gets them under the old numbers";
  EXPECT_EQ(Reader::open(quarantined_name(file, first.epoch))->after(0, 100)->size(), first.sequence + 1)
      << "what was set aside is as it was";
}

// A copy that was empty: the first run in it is one after it was put back, whatever the output had taken of it.
TEST_F(PutBack, what_a_run_wrote_that_differs_from_what_is_held_is_written_again_however_early) {
  open();
  const auto first = commit("A");
  open();
  commit("B");
  journal->report_damage({"was put back", "here", "nothing"}, first.epoch,
                         Holder{"cloud", first.epoch, first.sequence});
  commit("C");
  std::vector<std::string> found;
  for (const auto& record : kept())
    if (record.kind == RecordKind::attempt) found.push_back(record.subject);
  EXPECT_THAT(found, testing::ElementsAre("A", "B", "C"));
}

// It holds later ones than the journal has, so no number tells whose run the first one is.
TEST_F(PutBack, of_a_journal_of_which_the_holder_took_nothing_all_is_written_again) {
  open();
  const auto first = commit("A");
  open();
  commit("B");
  journal->report_damage({"was put back", "here", "nothing"}, first.epoch, Holder{"cloud", first.epoch});
  commit("C");
  std::vector<std::string> found;
  for (const auto& record : kept())
    if (record.kind == RecordKind::attempt) found.push_back(record.subject);
  EXPECT_THAT(found, testing::ElementsAre("A", "B", "C"));
}

// It was put back between two of the runs, nobody knows which: after the one in which the output took what it has.
TEST_F(PutBack, what_runs_have_written_since_the_holder_took_anything_is_written_again_whole) {
  open();
  const auto taken = commit("taken");
  commit("not taken yet");
  journal->move_cursor("cloud", taken.sequence);
  commit("with the cursor");
  open();
  const auto first = commit("A");
  open();
  const auto second = commit("B", first.sequence);
  commit("C", taken.sequence);
  journal->report_damage({"was put back", "here", "nothing"}, second.epoch, Holder{"cloud", second.epoch});
  commit("D");
  std::map<std::string, Record> found;
  for (const auto& record : kept())
    if (record.kind == RecordKind::attempt) found[record.subject] = record;
  EXPECT_EQ(found.size(), 4U);
  ASSERT_TRUE(found.contains("A") && found.contains("B") && found.contains("C") && found.contains("D"));
  EXPECT_EQ(found["B"].about, found["A"].id.sequence) << "what follows from a Record of a run before still does";
  EXPECT_EQ(found["C"].about, 0U) << "no Record of this journal";
  EXPECT_EQ(found["C"].details.at("about"), std::to_string(taken.epoch) + "/" + std::to_string(taken.sequence));
  EXPECT_EQ(journal->standing("store").backlog->last, first.sequence - 1);
  EXPECT_EQ(journal->standing("cloud").backlog->last, first.sequence - 1)
      << "the rest of the run in which it took something";
}

TEST_F(PutBack, what_is_written_again_keeps_its_boot_and_its_clock) {
  boot = std::string(32, 'a');
  open();
  commit("old");
  boot = std::string(32, 'b');
  open();
  const auto id = commit("A");
  const auto before = kept().back();
  boot = std::string(32, 'c');
  open();
  journal->report_damage({"was put back", "here", "nothing"}, id.epoch, Holder{"cloud", id.epoch});
  commit("B");
  for (const auto& record : kept()) {
    if (record.subject == "A") {
      EXPECT_EQ(std::pair(record.boot, record.at), std::pair(before.boot, before.at)) << "its time would be another";
      EXPECT_EQ(record.clock, before.clock);
    }
    if (record.subject == "B") {
      EXPECT_EQ(record.boot, boot);
    }
  }
}

TEST_F(PutBack, a_long_run_is_written_again_whole_and_in_order) {
  open();
  for (int i = 0; i < 1500; ++i) journal->post(world::attempt("E" + std::to_string(i), clock.wall()));
  const auto last = commit("last");
  journal->report_damage({"was put back", "here", "nothing"}, last.epoch, Holder{"cloud", last.epoch});
  commit("after");
  std::vector<std::string> subjects, expected;
  for (const auto& record : kept())
    if (record.kind == RecordKind::attempt) subjects.push_back(record.subject);
  for (int i = 0; i < 1500; ++i) expected.push_back("E" + std::to_string(i));
  expected.insert(expected.end(), {"last", "after"});
  EXPECT_EQ(subjects, expected);
  EXPECT_EQ(journal->standing("store").cursor.sequence, 0U);
  EXPECT_EQ(journal->last(), kept().size());
}

TEST_F(PutBack, plain_damage_copies_nothing) {
  open();
  const auto first = commit("A");
  journal->report_damage({"is spoilt", "here", "nothing"}, first.epoch);
  commit("B");
  for (const auto& record : kept()) EXPECT_NE(record.subject, "A");
  EXPECT_EQ(journal->standing("store").backlog->last, first.sequence);
}

}  // namespace
