// Files that are not what was written: nothing that is still readable is lost, nothing false is believed.
#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <random>

#include "delivery/courier.hpp"
#include "journal/head_note.hpp"
#include "journal/reader.hpp"
#include "journal/set_aside.hpp"
#include "journal/verify.hpp"
#include "world/records.hpp"
#include "world/scratch.hpp"
#include "world/world.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::journal;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

// What an output has taken, and when it was told the same thing in two ways.
struct Taken {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<RecordId, std::string> subjects;
  std::vector<Record> notes;
  int contradictions = 0;
  bool stalls = false;
};

class KeepingSink final : public Sink {
 public:
  explicit KeepingSink(Taken& taken) : taken_(taken) {}
  Delivery deliver(std::span<const Record> batch, std::stop_token) override {
    const std::scoped_lock lock(taken_.mutex);
    if (taken_.stalls) return {0, Error{"not now", "sink", "wait"}};
    for (const auto& record : batch) {
      const auto [place, is_new] = taken_.subjects.try_emplace(record.id, record.subject);
      if (!is_new && place->second != record.subject) ++taken_.contradictions;
      if (is_new && record.kind != RecordKind::attempt) taken_.notes.push_back(record);
    }
    taken_.changed.notify_all();
    return {batch.size(), {}};
  }

 private:
  Taken& taken_;
};

struct Damaged : testing::Test {
  void open() {
    journal = world::open_journal({.file = file, .readers = {"cloud"}, .clock = &clock});
    courier.emplace("cloud", std::make_unique<KeepingSink>(taken), *journal, clock,
                    delivery::Pace{.gather = 0ms, .first_wait = 1ms, .longest_wait = 5ms});
  }
  void close() {
    courier.reset();
    journal.reset();
  }
  void record(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string subject = "E" + std::to_string(++made);
      Record record = world::attempt(subject, clock.wall());
      record.details["long"] = std::string(200, 'x');
      if (i + 1 < count)
        journal->post(std::move(record));
      else
        last_promised = journal->commit(std::move(record)).value();
    }
    auto reader = Reader::open(file).value();
    for (const auto& kept : reader.after(0, 100'000).value()) promised[kept.id] = kept.subject;
  }
  // The power fails: what the files are now is what is found.
  void crash() {
    const auto found = scratch / ("found-" + std::to_string(++crashes));
    fs::create_directory(found);
    courier.reset();
    auto quiet = Database::open(file, Database::Access::write);  // the files of one moment, not of several
    quiet->run("BEGIN IMMEDIATE").value();
    for (const auto& entry : fs::directory_iterator(file.parent_path()))
      if (entry.is_regular_file()) fs::copy_file(entry.path(), found / entry.path().filename());
    quiet->run("ROLLBACK").value();
    close();
    file = found / "journal.db";
  }
  bool comes_to(const std::function<bool()>& state) {
    std::unique_lock lock(taken.mutex);
    return taken.changed.wait_for(lock, 10s, state);
  }
  // The output has all that it will get: what is recorded last has come.
  void drain() {
    const RecordId last = journal->commit(world::attempt("last", clock.wall())).value();
    EXPECT_TRUE(comes_to([&] { return taken.subjects.contains(last); })) << "the output does not get on";
  }
  const Record* note(const std::string& reason) {
    const std::scoped_lock lock(taken.mutex);
    const auto found = std::ranges::find(taken.notes, reason, &Record::reason);
    return found == taken.notes.end() ? nullptr : &*found;
  }
  std::uint64_t missing() {
    const std::scoped_lock lock(taken.mutex);
    std::uint64_t count = 0;
    for (const auto& [id, subject] : promised) {
      const auto found = taken.subjects.find(id);
      if (found == taken.subjects.end())
        ++count;
      else
        EXPECT_EQ(found->second, subject) << "Record " << id.sequence;
    }
    return count;
  }

  const world::Scratch scratch{world::memory()};
  fs::path file = scratch / "journal.db";
  world::FakeClock clock;
  Taken taken;
  std::map<RecordId, std::string> promised;
  RecordId last_promised{};
  std::unique_ptr<Journal> journal;
  std::optional<delivery::Courier> courier;
  int made = 0, crashes = 0;
};

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
  EXPECT_FALSE(journal->arrear("cloud"));
  close();
  open();
  EXPECT_FALSE(journal->arrear("cloud")) << "what was given once is given again";
}

TEST_F(Damaged, arrears_survive_a_crash_in_the_midst_of_them) {
  open();
  {
    const std::scoped_lock lock(taken.mutex);
    taken.stalls = true;
  }
  record(600);
  close();
  flip(head_note_of(file), 24);  // the note is spoilt too
  fs::remove(head_note_of(file));
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

// An output that took its place in the old file for one in the new would wait there, and pass over what comes.
TEST_F(Damaged, a_place_in_the_old_file_is_never_given_for_one_in_the_new) {
  open();
  record(300);
  drain();
  courier.reset();
  const auto before = journal->cursor("cloud");
  ASSERT_GT(before.sequence, 300U);
  std::vector<Cursor> told;
  std::jthread output([&](const std::stop_token& stop) {
    while (!stop.stop_requested())
      if (told.push_back(journal->cursor("cloud")); told.back().epoch != before.epoch) return;
  });
  journal->report_damage({"is spoilt", "here", "nothing"}, before.epoch);
  record(1);
  output.join();
  EXPECT_GT(told.back().epoch, before.epoch);
  EXPECT_EQ(told.back().sequence, 0U);
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

TEST_F(Damaged, a_journal_of_a_later_version_is_left_alone) {
  open();
  record(3);
  close();
  world::tamper(file, "PRAGMA user_version = 3");
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
