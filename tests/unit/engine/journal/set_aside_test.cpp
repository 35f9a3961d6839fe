// Journals that are set aside while the engine runs, or at its start: who reads meanwhile sees one journal, and numbers
// go on above.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <vector>

#include "unit/engine/journal/damaged.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::journal;
using world::Damaged;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

TEST_F(Damaged, damage_found_while_the_engine_runs_is_set_aside_without_a_restart) {
  open();
  {
    const std::scoped_lock lock(taken.mutex);
    taken.stalls = true;
  }
  record(600);
  world::tamper(file, "UPDATE records SET hash = zeroblob(32) WHERE sequence = 500");
  const auto before = journal->epoch();
  {
    const std::scoped_lock lock(taken.mutex);
    taken.stalls = false;
  }
  ASSERT_TRUE(comes_to([&] { return taken.subjects.size() >= 599; })) << taken.subjects.size();
  EXPECT_GT(journal->epoch(), before);
  drain();
  EXPECT_EQ(missing(), 1U);
  ASSERT_NE(note("journal_set_aside"), nullptr);
}

TEST_F(Damaged, damage_that_is_found_twice_is_set_aside_once) {
  open();
  record(3);
  const auto before = journal->epoch();
  journal->report_damage({"is spoilt", "here", "nothing"}, before);
  record(1);
  const auto after = journal->epoch();
  EXPECT_GT(after, before);
  journal->report_damage({"is spoilt", "here", "nothing"}, before);
  record(1);
  EXPECT_EQ(journal->epoch(), after) << "a sound file was set aside";
  drain();
  EXPECT_EQ(missing(), 0U);
}

// SQLite finds a file's -wal and -shm by name, after the file: one that opens it while names change could get those of
// another journal, and the backlog, which is read by the same process, would be read with them too.
TEST_F(Damaged, who_opens_the_file_while_it_is_set_aside_gets_one_journal_and_spoils_none) {
  open();
  std::atomic<std::uint64_t> opened = 0;
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i)
    readers.emplace_back([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        auto reader = Reader::open(file);
        if (!reader) continue;
        const auto records = reader->after(0, 100);
        if (records && !records->empty()) {
          EXPECT_EQ(records->back().id.epoch, reader->identity().epoch);
        }
        ++opened;
      }
    });
  for (int round = 0; round < 15; ++round) {
    record(3);
    journal->report_damage({"is spoilt", "here", "nothing"}, journal->epoch());
    record(1);
  }
  readers.clear();
  drain();
  drain();  // the word of what was lost comes after what was found
  EXPECT_EQ(missing(), 0U);
  const std::scoped_lock lock(taken.mutex);
  for (const auto& note : taken.notes)
    if (note.reason == "journal_salvaged") {
      EXPECT_EQ(note.details.at("lost"), "0") << note.details.at("file");
    }
  EXPECT_GT(opened, 0U);
}

// An output that took its place in the old file for one in the new would wait there, and pass over what comes.
TEST_F(Damaged, a_place_in_the_old_file_is_never_given_for_one_in_the_new) {
  open();
  record(300);
  drain();
  output.reset();
  const auto before = journal->standing("cloud").cursor;
  ASSERT_GT(before.sequence, 300U);
  std::vector<Cursor> told;
  std::jthread looker([&](const std::stop_token& stop) {
    while (!stop.stop_requested())
      if (told.push_back(journal->standing("cloud").cursor); told.back().epoch != before.epoch) return;
  });
  journal->report_damage({"is spoilt", "here", "nothing"}, before.epoch);
  record(1);
  looker.join();
  EXPECT_GT(told.back().epoch, before.epoch);
  EXPECT_EQ(told.back().sequence, 0U);
}

// What an output was taking as the file was set aside is no place in the new one.
TEST_F(Damaged, a_place_told_for_the_old_file_moves_none_in_the_new) {
  open();
  record(5);
  output.reset();
  const auto before = journal->epoch();
  journal->report_damage({"is spoilt", "here", "nothing"}, before);
  record(4);
  journal->move_cursor("cloud", 3, before);
  EXPECT_EQ(journal->standing("cloud").cursor.sequence, 0U) << "two Records are passed over";
  journal->move_cursor("cloud", 3, journal->epoch());
  EXPECT_EQ(journal->standing("cloud").cursor.sequence, 3U);
}

// Its parts of two journals would have it pass over a backlog, or read Records of the one up to the end of the other.
TEST_F(Damaged, what_there_is_for_an_output_is_of_one_journal_whenever_it_looks) {
  open();
  output.reset();
  std::atomic<std::uint64_t> looks = 0, torn = 0;
  std::vector<std::jthread> lookers;
  for (int i = 0; i < 2; ++i)
    lookers.emplace_back([&](const std::stop_token& stop) {
      for (; !stop.stop_requested(); ++looks) {
        const Standing now = journal->standing("cloud");
        const bool is_beyond = now.cursor.sequence > now.last;
        const bool is_late = now.backlog && now.backlog->epoch >= now.cursor.epoch;
        if (is_beyond || is_late) ++torn;
      }
    });
  for (int round = 0; round < 50; ++round) {
    record(3);
    if (round % 2 == 0) journal->move_cursor("cloud", last_promised.sequence, last_promised.epoch);
    journal->report_damage({"is spoilt", "here", "nothing"}, journal->epoch());
    record(1);
  }
  lookers.clear();
  EXPECT_EQ(torn, 0U) << "of " << looks;
}

TEST_F(Damaged, a_file_that_is_gone_or_empty_begins_a_later_epoch) {
  open();
  record(3);
  const auto first = journal->epoch();
  close();
  fs::remove(file);
  open();
  EXPECT_GT(journal->epoch(), first);
  record(1);
  const auto second = journal->epoch();
  close();
  fs::resize_file(file, 0);
  open();
  EXPECT_GT(journal->epoch(), second);
}

TEST_F(Damaged, an_older_copy_put_back_is_not_continued) {
  open();
  record(3);
  close();
  fs::copy_file(file, scratch / "copy.db");
  open();
  record(3);
  drain();
  close();
  fs::copy_file(scratch / "copy.db", file, fs::copy_options::overwrite_existing);
  open();
  record(3);
  drain();
  EXPECT_EQ(taken.contradictions, 0);
  EXPECT_EQ(missing(), 0U);
}

}  // namespace
