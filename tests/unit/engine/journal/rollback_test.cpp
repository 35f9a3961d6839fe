// Journals that were put back, or taken away, on a real disk: a mark that stands apart remembers.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <array>
#include <fstream>
#include <functional>
#include <map>

#include "journal/high_water_mark.hpp"
#include "journal/quarantine.hpp"
#include "journal/reader.hpp"
#include "journal/verify.hpp"
#include "world/records.hpp"
#include "world/scratch.hpp"
#include "world/world.hpp"

namespace {

using namespace gatepost;
using namespace gatepost::journal;
namespace fs = std::filesystem;

struct Remembered : testing::Test {
  std::unique_ptr<Journal> open() {
    Options options{.file = file, .clock = &clock, .marks = marks.path()};
    options.alarm = [this](const Record& alarm) { alarms.push_back(alarm); };
    return world::open_journal(std::move(options));
  }
  void commit(Journal& journal, int count) {
    for (int i = 0; i < count; ++i) {
      const std::string subject = "E" + std::to_string(++made);
      const auto id = journal.commit(world::attempt(subject, clock.wall())).value();
      EXPECT_TRUE(given.try_emplace(id, subject).second)
          << id.epoch << "/" << id.sequence << " was given to " << given[id] << " already";
    }
  }
  bool alarmed(const std::string& text) const {
    return std::ranges::any_of(alarms, [&](const Record& alarm) {
      return alarm.reason == "journal_set_aside" && alarm.details.at("error").find(text) != std::string::npos;
    });
  }
  void copy_folder(const fs::path& from, const fs::path& to) const {
    fs::remove_all(to);
    fs::copy(from, to, fs::copy_options::recursive);
  }

  const world::Scratch scratch, marks, elsewhere;
  const fs::path file = scratch / "journal.db";
  world::FakeClock clock;
  std::vector<Record> alarms;
  std::map<RecordId, std::string> given;
  int made = 0;
};

TEST_F(Remembered, a_folder_put_back_with_its_mark_gives_no_number_twice) {
  commit(*open(), 3);
  copy_folder(scratch.path(), elsewhere / "backup");
  commit(*open(), 3);
  copy_folder(elsewhere / "backup", scratch.path());
  auto journal = open();
  EXPECT_TRUE(alarmed("promised")) << "nobody is told";
  commit(*journal, 3);
}

TEST_F(Remembered, a_mark_of_which_one_slot_is_torn_still_tells) {
  commit(*open(), 2);
  fs::copy_file(file, elsewhere / "copy.db");
  commit(*open(), 4);
  fs::remove(mark_apart(marks.path(), 4017, file));
  for (const std::streamoff slot : {0, 4096}) {
    copy_folder(scratch.path(), elsewhere / "before");
    std::fstream(mark_beside(file), std::ios::in | std::ios::out | std::ios::binary).seekp(slot + 20).put('\x55');
    EXPECT_TRUE(read_mark(real_disk(), mark_beside(file)).value()) << slot;
    copy_folder(elsewhere / "before", scratch.path());
  }
}

// What somebody does to the files while the engine has them open.
struct Meddling {
  const char* name;
  std::function<void(const fs::path&)> does;
};

TEST_F(Remembered, a_file_that_goes_or_changes_under_the_engine_is_followed_by_a_new_epoch_at_once) {
  const std::array<Meddling, 7> all{{
      {"unlinked", [](const fs::path& f) { fs::remove(f); }},
      {"its -wal unlinked", [](const fs::path& f) { fs::remove(f.string() + "-wal"); }},
      {"renamed", [](const fs::path& f) { fs::rename(f, f.string() + ".moved"); }},
      {"exchanged",
       [](const fs::path& f) {
         fs::copy_file(f, f.string() + ".new");
         fs::rename(f.string() + ".new", f);
       }},
      {"cut short", [](const fs::path& f) { fs::resize_file(f, 4096); }},
      {"its -wal cut short", [](const fs::path& f) { fs::resize_file(f.string() + "-wal", 100); }},
      {"its folder renamed",
       [](const fs::path& f) {
         fs::rename(f.parent_path(), f.parent_path().string() + ".moved");
         fs::create_directory(f.parent_path());
       }},
  }};
  for (const auto& [name, does] : all) {
    SCOPED_TRACE(name);
    auto journal = open();
    commit(*journal, 3);
    const auto epoch = journal->epoch();
    alarms.clear();
    does(file);
    commit(*journal, 1);
    EXPECT_GT(journal->epoch(), epoch) << "a Record went to a file that is gone";
    EXPECT_TRUE(alarmed("while it was in use"));
    EXPECT_EQ(Reader::open(file)->identity().epoch, journal->epoch());
    journal.reset();
    fs::remove_all(scratch.path().string() + ".moved");
  }
}

// What one calls whole the other goes on with, and the other way round.
TEST_F(Remembered, verify_and_the_engine_s_start_judge_alike) {
  const std::array<std::pair<const char*, bool>, 8> all{{
      {"SELECT 1", true},
      {"DELETE FROM records WHERE sequence > 3", false},
      {"DELETE FROM records WHERE sequence = 2", false},
      {"UPDATE records SET body = zeroblob(150) WHERE sequence = 2", false},
      {"UPDATE records SET hash = zeroblob(32) WHERE sequence = 5", false},
      {"INSERT OR REPLACE INTO cursors VALUES('cloud', 9)", false},
      {"UPDATE facts SET value = value - 1 WHERE name = 'epoch'", false},
      {"DELETE FROM records; DELETE FROM cursors", false},
  }};
  for (const auto& [sql, is_whole] : all) {
    SCOPED_TRACE(sql);
    auto journal = open();
    commit(*journal, 5);
    journal.reset();
    world::tamper(file, sql);
    const auto proof = verify(file, real_disk(), marks.path());
    ASSERT_TRUE(proof) << to_line(proof.error());
    EXPECT_EQ(!proof->broken, is_whole) << (proof->broken ? proof->broken->what : "");
    alarms.clear();
    open();
    EXPECT_EQ(alarms.empty(), is_whole) << "the start judges otherwise";
    for (const auto& folder : {scratch.path(), marks.path()})
      for (const auto& entry : fs::directory_iterator(folder)) fs::remove_all(entry.path());
    given.clear();  // another world
  }
}

// A journal put back, or its chain written anew, proves whole by itself.
TEST_F(Remembered, verify_finds_a_copy_that_was_put_back) {
  commit(*open(), 3);
  copy_folder(scratch.path(), elsewhere / "backup");
  commit(*open(), 3);
  copy_folder(elsewhere / "backup", scratch.path());
  EXPECT_FALSE(verify(file)->broken) << "the folder by itself is whole";
  const auto proof = verify(file, real_disk(), marks.path()).value();
  ASSERT_TRUE(proof.broken);
  EXPECT_THAT(proof.broken->what, testing::HasSubstr("promised"));
}

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777U : 0U;
}

TEST_F(Remembered, no_file_of_it_is_for_all_to_read_whatever_the_umask) {
  const mode_t before = ::umask(0);
  for (const bool is_there : {false, true}) {
    auto journal = open();
    commit(*journal, 1);
    journal->report_damage({"is spoilt", "here", "nothing"}, journal->epoch());
    commit(*journal, 1);
    int looked_at = 0;
    for (const auto& entry : fs::directory_iterator(scratch.path())) {
      EXPECT_EQ(mode_of(entry.path()) & 0137U, 0U) << entry.path() << (is_there ? ", which stood there" : "");
      ++looked_at;
    }
    EXPECT_GE(looked_at, 6);
    EXPECT_EQ(mode_of(mark_apart(marks.path(), 4017, file)) & 0137U, 0U);
    journal.reset();
    for (const auto& entry : fs::directory_iterator(scratch.path()))
      fs::permissions(entry.path(), fs::perms::others_read, fs::perm_options::add);
  }
  ::umask(before);
}

TEST_F(Remembered, a_link_in_the_place_of_one_of_its_files_is_not_followed) {
  for (const char* part : {"", ".lock", ".head"}) {
    const auto victim = elsewhere.write("victim", "precious");
    fs::remove_all(file.string() + part);
    fs::create_symlink(victim, file.string() + part);
    auto refused = Journal::open({.file = file, .site = 4017, .clock = &clock});
    ASSERT_FALSE(refused) << part;
    EXPECT_THAT(refused.error().what, testing::HasSubstr("is a link")) << part;
    EXPECT_EQ(fs::file_size(victim), 8U) << part << ": somebody else's file was written";
    for (const auto& entry : fs::directory_iterator(scratch.path())) fs::remove(entry.path());
  }
}

// Only one connection may write the database at a time.
TEST_F(Remembered, who_only_reads_changes_no_byte_on_leaving) {
  {
    auto journal = open();
    commit(*journal, 5);
    copy_folder(scratch.path(), elsewhere / "killed");
  }
  const auto left = elsewhere / "killed/journal.db";
  const auto bytes = [&](const std::string& part) {
    return real_disk().read(left.string() + part, 10'000'000).value();
  };
  const auto database = bytes(""), wal = bytes("-wal");
  EXPECT_EQ(Reader::open(left)->after(0, 100)->size(), 5U);
  EXPECT_TRUE(database == bytes("") && wal == bytes("-wal"));
}

}  // namespace
