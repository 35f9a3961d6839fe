#include "journal/verify.hpp"

#include <gmock/gmock.h>

#include <thread>

#include "world/records.hpp"
#include "world/scratch.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::journal;
using world::attempt;

// Ten Records, then what somebody does to them.
Proof after(const std::string& sql, std::uint64_t cursor = 0) {
  const world::Scratch scratch;
  const auto file = scratch / "journal.db";
  {
    auto journal = world::open_journal({.file = file, .readers = {"cloud"}});
    for (int i = 0; i < 10; ++i) journal->commit(attempt("E" + std::to_string(i))).value();
    if (cursor > 0) journal->move_cursor("cloud", cursor);
  }
  world::tamper(file, sql);
  return verify(file).value();
}

void expect_broken(const Proof& proof, std::uint64_t sequence, const std::string& what) {
  ASSERT_TRUE(proof.broken);
  EXPECT_EQ(proof.broken->sequence, sequence);
  EXPECT_THAT(proof.broken->what, testing::HasSubstr(what));
  EXPECT_EQ(proof.proved, sequence - 1);
}

TEST(Verify, proves_a_journal_whole) {
  const Proof proof = after("SELECT 1");
  EXPECT_FALSE(proof.broken);
  EXPECT_EQ(proof.proved, 10U);
  EXPECT_EQ(proof.first, 1U);
  EXPECT_EQ(proof.last, 10U);
  EXPECT_EQ(proof.identity.site, 4017U);
}

TEST(Verify, finds_a_changed_body) {
  expect_broken(after("UPDATE records SET body = CAST(replace(CAST(body AS TEXT), 'E4', 'E9') AS BLOB) || x'00' "
                      "WHERE sequence = 5"),
                5, "was changed");
}

TEST(Verify, finds_another_person_in_a_record) {
  expect_broken(after("UPDATE records SET personal = (SELECT personal FROM records WHERE sequence = 6) "
                      "WHERE sequence = 5"),
                5, "not the one that was written");
}

TEST(Verify, finds_a_person_erased_without_a_word) {
  expect_broken(after("UPDATE records SET personal = NULL WHERE sequence = 5"), 5, "its subject is gone");
}

TEST(Verify, finds_a_body_changed_together_with_its_hash) {
  // SQLite has no SHA-256: give row 5 the body and hash of row 6, which fit each other.
  expect_broken(after("UPDATE records SET (body, hash, personal) = "
                      "(SELECT body, hash, personal FROM records WHERE sequence = 6) "
                      "WHERE sequence = 5"),
                5, "another Record's number");
}

TEST(Verify, finds_a_removed_row) { expect_broken(after("DELETE FROM records WHERE sequence = 4"), 4, "is missing"); }

TEST(Verify, finds_a_removed_first_row) {
  expect_broken(after("DELETE FROM records WHERE sequence = 1"), 1, "is missing");
}

TEST(Verify, finds_swapped_rows) {
  expect_broken(after("UPDATE records SET sequence = -1 WHERE sequence = 3;"
                      "UPDATE records SET sequence = 3 WHERE sequence = 4;"
                      "UPDATE records SET sequence = 4 WHERE sequence = -1"),
                3, "another Record's number");
}

TEST(Verify, finds_a_cut_end_that_an_output_had_taken) {
  expect_broken(after("DELETE FROM records WHERE sequence > 8", 10), 9, "an output has taken");
}

TEST(Verify, finds_a_moved_anchor) {
  const Proof proof = after("INSERT INTO facts(name, value) VALUES('anchor_sequence', 3)");
  ASSERT_TRUE(proof.broken);
  EXPECT_EQ(proof.broken->sequence, 4U);
  EXPECT_EQ(proof.proved, 0U);
}

TEST(Verify, finds_a_row_of_another_site) {
  expect_broken(after("UPDATE facts SET value = 1 WHERE name = 'site'"), 1, "another Record's number");
}

// A row rewritten whole, hash and all: only the chain knows.
TEST(Verify, finds_a_row_made_anew) {
  const world::Scratch scratch;
  const auto file = scratch / "journal.db";
  {
    auto journal = world::open_journal({.file = file});
    for (int i = 0; i < 3; ++i) journal->commit(attempt("E")).value();
  }
  auto database = support::Database::open(file, support::Database::Access::write).value();
  auto row = database.prepare("SELECT body, personal FROM records WHERE sequence = 2").value();
  ASSERT_TRUE(row.step().value());
  Record record = decode(row.bytes(0), row.bytes(1)).value();
  row.reset();
  record.subject = "somebody else";
  commit_to_personal_fields(record, draw_salt);
  const auto body = encode(record), personal = encode_personal(record);
  auto update = database.prepare("UPDATE records SET body = ?, hash = ?, personal = ? WHERE sequence = 2").value();
  update.bind(body, hash_of(body), personal).run().value();
  const Proof proof = verify(file).value();
  expect_broken(proof, 3, "does not follow");
}

TEST(Verify, works_while_the_engine_writes) {
  const world::Scratch scratch;
  auto journal = world::open_journal({.file = scratch / "journal.db"});
  std::jthread lane([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) journal->commit(attempt("x")).value();
  });
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(verify(journal->file())->broken);
}

TEST(Verify, says_what_is_no_journal) {
  const world::Scratch scratch;
  EXPECT_FALSE(verify(scratch / "absent.db"));
  EXPECT_FALSE(verify(scratch.write("text", std::string(5000, 'x'))));
}

}  // namespace
