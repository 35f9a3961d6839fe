#include "journal/timekeeping.hpp"

#include <gmock/gmock.h>

#include "journal/reader.hpp"
#include "journal/verify.hpp"
#include "world/records.hpp"
#include "world/scratch.hpp"
#include "world/world.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::journal;
using namespace std::chrono_literals;

constexpr WallTime in_1970{40s};
constexpr WallTime today{1'790'000'000s};

struct Kept : testing::Test {
  void open() {
    journal.reset();
    journal = world::open_journal({.file = file, .clock = &clock});
  }
  Record scan() {
    Record record = world::attempt("E1", clock.wall());
    record.at = clock.now();
    const auto id = journal->commit(record).value();
    return Reader::open(file)->after(id.sequence - 1, 1).value().at(0);
  }
  std::vector<Record> notes() {
    auto records = Reader::open(file)->after(0, 1000).value();
    std::erase_if(records, [](const Record& record) { return record.kind != RecordKind::change; });
    return records;
  }
  std::string reasons() {
    std::string all;
    for (const auto& note : notes()) all += note.reason + " " + std::string(to_word(note.clock.source)) + "; ";
    return all;
  }

  const world::Scratch scratch;
  const std::filesystem::path file = scratch / "journal.db";
  world::FakeClock clock, begun_anew;
  std::unique_ptr<Journal> journal;
};

TEST_F(Kept, a_clock_that_begins_in_1970_is_unset_until_it_is_set) {
  clock.set(in_1970);
  open();
  EXPECT_EQ(scan().clock, (ClockState{ClockSource::unset, Duration::max()}));
  clock.pass(1h);
  clock.set(today);
  const Record after = scan();
  EXPECT_EQ(after.clock.source, ClockSource::set);
  EXPECT_EQ(after.wall, today);
  EXPECT_EQ(reasons(), "clock_set set; ");
  const Record note = notes().at(0);
  EXPECT_EQ(note.id.sequence + 1, after.id.sequence) << "what is after the step comes after its note";
  EXPECT_EQ(note.wall, today);
  EXPECT_EQ(note.at, clock.now());
}

// A machine that cannot tell its boots apart: a bound below zero would be a Record that nobody can read again.
TEST_F(Kept, what_lies_ahead_is_of_another_boot_and_is_not_gone_on_from) {
  clock.become(ClockSource::network, 3ms);
  clock.pass(1000h);
  open();
  scan();
  journal.reset();
  begun_anew.become(ClockSource::rtc);
  journal = world::open_journal({.file = file, .clock = &begun_anew});
  Record record = world::attempt("E2", begun_anew.wall());
  record.at = begun_anew.now();
  const auto id = journal->commit(record).value();
  const auto read = Reader::open(file)->after(id.sequence - 1, 1);
  ASSERT_TRUE(read) << to_line(read.error());
  EXPECT_EQ(read->at(0).clock.source, ClockSource::rtc);
}

TEST_F(Kept, what_the_kernel_says_of_synchronisation_is_kept_with_its_bound) {
  clock.become(ClockSource::network, 3ms);
  open();
  EXPECT_EQ(scan().clock, (ClockState{ClockSource::network, 3ms}));
  clock.become(ClockSource::rtc);
  clock.pass(1h);
  const Record held = scan();
  EXPECT_EQ(held.clock.source, ClockSource::held);
  EXPECT_GE(held.clock.bound, 1800ms) << "500 parts in a million of an hour";
  EXPECT_LT(held.clock.bound, 2s);
  clock.step(-10s);  // by hand: what was synchronised is no more
  EXPECT_EQ(scan().clock, (ClockState{ClockSource::set, Duration::max()}));
  clock.become(ClockSource::network, 5ms);
  clock.step(10s);
  EXPECT_EQ(scan().clock, (ClockState{ClockSource::network, 5ms}));
  EXPECT_EQ(reasons(), "clock_source held; clock_set set; clock_set network; ");
}

TEST_F(Kept, a_record_made_before_the_step_and_written_after_it_gets_the_time_that_is_known) {
  clock.set(in_1970);
  open();
  scan();
  Record late = world::attempt("E2", clock.wall());
  late.at = clock.now();
  clock.pass(2s);
  clock.set(today);
  const auto id = journal->commit(late).value();
  const Record kept = Reader::open(file)->after(id.sequence - 1, 1).value().at(0);
  EXPECT_EQ(kept.wall, today - 2s);
  EXPECT_EQ(kept.clock.source, ClockSource::set);
}

TEST_F(Kept, a_clock_that_is_set_is_noted_without_a_scan) {
  open();
  scan();
  clock.step(1h);
  journal->clock_was_set();
  ASSERT_TRUE(journal->wait_beyond(1, std::stop_token()));
  EXPECT_EQ(reasons(), "clock_set set; ");
}

TEST_F(Kept, the_next_run_of_the_same_boot_notices_a_step_between_the_two) {
  clock.set(in_1970);
  open();
  scan();
  journal.reset();
  clock.set(today);
  open();
  scan();
  EXPECT_EQ(reasons(), "clock_set set; ");
  journal.reset();
  open();
  EXPECT_EQ(scan().clock.source, ClockSource::set) << "what an earlier run saw is still so";
  EXPECT_EQ(reasons(), "clock_set set; ");
}

TEST_F(Kept, sleep_is_no_step) {
  open();
  scan();
  clock.sleep(8h);
  scan();
  EXPECT_EQ(reasons(), "slept free; ");
}

TEST_F(Kept, a_clock_that_only_runs_is_not_mentioned) {
  open();
  for (int i = 0; i < 100; ++i) {
    clock.pass(10min);
    scan();
  }
  EXPECT_EQ(reasons(), "");
}

// A journal of the format before: its rows keep their bytes, the chain goes on over them.
TEST_F(Kept, a_journal_of_format_1_is_read_and_goes_on) {
  open();
  scan();
  journal.reset();
  {
    auto database = support::Database::open(file, support::Database::Access::write).value();
    Record old = Reader::open(file)->after(0, 1).value().at(0);
    old.clock = {ClockSource::unknown, Duration::max()};
    old.commitments.clear();
    const auto body = encode(old);
    ASSERT_EQ(body[0], std::byte{1});
    auto update = database.prepare("UPDATE records SET body = ?, hash = ?").value();
    update.bind(body, hash_of(body)).run().value();
    database
        .run(
            "DROP TABLE clocks; ALTER TABLE records DROP COLUMN personal; "
            "ALTER TABLE dead_letters DROP COLUMN personal; PRAGMA user_version = 1")
        .value();
    std::filesystem::remove(mark_beside(file));  // it tells of the Record as it was
  }
  const auto epoch = Reader::open(file)->identity().epoch;
  EXPECT_EQ(Reader::open(file)->after(0, 1).value().at(0).clock.source, ClockSource::unknown);
  EXPECT_FALSE(verify(file)->broken);
  open();
  EXPECT_EQ(scan().id, (RecordId{4017, epoch, 2}));
  const Proof proof = verify(file).value();
  EXPECT_FALSE(proof.broken) << proof.broken->what;
  EXPECT_EQ(proof.proved, 2U);
  EXPECT_EQ(support::Database::open(file, support::Database::Access::read)->integer("PRAGMA user_version").value(), 3);
}

}  // namespace
