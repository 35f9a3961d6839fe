// Files that are not what was written: nothing that is still readable is lost, nothing false is believed.
#include <gmock/gmock.h>

#include <fstream>
#include <random>

#include "journal/high_water_mark.hpp"
#include "journal/verify.hpp"
#include "unit/engine/journal/damaged.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::journal;
using world::Damaged;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

void flip(const fs::path& file, std::uint64_t at) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(at));
  const int byte = stream.get();
  stream.seekp(static_cast<std::streamoff>(at));
  stream.put(static_cast<char>(byte ^ 0x41));
}

TEST_F(Damaged, a_wal_that_ends_too_early_is_noticed_and_what_it_held_is_not_given_again_as_something_else) {
  open();
  record(20);
  drain();
  crash();
  fs::resize_file(file.string() + "-wal", fs::file_size(file.string() + "-wal") / 2);
  const auto before = last_promised.epoch;
  open();
  EXPECT_GT(journal->epoch(), before);
  record(20);  // would be numbered like those that are lost
  drain();
  EXPECT_EQ(taken.contradictions, 0);
  EXPECT_EQ(missing(), 0U);
  ASSERT_NE(note("journal_set_aside"), nullptr);
  EXPECT_THAT(note("journal_set_aside")->details.at("error"), testing::HasSubstr("promised"));
  const auto aside = file.parent_path() / note("journal_set_aside")->details.at("file");
  for (const char* part : {"", "-wal", ".head"}) EXPECT_TRUE(fs::exists(aside.string() + part)) << part;
}

TEST_F(Damaged, what_an_output_had_not_taken_is_given_from_the_file_that_was_set_aside) {
  open();
  record(50);
  drain();
  {
    const std::scoped_lock lock(taken.mutex);
    taken.stalls = true;
  }
  record(300);
  close();
  const auto promised_before = promised;
  // One Record in the middle is not what was written; the table's pages are whole.
  world::tamper(file, "UPDATE records SET body = zeroblob(150) WHERE sequence = 200");
  taken.stalls = false;
  open();
  drain();
  EXPECT_EQ(missing(), 1U);
  EXPECT_EQ(taken.subjects.count({4017, promised_before.begin()->first.epoch, 200}), 0U);
  ASSERT_TRUE(comes_to([&] { return true; }));
  journal->commit(world::attempt("x", clock.wall())).value();
  drain();
  const Record* salvaged = note("journal_salvaged");
  ASSERT_NE(salvaged, nullptr);
  EXPECT_EQ(salvaged->details.at("lost"), "1");
  EXPECT_EQ(salvaged->kind, RecordKind::alarm);
  EXPECT_FALSE(journal->standing("cloud").backlog);
  close();
  open();
  EXPECT_FALSE(journal->standing("cloud").backlog) << "what was given once is given again";
}

TEST_F(Damaged, arrears_survive_a_crash_in_the_midst_of_them) {
  open();
  {
    const std::scoped_lock lock(taken.mutex);
    taken.stalls = true;
  }
  record(600);
  close();
  flip(mark_beside(file), 24);  // the note is spoilt too
  fs::remove(mark_beside(file));
  world::tamper(file, "UPDATE records SET hash = zeroblob(32) WHERE sequence = 590");
  open();
  record(1);
  crash();
  taken.stalls = false;
  open();
  drain();
  EXPECT_EQ(missing(), 1U) << [&] {
    std::string all;
    for (const auto& note : taken.notes) {
      all += note.reason;
      for (const auto& [key, value] : note.details) all += " " + key + "=" + value;
      all += "\n";
    }
    return all;
  }();
}

TEST_F(Damaged, a_journal_of_a_later_version_is_left_alone) {
  open();
  record(3);
  close();
  world::tamper(file, "PRAGMA user_version = 4");
  auto refused = Journal::open({.file = file, .site = 4017, .clock = &clock});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(fs::exists(file));
}

TEST_F(Damaged, verify_finds_an_end_that_was_promised_and_is_cut) {
  open();
  record(10);
  close();
  world::tamper(file, "DELETE FROM cursors; DELETE FROM records WHERE sequence > 8");
  const Proof proof = verify(file).value();
  ASSERT_TRUE(proof.broken);
  EXPECT_EQ(proof.broken->sequence, 9U);
  EXPECT_THAT(proof.broken->what, testing::HasSubstr("promised"));
}

TEST_F(Damaged, a_machine_that_does_not_know_the_time_draws_its_epochs) {
  clock.set(WallTime(40s));
  const world::Scratch another;
  const auto first = world::open_journal({.file = scratch / "a.db", .clock = &clock})->epoch();
  const auto second = world::open_journal({.file = another / "a.db", .clock = &clock})->epoch();
  EXPECT_NE(first, second) << "each Record would be known already to the outputs";
  EXPECT_LT(std::max(first, second), 1U << 30) << "before any that knew its time";
}

// Byte flips, cuts and empty blocks at random places of the database and its WAL.
TEST_F(Damaged, whatever_happens_to_the_files_nothing_is_given_twice_or_altered_and_losses_are_told) {
  const auto seed = std::random_device{}();
  std::minstd_rand random(seed);
  const auto below = [&](std::uint64_t n) { return std::uniform_int_distribution<std::uint64_t>(0, n - 1)(random); };
  int set_aside = 0;
  for (int round = 0; round < 25; ++round) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round));
    open();
    record(static_cast<int>(10 + below(120)));
    if (below(2) == 0) drain();
    {
      const std::scoped_lock lock(taken.mutex);
      taken.stalls = true;
    }
    record(static_cast<int>(1 + below(60)));
    const auto before = journal->epoch();
    if (below(2) == 0) close();
    crash();
    const fs::path victim = below(2) == 0 ? file : fs::path(file.string() + "-wal");
    const auto size = fs::exists(victim) ? fs::file_size(victim) : 0;
    if (size > 0) {
      const auto at = below(size);
      switch (below(3)) {
        case 0:
          flip(victim, at);
          break;
        case 1:
          fs::resize_file(victim, at);
          break;
        default: {
          std::fstream stream(victim, std::ios::in | std::ios::out | std::ios::binary);
          stream.seekp(static_cast<std::streamoff>(at / 512 * 512));
          stream.write(std::string(512, '\0').data(), 512);
        }
      }
    }
    taken.stalls = false;
    open();
    drain();
    drain();  // the word of what was lost comes after what was found
    if (journal->epoch() != before) ++set_aside;
    std::uint64_t told = 0;
    {
      const std::scoped_lock lock(taken.mutex);
      for (const auto& record : taken.notes)
        if (record.reason == "journal_salvaged") told += std::stoull(record.details.at("lost"));
    }
    ASSERT_EQ(taken.contradictions, 0);
    ASSERT_LE(missing(), told) << "lost without a word";
    ASSERT_FALSE(verify(file)->broken);
    close();
    promised.clear();
    taken.subjects.clear();
    taken.notes.clear();
    for (const auto& entry : fs::directory_iterator(file.parent_path())) fs::remove(entry.path());
  }
  EXPECT_GT(set_aside, 2) << "the damage did no harm";
}

}  // namespace
