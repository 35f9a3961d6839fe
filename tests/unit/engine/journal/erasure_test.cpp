#include "journal/erasure.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "journal/reader.hpp"
#include "journal/verify.hpp"
#include "world/records.hpp"
#include "world/scratch.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::journal;
using support::Erasure;
using support::erasure_of;
using support::WhyErased;
using world::attempt;
using world::open_journal;
using world::Scratch;

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// In the file itself and in what SQLite has beside it.
bool stands_somewhere(const std::filesystem::path& file, const std::string& text) {
  for (const auto* part : {"", "-wal", "-wal.copy"})
    if (content_of(file.string() + part).find(text) != std::string::npos) return true;
  return false;
}

std::vector<Record> records_in(const std::filesystem::path& file) {
  return Reader::open(file)->after(0, 10'000).value();
}

// As the journal does with what is too old; letters stay.
void remove_up_to(const std::filesystem::path& file, const Record& last) {
  const std::string sequence = std::to_string(last.id.sequence);
  world::tamper(file, "DELETE FROM records WHERE sequence <= " + sequence +
                          "; INSERT INTO facts VALUES('anchor_sequence', " + sequence +
                          "); INSERT INTO facts VALUES('anchor_hash', x'" + to_hex(last.hash) + "')");
}

RC_GTEST_PROP(Erasure, is_read_as_it_was_written, (const std::set<std::uint64_t>& sequences, std::uint64_t epoch)) {
  const std::vector<std::uint64_t> all(sequences.begin(), sequences.end());
  const auto erasure = Erasure::of(epoch, all, *rc::gen::element(std::string(), std::string("name")));
  const auto again = erasure_of(record_of(erasure, WhyErased::asked));
  RC_ASSERT(again.has_value());
  RC_ASSERT(again->epoch == epoch);
  RC_ASSERT(again->field == erasure.field);
  RC_ASSERT(again->records == erasure.records);
}

TEST(Erasure, of_words_that_make_no_sense_erases_nothing) {
  Record record = record_of(Erasure::of(1, {3, 4, 9}, {}), WhyErased::asked);
  EXPECT_EQ(record.details["records"], "3-4 9");
  for (const char* wrong : {"9 3", "4-3", "x", "3-", "-3", "3  4", "3 3", "99999999999999999999"}) {
    record.details["records"] = wrong;
    EXPECT_FALSE(erasure_of(record)) << wrong;
  }
  record.details["records"] = "1-9";
  record.kind = RecordKind::alarm;
  EXPECT_FALSE(erasure_of(record));
}

TEST(Erasure, takes_a_person_out_and_leaves_the_chain_whole) {
  const Scratch scratch;
  const auto file = scratch / "journal.db";
  auto journal = open_journal({.file = file});
  for (int i = 0; i < 700; ++i) journal->commit(attempt(i % 3 == 0 ? "E-ERASE-ME" : "E-KEEP-ME")).value();
  ASSERT_TRUE(stands_somewhere(file, "E-ERASE-ME"));
  const auto erased = journal->erase({"E-ERASE-ME"}).value();
  EXPECT_EQ(erased.records, 234U);
  EXPECT_EQ(erased.in_chain, 0U);
  EXPECT_FALSE(erased.is_in_wal);
  EXPECT_FALSE(stands_somewhere(file, "E-ERASE-ME"));
  EXPECT_TRUE(stands_somewhere(file, "E-KEEP-ME"));
  const auto proof = verify(file).value();
  EXPECT_FALSE(proof.broken) << proof.broken->what;
  EXPECT_EQ(proof.proved, 701U);
  for (const auto& record : records_in(file)) {
    if (record.kind != RecordKind::attempt) continue;
    const bool is_of_them = record.id.sequence % 3 == 1;
    EXPECT_EQ(record.subject, is_of_them ? "" : "E-KEEP-ME");
    EXPECT_EQ(is_erased(record, subject_field), is_of_them);
  }
  journal.reset();
  EXPECT_FALSE(stands_somewhere(file, "E-ERASE-ME"));
  journal = open_journal({.file = file});
  EXPECT_EQ(journal->erase({"E-ERASE-ME"})->records, 0U) << "nobody is erased twice";
}

TEST(Erasure, takes_no_more_at_once_than_a_lane_can_wait_for) {
  const Scratch scratch;
  auto journal = open_journal({.file = scratch / "journal.db"});
  for (int i = 0; i < 600; ++i) journal->commit(attempt("E1")).value();
  EXPECT_EQ(journal->erase({"E1"})->records, 600U);
  std::size_t words = 0;
  for (const auto& record : records_in(scratch / "journal.db"))
    if (const auto erasure = erasure_of(record)) {
      ++words;
      ASSERT_EQ(erasure->records.size(), 1U);
      EXPECT_LT(erasure->records[0].second - erasure->records[0].first, erased_at_once);
    }
  EXPECT_EQ(words, 3U);
}

TEST(Erasure, reaches_dead_letters_also_of_records_that_have_left) {
  const Scratch scratch;
  const auto file = scratch / "journal.db";
  auto journal = open_journal({.file = file, .readers = {"cloud"}});
  for (int i = 0; i < 4; ++i) journal->commit(attempt("E-ERASE-ME")).value();
  const auto records = records_in(file);
  for (const auto& record : records) journal->park("cloud", record, "not wanted").value();
  journal.reset();
  remove_up_to(file, records[1]);
  journal = open_journal({.file = file, .readers = {"cloud"}});
  EXPECT_EQ(journal->erase({"E-ERASE-ME"})->records, 4U);
  for (const auto& letter : Reader::open(file)->letters({}, 10).value()) EXPECT_EQ(letter.record.subject, "");
  EXPECT_FALSE(stands_somewhere(file, "E-ERASE-ME"));
  EXPECT_FALSE(verify(file)->broken);
}

// An output that had the Record in hand while it was erased, and refuses it.
TEST(Erasure, is_not_undone_by_an_output_that_lays_the_record_aside) {
  const Scratch scratch;
  const auto file = scratch / "journal.db";
  auto journal = open_journal({.file = file, .readers = {"cloud"}});
  journal->commit(attempt("E-ERASE-ME")).value();
  const auto in_hand = records_in(file).at(0);
  ASSERT_EQ(in_hand.subject, "E-ERASE-ME");
  journal->erase({"E-ERASE-ME"}).value();
  journal->park("cloud", in_hand, "not wanted").value();
  EXPECT_EQ(Reader::open(file)->letters({}, 10)->at(0).record.subject, "");
  EXPECT_FALSE(stands_somewhere(file, "E-ERASE-ME"));
}

// A letter whose Record has left keeps what it has when it is refused once more.
TEST(Erasure, is_not_what_a_letter_refused_again_suffers) {
  const Scratch scratch;
  const auto file = scratch / "journal.db";
  auto journal = open_journal({.file = file, .readers = {"cloud"}});
  for (int i = 0; i < 2; ++i) journal->commit(attempt("E1")).value();
  const auto records = records_in(file);
  journal->park("cloud", records[0], "not wanted").value();
  journal.reset();
  remove_up_to(file, records[0]);
  journal = open_journal({.file = file, .readers = {"cloud"}});
  journal->park("cloud", records[0], "still not wanted").value();
  EXPECT_EQ(Reader::open(file)->letters({}, 10)->at(0).record.subject, "E1");
}

// ---- By age

// Months pass as fast as a test likes, by a clock that knows the time.
class OldClock final : public Clock {
 public:
  MonotonicTime now() const override { return MonotonicTime(std::chrono::hours(1) + passed); }
  BootTime boot() const override { return BootTime(std::chrono::hours(1) + passed); }
  WallTime wall() const override { return WallTime(std::chrono::hours(24 * 365 * 56) + passed); }
  ClockState state() const override { return {ClockSource::network, std::chrono::milliseconds(1)}; }
  Duration passed{};
};

struct Forgetting {
  Scratch scratch;
  OldClock clock;
  std::unique_ptr<Journal> journal = open();

  std::filesystem::path file() const { return scratch / "journal.db"; }
  std::unique_ptr<Journal> open() {
    using std::chrono::hours;
    return open_journal({.file = file(),
                         .readers = {"cloud"},
                         .clock = &clock,
                         .forget = {{"name", hours(24 * 7)}, {"subject", hours(24 * 30)}},
                         .has_threads = false});
  }
  void scan(const std::string& subject) {
    Record record = attempt(subject, clock.wall());
    record.at = clock.now();
    record.attributes = {{"name", "Name of " + subject}, {"class", "guest"}};
    journal->commit(std::move(record)).value();
  }
  void pass(Duration time) {
    clock.passed += time;
    for (int i = 0; i < 20; ++i) journal->work();
  }
  int with(const std::string& field) const {
    int count = 0;
    for (const auto& record : records_in(file())) count += personal_field(record, field).empty() ? 0 : 1;
    return count;
  }
};

using std::chrono::hours;

TEST(Forgetting, takes_each_field_after_its_own_time_and_tells_of_it) {
  Forgetting site;
  for (int i = 0; i < 600; ++i) site.scan("E" + std::to_string(i));
  site.pass(hours(24 * 7 - 1));
  EXPECT_EQ(site.with("name"), 600);
  site.pass(hours(3));
  EXPECT_EQ(site.with("name"), 0);
  EXPECT_EQ(site.with("class"), 600);
  EXPECT_EQ(site.with("subject"), 600) << "and no output has taken any of them";
  site.pass(hours(24 * 23 + 1));
  EXPECT_EQ(site.with("subject"), 0);
  EXPECT_EQ(site.with("class"), 600);
  EXPECT_FALSE(verify(site.file())->broken);
}

TEST(Forgetting, goes_on_after_a_restart_and_says_nothing_twice) {
  Forgetting site;
  for (int day = 0; day < 20; ++day) {
    site.scan("E" + std::to_string(day));
    if (day % 4 == 0) {
      site.journal.reset();
      site.journal = site.open();
    }
    site.pass(hours(24));
  }
  EXPECT_EQ(site.with("name"), 7);
  std::map<std::uint64_t, int> told;
  for (const auto& record : records_in(site.file()))
    if (const auto erasure = erasure_of(record))
      for (const auto& [first, last] : erasure->records)
        for (auto sequence = first; sequence <= last; ++sequence) ++told[sequence];
  for (const auto& [sequence, times] : told) EXPECT_EQ(times, 1) << sequence;
}

TEST(Forgetting, makes_no_record_a_scan) {
  Forgetting site;
  for (int i = 0; i < 24 * 60; ++i) {
    site.scan("E" + std::to_string(i));
    site.clock.passed += std::chrono::minutes(1);
    site.journal->work();
  }
  for (int i = 0; i < 24 * 60 * 8; ++i) {
    site.clock.passed += std::chrono::minutes(1);
    site.journal->work();
  }
  int words = 0;
  for (const auto& record : records_in(site.file())) words += erasure_of(record) ? 1 : 0;
  EXPECT_EQ(site.with("name"), 0);
  EXPECT_LE(words, 26) << "one an hour";
}

}  // namespace
