// The engine on disks that are full, read-only, slow, dead or spoilt: what moves at the gate, what is said, and what is
// there afterwards. preload/faulty_disk.cpp is the disk.
#include <gmock/gmock.h>
#include <sys/mount.h>

#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "journal/quarantine.hpp"
#include "journal/reader.hpp"
#include "journal/verify.hpp"
#include "world/command.hpp"
#include "world/places.hpp"
#include "world/pty.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
namespace fs = std::filesystem;

class DiskFault : public testing::Test {
 protected:
  DiskFault() {
    fs::create_directories(data());
    fs::create_directories(disk_ / "shadow");
    disk_.write("people.csv", "subject\nE000001\nE000002\n");
    orders("");
    write_site(data(), {});
  }

  fs::path data() const { return disk_ / "data"; }
  fs::path journal() const { return folder_ / "journal.db"; }

  void write_site(const fs::path& folder, const std::string& more_of_the_lane) {
    folder_ = folder;
    disk_.write(
        "site.yaml",
        "site: { name: Disk, code: 4017 }\njournal: { file: " + journal().string() +
            " }\ndevices:\n  gun: { plugin: serial, lines: many, device: 'serial:" + gun_.name() +
            "' }\n  gate: { plugin: turnstile_relay, out: 0, board: 'lcus:" + board_.name() +
            "', pulse: 1ms }\ncredentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }\n"
            "policies: { list: { plugin: roster, file: people.csv } }\n"
            "outputs: { store: { plugin: local_store, file: " +
            (disk_ / "store.db").string() +
            " } }\nlanes: { main: { inputs: { gun: in }, credentials: [card], policies: [list], actuator: gate, "
            "repeat_within: 0s, denied_at_most: none, record_deadline: 400ms" +
            more_of_the_lane + " } }\n");
  }

  // What the disk does from now on.
  void orders(const std::string& lines) {
    disk_.write("orders.new", lines);
    fs::rename(disk_ / "orders.new", disk_ / "orders");
  }

  world::Process& launch() {
    engine_ = std::make_unique<world::Process>(
        std::vector<std::string>{
            "/usr/bin/env", "LD_PRELOAD=" + world::preload("faulty_disk"), "ASAN_OPTIONS=verify_asan_link_order=0",
            "GATEPOST_PLUGIN_PATH=" + world::plugins_folder(), "FAULTY_DISK_ORDERS=" + (disk_ / "orders").string(),
            "FAULTY_DISK_PREFIX=" + journal().string(), "FAULTY_DISK_SHADOW=" + (disk_ / "shadow").string(),
            world::command(), "run", (disk_ / "site.yaml").string()},
        disk_ / "out");
    return *engine_;
  }
  void run() {
    launch();
    ASSERT_TRUE(engine_->says("ready in")) << engine_->output();
    ASSERT_TRUE(engine_->says("gun up")) << engine_->output();
    ASSERT_TRUE(engine_->says("gate up")) << engine_->output();
    board_.read(100);
    wire_.clear();
    open_ = false;
  }
  // It ends as it should.
  void stop() {
    engine_->send(SIGTERM);
    EXPECT_EQ(engine_->ends(), 0) << engine_->output();
  }

  // Once whoever was let through before has passed: a gate that is not at rest yet answers "busy".
  void scan(const std::string& code = "E000001") {
    if (open_) relay_turns(false, 3s);
    board_.read(20);
    gun_.write(code + "\r");
  }
  // Whether the board is told to close its relay within that time.
  bool gate_moves(std::chrono::milliseconds within = 3s) { return relay_turns(true, within); }
  // LCUS frames: A0, channel, on or off, sum.
  bool relay_turns(bool on, std::chrono::milliseconds within) {
    const auto end = std::chrono::steady_clock::now() + within;
    while (std::chrono::steady_clock::now() < end) {
      wire_ += board_.read(20);
      while (wire_.size() >= 4) {
        open_ = wire_[2] == 1;
        wire_.erase(0, 4);
        if (open_ == on) return true;
      }
    }
    return false;
  }
  bool says(const std::string& text) { return engine_->says(text); }

  // The lane works again by itself, within some seconds.
  void expect_recovery() {
    for (int tries = 0; tries < 20; ++tries) {
      scan();
      if (gate_moves(500ms)) return;
    }
    ADD_FAILURE() << "the gate stays shut:\n" << engine_->output();
  }
  std::vector<Record> records(const fs::path& file) {
    auto reader = journal::Reader::open(file);
    EXPECT_TRUE(reader) << to_line(reader.error());
    return reader ? reader->after(0, 100'000).value() : std::vector<Record>();
  }
  std::map<std::string, int> reasons(const fs::path& file) {
    std::map<std::string, int> count;
    for (const auto& record : records(file)) ++count[record.reason];
    return count;
  }
  void expect_whole() {
    const auto proof = journal::verify(journal());
    ASSERT_TRUE(proof) << to_line(proof.error());
    EXPECT_FALSE(proof->broken) << proof->broken->sequence << " " << proof->broken->what;
  }
  std::int64_t stored(const std::string& sql) {
    auto database = support::Database::open(disk_ / "store.db", support::Database::Access::read);
    if (!database) return -1;
    const auto number = database->integer(sql);
    return number ? *number : -1;
  }

  // Whether what is asked of the store becomes true; it has nothing to wait on.
  bool comes_to_store(const std::string& sql) {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (stored(sql) != 1 && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(10ms);
    return stored(sql) == 1;
  }
  // Every byte of the journal is another one.
  void spoil() {
    for (const auto& part : {journal().string(), journal().string() + "-wal"}) {
      const auto size = fs::file_size(part);
      std::fstream(part, std::ios::in | std::ios::out | std::ios::binary)
          .write(std::string(size, '\x55').data(), static_cast<std::streamsize>(size));
    }
  }

  world::Scratch disk_;
  world::Pty gun_, board_;
  fs::path folder_;
  std::string wire_;
  bool open_ = false;
  std::unique_ptr<world::Process> engine_;
};

TEST_F(DiskFault, ASlowDiskShutsTheGateInTimeAndTheLateRecordDoesNotOpenIt) {
  run();
  scan();
  ASSERT_TRUE(gate_moves()) << engine_->output();
  orders("slow 2000\n");
  const auto begun = std::chrono::steady_clock::now();
  scan();
  ASSERT_TRUE(says("cannot be recorded in time")) << engine_->output();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 1500ms) << "whoever stands there waits for the disk";
  EXPECT_TRUE(says("journal_slow")) << "no alarm";
  scan("E000002");  // one more, while the lane waits for the disk
  EXPECT_FALSE(gate_moves(3500ms)) << "a late Record opened the gate";
  orders("");
  expect_recovery();
  ASSERT_TRUE(says("journal_recovered"));
  stop();
  expect_whole();
  auto kept = reasons(journal());
  EXPECT_GE(kept["kept_too_late"], 1);
  EXPECT_GE(kept["journal_slow"], 1);
}

TEST_F(DiskFault, AFireExitOpensWhileTheDiskIsSlowAndWhileItIsDead) {
  write_site(data(), ", fail_open: true");
  run();
  orders("slow 2000\n");
  scan();
  EXPECT_TRUE(gate_moves(1500ms)) << engine_->output();
  scan("E000002");  // while the lane still waits for the disk
  EXPECT_TRUE(gate_moves(1500ms)) << engine_->output();
  orders("dead\n");
  std::this_thread::sleep_for(2s);  // the sync that is under way ends
  scan();
  EXPECT_TRUE(gate_moves(2s)) << engine_->output();
}

TEST_F(DiskFault, AfterAFailedSyncNothingIsBelievedUntilItIsWrittenAnew) {
  run();
  scan();
  ASSERT_TRUE(gate_moves());
  orders("dead\n");
  scan();
  ASSERT_TRUE(says("journal_failed")) << engine_->output();
  ASSERT_TRUE(says("cannot be recorded, so the gate stays shut")) << engine_->output();
  EXPECT_FALSE(gate_moves(300ms));
  scan();
  EXPECT_FALSE(gate_moves(300ms));
  orders("");
  expect_recovery();
  ASSERT_TRUE(says("journal_recovered"));
  stop();
  expect_whole();
  // A page of a failed sync may be in no other place than the kernel's memory: what the disk has is enough.
  const auto proof = journal::verify(disk_ / "shadow" / "journal.db");
  ASSERT_TRUE(proof) << to_line(proof.error());
  EXPECT_FALSE(proof->broken);
  EXPECT_EQ(proof->last, journal::verify(journal())->last);
}

TEST_F(DiskFault, ADiskThatBecomesReadOnlyShutsTheGateUntilItIsNot) {
  run();
  orders("read_only\n");
  scan();
  ASSERT_TRUE(says("journal_failed")) << engine_->output();
  EXPECT_FALSE(gate_moves(300ms));
  orders("");
  expect_recovery();
  stop();
  expect_whole();
}

// A small filesystem of a test's own.
class SmallDisk {
 public:
  explicit SmallDisk(fs::path folder) : folder_(std::move(folder)) {
    fs::create_directories(folder_);
    mounted_ = ::mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=1m") == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool mounted() const { return mounted_; }
  bool read_only() const { return ::mount("tmpfs", folder_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "") == 0; }

 private:
  fs::path folder_;
  bool mounted_ = false;
};

TEST_F(DiskFault, AFullDiskShutsTheGateUntilThereIsRoom) {
  const SmallDisk small(disk_ / "small");
  if (!small.mounted()) GTEST_SKIP() << "this user may not mount a filesystem";
  write_site(disk_ / "small", {});
  run();
  scan();
  ASSERT_TRUE(gate_moves());
  std::ofstream filler(disk_ / "small" / "filler", std::ios::binary);
  while (filler.write(std::string(4096, 'x').data(), 4096) && filler.flush()) continue;
  bool shut = false;
  for (int scans = 0; scans < 100 && !shut; ++scans) {  // the WAL may still have some room
    scan();
    shut = !gate_moves(1s);
  }
  EXPECT_TRUE(shut);
  EXPECT_TRUE(says("journal_failed")) << engine_->output();
  EXPECT_THAT(engine_->output(), HasSubstr("make room")) << engine_->output();
  fs::remove(disk_ / "small" / "filler");
  filler.close();
  expect_recovery();
  stop();
  expect_whole();
  auto kept = reasons(journal());
  EXPECT_GE(kept["journal_failed"], 1);
  EXPECT_GE(kept["journal_recovered"], 1);
}

TEST_F(DiskFault, ADiskThatIsReadOnlyAtTheStartIsSaid) {
  const SmallDisk small(disk_ / "small");
  if (!small.mounted()) GTEST_SKIP() << "this user may not mount a filesystem";
  write_site(disk_ / "small", {});
  run();
  stop();
  ASSERT_TRUE(small.read_only());
  launch();
  EXPECT_EQ(engine_->ends(), 1);
  EXPECT_THAT(engine_->output(), HasSubstr("Read-only file system"));
}

TEST_F(DiskFault, AJournalSpoiltWhileItIsInUseIsSetAsideAndTheGateGoesOn) {
  run();
  for (int i = 0; i < 5; ++i) {
    scan();
    ASSERT_TRUE(gate_moves());
  }
  spoil();
  expect_recovery();
  ASSERT_TRUE(says("journal_set_aside")) << engine_->output();
  stop();
  expect_whole();
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder_)) names.insert(entry.path().filename().string());
  EXPECT_THAT(names, testing::Contains(testing::MatchesRegex("journal.db.epoch-[0-9]+")));
  EXPECT_THAT(names, testing::Contains(testing::MatchesRegex("journal.db.epoch-[0-9]+-wal")));
}

// The new file cannot be begun, nor a note be left that there was an old one: that stays where it is until there is
// room.
TEST_F(DiskFault, AJournalSpoiltOnAFullDiskIsFollowedByAnotherOnceThereIsRoom) {
  run();
  for (int i = 0; i < 5; ++i) {
    scan();
    ASSERT_TRUE(gate_moves());
  }
  EXPECT_TRUE(comes_to_store("SELECT count(*) >= 5 FROM records"));
  orders("full\n");
  spoil();
  scan();
  EXPECT_FALSE(gate_moves(500ms));
  ASSERT_TRUE(says("cannot be set aside")) << engine_->output();
  scan();
  EXPECT_FALSE(gate_moves(500ms)) << "the gate moves without a Record";
  orders("");
  ASSERT_TRUE(says("journal_set_aside")) << engine_->output();
  expect_recovery();
  EXPECT_TRUE(comes_to_store("SELECT count(DISTINCT epoch) = 2 FROM records")) << "the output does not get on";
  stop();
  expect_whole();
  EXPECT_GE(reasons(journal())["journal_set_aside"], 1);
}

TEST_F(DiskFault, TheStoreKeepsWhatItHadAndGetsWhatIsLeftOverAChangeOfEpoch) {
  run();
  for (int i = 0; i < 8; ++i) {
    scan();
    ASSERT_TRUE(gate_moves());
  }
  engine_.reset();  // killed
  const auto before = records(journal());
  const auto wal = journal().string() + "-wal";
  fs::resize_file(wal, fs::file_size(wal) * 2 / 3);
  run();
  ASSERT_TRUE(says("journal_set_aside")) << engine_->output();
  expect_recovery();
  EXPECT_TRUE(comes_to_store("SELECT count(DISTINCT epoch) = 2 FROM records"));
  stop();
  EXPECT_EQ(stored("SELECT count(*) FROM (SELECT DISTINCT site, epoch, sequence FROM records)"),
            stored("SELECT count(*) FROM records"));
  EXPECT_EQ(stored("SELECT count(DISTINCT epoch) FROM records"), 2);
  const auto aside = journal::quarantined_name(journal(), before.front().id.epoch);
  EXPECT_TRUE(fs::exists(aside));
  // Whatever can still be read of the old one is in the store.
  for (const auto& record : records(aside))
    EXPECT_EQ(stored("SELECT count(*) FROM records WHERE epoch = " + std::to_string(record.id.epoch) +
                     " AND sequence = " + std::to_string(record.id.sequence)),
              1);
}

// The power fails at any moment: what the disk has then is what was synced, and nothing else. Each release that the
// board has heard of is in it.
TEST_F(DiskFault, WhatThePowerCutLeavesHasEachRecordThatMovedTheGate) {
  std::uint64_t releases = 0;
  for (int round = 0; round < 6; ++round) {
    run();
    for (int i = 0; i < 3 + round; ++i) {
      scan();
      ASSERT_TRUE(gate_moves()) << engine_->output();
      ++releases;
    }
    engine_->send(SIGKILL);
    engine_->wait();
    engine_.reset();
    const auto left = disk_ / "shadow" / "journal.db";
    const auto proof = journal::verify(left);
    ASSERT_TRUE(proof) << to_line(proof.error());
    ASSERT_FALSE(proof->broken) << proof->broken->what;
    ASSERT_GE(static_cast<std::uint64_t>(reasons(left)["granted"]), releases)
        << "a gate moved before its Record was synced";
  }
}

}  // namespace
}  // namespace gatepost
