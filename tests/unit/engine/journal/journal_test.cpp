#include "journal/journal.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <map>
#include <mutex>

#include "journal/reader.hpp"
#include "journal/verify.hpp"
#include "world/records.hpp"
#include "world/scratch.hpp"
#include "world/world.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::journal;
using namespace std::chrono_literals;
using world::attempt;
using world::open_journal;
using world::Scratch;

std::vector<Record> all_of(const std::filesystem::path& file) {
  auto reader = Reader::open(file);
  EXPECT_TRUE(reader) << to_line(reader.error());
  return reader->after(0, 1'000'000).value();
}

TEST(Journal, numbers_from_one_and_links_each_record_to_the_one_before) {
  const Scratch scratch;
  auto journal = open_journal({.file = scratch / "journal.db"});
  EXPECT_EQ(journal->commit(attempt("a"))->sequence, 1U);
  EXPECT_EQ(journal->commit(attempt("b")).value(), (RecordId{4017, journal->epoch(), 2}));
  const auto records = all_of(scratch / "journal.db");
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].previous, Hash{});
  EXPECT_EQ(records[1].previous, hash_of(encode(records[0])));
  EXPECT_EQ(records[1].boot.size(), 32U);
  EXPECT_EQ(records[1].subject, "b");
}

TEST(Journal, goes_on_where_it_stood_when_opened_again) {
  const Scratch scratch;
  const auto file = scratch / "journal.db";
  const std::uint64_t epoch = [&] {
    auto journal = open_journal({.file = file});
    journal->post(attempt("posted just before the end"));
    return journal->epoch();
  }();
  auto journal = open_journal({.file = file});
  EXPECT_EQ(journal->last(), 1U);
  EXPECT_EQ(journal->commit(attempt("next")).value(), (RecordId{4017, epoch, 2}));
}

TEST(Journal, a_new_file_begins_a_later_epoch_than_any_set_aside) {
  const Scratch scratch;
  scratch.write("journal.db.epoch-99000000000", "");
  EXPECT_EQ(open_journal({.file = scratch / "journal.db"})->epoch(), 99000000001U);
}

TEST(Journal, lanes_that_ask_together_share_a_sync) {
  const Scratch scratch;
  auto journal = open_journal({.file = scratch / "journal.db"});
  {
    std::vector<std::jthread> lanes;
    for (int lane = 0; lane < 8; ++lane)
      lanes.emplace_back([&] {
        for (int i = 0; i < 200; ++i) EXPECT_TRUE(journal->commit(attempt("x")));
      });
  }
  EXPECT_EQ(journal->last(), 1600U);
  EXPECT_LT(journal->batches(), 1200U);
  EXPECT_FALSE(verify(scratch / "journal.db")->broken);
}

TEST(Journal, tells_each_record_in_order_before_commit_returns) {
  const Scratch scratch;
  std::atomic<std::uint64_t> told = 0;
  auto journal = open_journal({.file = scratch / "journal.db",
                               .durable = [&](const Record& record) { EXPECT_EQ(record.id.sequence, ++told); }});
  std::vector<std::jthread> lanes;
  for (int lane = 0; lane < 4; ++lane)
    lanes.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        const std::uint64_t sequence = journal->commit(attempt("x"))->sequence;
        EXPECT_GE(told.load(), sequence);
      }
    });
}

TEST(Journal, what_is_posted_becomes_durable_without_anybody_asking) {
  const Scratch scratch;
  auto journal = open_journal({.file = scratch / "journal.db"});
  journal->post(attempt("a"));
  EXPECT_TRUE(journal->wait_beyond(0, std::stop_token()));
}

TEST(Journal, one_record_that_is_too_large_fails_alone) {
  const Scratch scratch;
  auto journal = open_journal({.file = scratch / "journal.db"});
  Record large = attempt("a");
  large.details["x"] = std::string(largest_record, 'x');
  std::jthread beside([&] { EXPECT_TRUE(journal->commit(attempt("fits"))); });
  auto refused = journal->commit(large);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, testing::HasSubstr("too large"));
  beside.join();
  journal->post(large);
  ASSERT_TRUE(journal->wait_beyond(1, std::stop_token()));
  EXPECT_EQ(all_of(journal->file()).back().reason, "records_dropped");
}

TEST(Journal, what_could_not_be_begun_in_time_is_not_written_and_its_asker_is_told) {
  const Scratch scratch;
  world::FakeClock clock;
  auto journal = open_journal({.file = scratch / "journal.db", .clock = &clock});
  ASSERT_TRUE(journal->commit(attempt("in time"), clock.boot() + 1s));
  auto late = journal->commit(attempt("late"), clock.boot() - 1ns);
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().what, testing::HasSubstr("not written in time"));
  clock.sleep(2s);
  EXPECT_FALSE(journal->commit(attempt("slept"), clock.boot() - 1s));
  ASSERT_TRUE(journal->commit(attempt("next"), clock.boot()));
  for (const auto& record : all_of(journal->file())) {
    EXPECT_NE(record.subject, "late");
    EXPECT_NE(record.subject, "slept");
  }
}

TEST(Journal, a_second_writer_is_refused_and_told_who_is_first) {
  const Scratch scratch;
  auto journal = open_journal({.file = scratch / "journal.db"});
  const SystemClock clock;
  auto second = Journal::open({.file = scratch / "journal.db", .site = 4017, .clock = &clock});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().what, testing::HasSubstr(std::to_string(::getpid())));
  EXPECT_EQ(second.error().where, (scratch / "journal.db").string());
  journal.reset();
  EXPECT_TRUE(Journal::open({.file = scratch / "journal.db", .site = 4017, .clock = &clock}));
}

TEST(Journal, the_journal_of_another_site_or_program_is_refused_and_left_alone) {
  const Scratch scratch;
  const SystemClock clock;
  open_journal({.file = scratch / "journal.db"});
  auto other = Journal::open({.file = scratch / "journal.db", .site = 1, .clock = &clock});
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().what, testing::HasSubstr("4017"));

  world::tamper(scratch / "other.db", "CREATE TABLE songs(name TEXT)");
  EXPECT_FALSE(Journal::open({.file = scratch / "other.db", .site = 1, .clock = &clock}));
  world::tamper(scratch / "other.db", "CREATE TABLE records(x)");  // would fail had the journal made its own

  scratch.write("text.db", std::string(8192, 'x'));
  EXPECT_FALSE(Journal::open({.file = scratch / "text.db", .site = 1, .clock = &clock}));
}

TEST(Journal, a_place_that_cannot_be_written_is_said_with_a_remedy) {
  const SystemClock clock;
  auto refused = Journal::open({.file = "/proc/journal.db", .site = 1, .clock = &clock});
  ASSERT_FALSE(refused);
  EXPECT_FALSE(refused.error().remedy.empty());
}

// No file of this process may grow past its limit for a while.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST(Journal, a_full_disk_is_an_error_to_each_who_asks_and_passes_with_the_disk) {
  const Scratch scratch;
  std::atomic<int> alarms = 0;
  auto journal = open_journal({.file = scratch / "journal.db", .alarm = [&](const Record&) { ++alarms; }});
  ASSERT_TRUE(journal->commit(attempt("before")));
  std::mutex mutex;
  std::map<std::uint64_t, std::string> promised;
  {
    const FullDisk full(256 * 1024);
    std::vector<std::jthread> lanes;
    for (int lane = 0; lane < 4; ++lane)
      lanes.emplace_back([&, lane] {
        for (int failures = 0, i = 0; failures < 3; ++i) {  // what is written anew may make room once more
          const std::string subject = std::to_string(lane) + "-" + std::to_string(i);
          auto kept = journal->commit(attempt(subject));
          if (!kept) {
            EXPECT_FALSE(kept.error().remedy.empty());
            ++failures;
            continue;
          }
          const std::scoped_lock lock(mutex);
          EXPECT_TRUE(promised.try_emplace(kept->sequence, subject).second);
        }
      });
    lanes.clear();
    EXPECT_GT(alarms, 0) << "nobody was told";
    journal->post(attempt("posted while it was full"));
  }
  auto after = journal->commit(attempt("after"));
  ASSERT_TRUE(after) << to_line(after.error());
  const std::filesystem::path file = journal->file();
  journal.reset();
  std::map<std::string, int> reasons;
  for (const auto& record : all_of(file)) {
    ++reasons[record.reason];
    if (record.subject == "posted while it was full") ++reasons["posted"];
    const auto known = promised.find(record.id.sequence);
    if (known == promised.end()) continue;
    EXPECT_EQ(known->second, record.subject);
    promised.erase(known);
  }
  EXPECT_THAT(promised, testing::IsEmpty()) << "promised and not there";
  EXPECT_EQ(reasons["posted"], 1);
  EXPECT_GE(reasons["journal_failed"], 1);
  EXPECT_GE(reasons["journal_recovered"], 1);
  EXPECT_FALSE(verify(file)->broken);
}

TEST(Journal, cursors_survive_and_never_point_past_the_end) {
  const Scratch scratch;
  const auto file = scratch / "journal.db";
  {
    auto journal = open_journal({.file = file, .readers = {"cloud", "gone"}});
    for (int i = 0; i < 5; ++i) journal->commit(attempt("x")).value();
    journal->move_cursor("cloud", 3);
    journal->move_cursor("gone", 99);
  }
  auto journal = open_journal({.file = file, .readers = {"cloud", "gone", "new"}});
  EXPECT_EQ(journal->standing("cloud").cursor.sequence, 3U);
  EXPECT_EQ(journal->standing("gone").cursor.sequence, 5U);
  EXPECT_EQ(journal->standing("new").cursor.sequence, 0U);
}

TEST(Journal, a_reader_sleeps_until_there_is_something_or_it_is_told_to_stop) {
  const Scratch scratch;
  auto journal = open_journal({.file = scratch / "journal.db"});
  std::stop_source stop;
  std::atomic<int> woken = 0;
  std::jthread reader([&] {
    if (journal->wait_beyond(0, stop.get_token())) ++woken;
    if (!journal->wait_beyond(1, stop.get_token())) ++woken;
  });
  journal->commit(attempt("a")).value();
  stop.request_stop();
  reader.join();
  EXPECT_EQ(woken, 2);
}

}  // namespace
