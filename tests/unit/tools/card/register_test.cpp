// What was issued and what was revoked: files that grow by whole lines, and never hold a part.
#include "card/issue/register.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <future>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/support/files.hpp>
#include <set>

#include "card/issue/key_file.hpp"
#include "card/issue/pending_file.hpp"
#include "card/issue/revocation.hpp"
#include "world/scratch.hpp"

namespace gatepost::card {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr WallTime day{std::chrono::hours(24 * 20'000)};

std::string content(const fs::path& file) { return *support::read_file(file, 1 << 20); }

unsigned mode_of(const fs::path& file) { return static_cast<unsigned>(fs::status(file).permissions()); }

std::string eight(unsigned char last) { return std::string(7, '\x01') + static_cast<char>(last); }

std::size_t entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

// Whatever subjects are called: each finds its own passes, in the order in which they were issued.
RC_GTEST_PROP(PassRegister, GivesBackThePassesOfEachSubject, ()) {
  const world::Scratch disk(world::memory());
  const auto subject = rc::gen::element<std::string>("E1", "a,b", "\"", "x\ny", "Tr\u1EA7n", " E1", ";", "E1\tE2");
  const auto issued = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(subject));
  std::map<std::string, std::vector<std::string>> model;
  for (std::size_t i = 0; i < issued.size(); ++i) {
    const Issued pass{eight(static_cast<unsigned char>(i)), issued[i], issued[i], day};
    RC_ASSERT(append_to_register(disk / "issued.csv", {&pass, 1}, day).has_value());
    model[issued[i]].push_back(pass.id);
  }
  for (const auto& [name, ids] : model) RC_ASSERT(*passes_of(disk / "issued.csv", name) == ids);
}

TEST(PassRegister, IsItsOwnersAloneAndSaysWhatItHolds) {
  const world::Scratch disk;
  const auto file = disk / "issued.csv";
  const std::vector<Issued> passes{{eight(2), "E1", "A, B", day}, {eight(3), "E2", "", {}}};
  ASSERT_TRUE(append_to_register(file, passes, day));
  EXPECT_EQ(mode_of(file), 0600U);
  EXPECT_EQ(content(file),
            "pass,subject,name,until,issued\n"
            "0101010101010102,E1,\"A, B\",2024-10-04T00:00:00.000000000Z,2024-10-04T00:00:00.000000000Z\n"
            "0101010101010103,E2,,,2024-10-04T00:00:00.000000000Z\n");
}

TEST(PassRegister, IsRefusedWhereItIsAnotherFile) {
  const world::Scratch disk;
  const Issued pass{eight(1), "E1", "", {}};
  const std::string people = "subject,name,class,from,until,photo\n";
  const auto other = disk.write("people.csv", people + "E1,x\n");
  EXPECT_THAT(to_line(append_to_register(other, {&pass, 1}, day).error()), HasSubstr("it is no register of passes"));
  EXPECT_EQ(content(other), people + "E1,x\n");
  EXPECT_FALSE(passes_of(other, "E1"));
  EXPECT_THAT(to_line(append_to_register(disk / "no/issued.csv", {&pass, 1}, day).error()),
              HasSubstr("cannot be written"));
  const auto unended = disk.write("unended.csv", "pass,subject,name,until,issued\n0101010101010101,E0,,,");
  ASSERT_TRUE(append_to_register(unended, {&pass, 1}, day));
  EXPECT_THAT(*passes_of(unended, "E1"), ElementsAre(eight(1))) << "an editor took the last line's end";
  const auto none = passes_of(unended, "E9");
  ASSERT_FALSE(none);
  EXPECT_THAT(to_line(none.error()), AllOf(HasSubstr("no pass of this subject"), testing::Not(HasSubstr("E9"))));
  EXPECT_FALSE(passes_of(disk.write("damaged.csv", "pass,subject,name,until,issued\nxyz,E1,,,\n"), "E1"));
}

// Beside a plain model: what was there stays, each id stands there once.
RC_GTEST_PROP(RevokedList, HoldsEachPassOnce, ()) {
  const world::Scratch disk(world::memory());
  const auto list = disk / "revoked.txt";
  std::set<std::string> model;
  for (const auto& ids : *rc::gen::container<std::vector<std::vector<std::uint8_t>>>(
           rc::gen::container<std::vector<std::uint8_t>>(rc::gen::inRange<std::uint8_t>(0, 12)))) {
    std::vector<std::string> words;
    for (const auto id : ids) words.push_back(eight(id));
    const auto size = model.size();
    model.insert(words.begin(), words.end());
    const auto done = revoke(list, words, "2026-12-01");
    RC_ASSERT(done.has_value());
    RC_ASSERT(done->added == model.size() - size);
    RC_ASSERT(done->added + done->already == words.size());
  }
  std::string expected;
  std::multiset<std::string> lines;
  if (fs::exists(list)) {
    std::istringstream text(content(list));
    for (std::string line; std::getline(text, line);) lines.insert(line);
  }
  RC_ASSERT(lines.size() == model.size());
  for (const auto& id : model) RC_ASSERT(lines.count(shown_id(id) + " 2026-12-01") == 1U);
  RC_ASSERT(entries(disk.path()) == (model.empty() ? 0U : 1U));
}

TEST(RevokedList, KeepsWhatPeopleWroteItsModeAndItsPlace) {
  const world::Scratch disk;
  const auto list = disk.write("lists/revoked.txt", "# lost\r\n0101010101010101 on Monday\r\n0101010101010102");
  ::chmod(list.c_str(), 0640);
  fs::create_symlink(list, disk / "link.txt");
  const std::vector<std::string> ids{eight(2), eight(3)};
  const auto done = revoke(disk / "link.txt", ids, "2026-12-01 a\nb");
  ASSERT_TRUE(done);
  EXPECT_EQ(done->added, 1U);
  EXPECT_EQ(content(list),
            "# lost\r\n0101010101010101 on Monday\r\n0101010101010102\n0101010101010103 2026-12-01 a\u00B7b\n");
  EXPECT_EQ(mode_of(list), 0640U);
  EXPECT_TRUE(fs::is_symlink(disk / "link.txt"));
  EXPECT_EQ(entries(list.parent_path()), 1U) << "nothing is left beside it";
}

TEST(RevokedList, IsLeftAloneWhereAGateWouldNotTakeIt) {
  const world::Scratch disk;
  const auto list = disk.write("people.csv", "subject,name\n");
  const std::vector<std::string> ids{eight(2)};
  EXPECT_THAT(to_line(revoke(list, ids, "").error()), HasSubstr("people.csv:1: this is no pass's id"));
  EXPECT_EQ(content(list), "subject,name\n");
  EXPECT_FALSE(revoke(disk / "no/revoked.txt", ids, ""));
  EXPECT_FALSE(revoke(disk.path(), ids, ""));
  for (const char* none : {"", "01 02", "xyz", "010", "0x01"}) EXPECT_FALSE(id_in(none)) << none;
}

/// Whether `work` waits as long as somebody else has `file` locked, and then does what it does.
bool waits_for(const fs::path& file, const std::function<bool()>& work) {
  FileDescriptor lock(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(::flock(lock.number(), LOCK_EX), 0);
  auto done = std::async(std::launch::async, work);
  const bool waited = done.wait_for(std::chrono::milliseconds(200)) == std::future_status::timeout;
  lock = FileDescriptor();
  return done.get() && waited;
}

// Two people at two desks: neither loses what the other has written.
TEST(RevokedList, AndTheRegisterAreChangedByOneAtATime) {
  const world::Scratch disk(world::memory());
  const std::string id = eight(1);
  const Issued pass{id, "E1", "", {}};
  ASSERT_TRUE(append_to_register(disk / "issued.csv", {&pass, 1}, day));
  EXPECT_TRUE(waits_for(disk / "issued.csv", [&] {
    return append_to_register(disk / "issued.csv", {&pass, 1}, day).has_value();
  }));
  EXPECT_TRUE(waits_for(disk.path(), [&] { return revoke(disk / "revoked.txt", {&id, 1}, "").has_value(); }));
}

TEST(PendingFiles, AreGoneUnlessTheyArePutInPlace) {
  const world::Scratch disk;
  const auto file = disk.write("card.png", "old");
  ::chmod(file.c_str(), 0604);
  {
    const auto pending = PendingFile::write(file, "new", 0600);
    ASSERT_TRUE(pending);
    EXPECT_EQ(content(file), "old");
  }
  EXPECT_EQ(entries(disk.path()), 1U);
  EXPECT_EQ(content(file), "old");
  auto pending = PendingFile::write(file, "new", 0600);
  ASSERT_TRUE(pending->commit());
  EXPECT_EQ(content(file), "new");
  EXPECT_EQ(mode_of(file), 0604U) << "kept";
  EXPECT_TRUE(PendingFile::write(disk / "other", "x", 0600)->commit());
  EXPECT_EQ(mode_of(disk / "other"), 0600U);
  EXPECT_THAT(to_line(PendingFile::write(disk.path(), "x", 0600).error()), HasSubstr("it is a folder"));
  EXPECT_THAT(to_line(PendingFile::write(disk / "no/x", "x", 0600).error()), HasSubstr("it cannot be written"));
}

TEST(KeyFiles, AreTheirOwnersAloneAndNeverWrittenOver) {
  const world::Scratch disk;
  const auto file = disk / "gate.key";
  const auto former = ::umask(0);
  const auto made = make_key_file(file);
  ::umask(former);
  ASSERT_TRUE(made);
  EXPECT_EQ(mode_of(file), 0600U);
  EXPECT_EQ(*read_key_file(file)->public_pem(), *made->public_pem());
  const auto before = content(file);
  EXPECT_THAT(to_line(make_key_file(file).error()), HasSubstr("a file of that name is there"));
  fs::create_symlink("elsewhere", disk / "dangling");
  EXPECT_FALSE(make_key_file(disk / "dangling"));
  EXPECT_EQ(content(file), before);
  for (const mode_t open : {0640U, 0604U, 0620U, 0601U}) {
    ::chmod(file.c_str(), open);
    const auto read = read_key_file(file);
    ASSERT_FALSE(read) << open;
    EXPECT_THAT(to_line(read.error()), HasSubstr("the key is open to others; chmod 600 " + file.string()));
  }
  ::chmod(file.c_str(), 0400);
  EXPECT_TRUE(read_key_file(file));
}

TEST(KeyFiles, ThatAreNoneAreRefused) {
  const world::Scratch disk;
  EXPECT_THAT(to_line(read_key_file(disk / "absent").error()), HasSubstr("the key cannot be read: No such file"));
  const auto text = disk.write("text", "not a key");
  ::chmod(text.c_str(), 0600);
  EXPECT_THAT(to_line(read_key_file(text).error()), HasSubstr("text: it is no Ed25519 private key"));
  EXPECT_FALSE(read_key_file(disk.path()));
  EXPECT_FALSE(make_key_file(disk / "no/gate.key"));
}

}  // namespace
}  // namespace gatepost::card
