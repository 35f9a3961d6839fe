// The disk itself: what a sync keeps, what a cut may leave, and who is a ghost after it.
#include "simulation/disk/memory_disk.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <string>

#include "simulation/disk/simulated_disk.hpp"

namespace gatepost::simulation {
namespace {

Bytes bytes(const std::string& text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

std::string text(const Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

TEST(Random, IsTheSameEverywhereAndEachCallHasItsOwn) {
  EXPECT_EQ(Random(0).next(), 0xe220a8397b1dcdafU);  // the published first number of SplitMix64 from 0
  const Seed seed(7);
  EXPECT_EQ(seed.stream("disk", 3).next(), seed.stream("disk", 3).next());
  std::set<std::uint64_t> seen;
  for (std::uint64_t call = 0; call < 1000; ++call) {
    seen.insert(seed.stream("disk", call).next());
    seen.insert(seed.stream("board", call).next());
  }
  EXPECT_EQ(seen.size(), 2000U);
}

TEST(MemoryDisk, WhatIsSyncedIsThereAfterEveryCutAndNothingElseFarFromIt) {
  std::set<std::string> left;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    MemoryDisk disk(Seed(seed), {});
    const auto inode = disk.create("/d/file");
    disk.write(*inode, 0, bytes("synced"));
    disk.sync(*inode);
    disk.sync_folder("/d");
    disk.write(*inode, 6, bytes(" and not"));
    EXPECT_EQ(text(disk.content("/d/file")), "synced and not");
    disk.cut(Random(seed));
    ASSERT_EQ(text(disk.content("/d/file")).substr(0, 6), "synced");
    left.insert(text(disk.content("/d/file")));
  }
  EXPECT_TRUE(left.contains("synced"));
  EXPECT_TRUE(left.contains("synced and not"));
  EXPECT_GT(left.size(), 4U) << "nothing is ever torn or spoilt";
}

TEST(MemoryDisk, WithoutPowersafeOverwriteATornWriteSpoilsItsSector) {
  bool spoilt = false;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    MemoryDisk disk(Seed(seed), {.sector = 512, .powersafe_overwrite = false});
    const auto inode = disk.create("/d/file");
    disk.write(*inode, 0, Bytes(2048));
    disk.sync(*inode);
    disk.sync_folder("/d");
    disk.write(*inode, 700, bytes("x"));
    disk.cut(Random(seed));
    const Bytes after = disk.content("/d/file");
    for (std::size_t i = 0; i < 2048; ++i) {
      const bool is_in_sector = i >= 512 && i < 1024;
      ASSERT_TRUE(is_in_sector || after[i] == std::byte{0}) << "another sector";
      spoilt = spoilt || (is_in_sector && i != 700 && after[i] != std::byte{0});
    }
  }
  EXPECT_TRUE(spoilt);
}

TEST(MemoryDisk, NamesAreLostOneByOneUntilTheirFolderIsSynced) {
  std::set<std::string> left;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    MemoryDisk disk(Seed(seed), {});
    disk.create("/d/a");
    disk.create("/d/b");
    disk.sync_folder("/d");
    disk.rename("/d/a", "/d/c");
    disk.remove("/d/b");
    disk.create("/e/new");
    disk.cut(Random(seed));
    std::string names;
    for (const auto& path : disk.paths()) names += path + " ";
    left.insert(names);
  }
  EXPECT_EQ(left.size(), 8U);  // of three changes, each subset
  EXPECT_TRUE(left.contains("/d/a /d/b "));
  EXPECT_TRUE(left.contains("/d/c /e/new "));
}

TEST(MemoryDisk, ASyncThatFailsForgetsAndTheNextOneSaysThatAllIsWell) {
  bool lost = false;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Machine machine(Seed(seed), {});
    auto file = machine.port.open("/d/file").value();
    machine.disk.sync_folder("/d");
    ASSERT_TRUE(file->write(0, bytes("gone")));
    const auto inode = machine.disk.find("/d/file");
    machine.disk.forget(*inode);
    machine.disk.sync(*inode);
    EXPECT_EQ(text(machine.disk.content("/d/file")), "gone") << "the machine still shows it";
    file.reset();
    machine.cut(Random(seed));
    lost = lost || machine.disk.content("/d/file").empty();
  }
  EXPECT_TRUE(lost);
}

TEST(MemoryDisk, AHandleFromBeforeACutIsAGhost) {
  Machine machine(Seed(1), {});
  auto file = machine.port.open("/d/file").value();
  auto lock = machine.port.lock("/d/file").value();
  EXPECT_FALSE(machine.port.lock("/d/file")) << "two have it";
  machine.disk.settle();
  machine.disk.go_down();
  EXPECT_FALSE(file->write(0, bytes("x")));
  machine.kill();
  EXPECT_FALSE(file->write(0, bytes("x")));
  EXPECT_TRUE(machine.disk.content("/d/file").empty());
  auto again = machine.port.lock("/d/file");
  ASSERT_TRUE(again) << "the kernel lets go of a dead process's lock";
  lock.reset();
  EXPECT_FALSE(machine.port.lock("/d/file")) << "a ghost let go of another's lock";
}

TEST(MemoryDisk, ACopyLivesItsOwnLife) {
  Machine machine(Seed(1), {});
  auto file = machine.port.open("/d/file").value();
  file->write(0, bytes("before"));
  Machine copy(machine);
  file->write(0, bytes("after!"));
  EXPECT_EQ(text(copy.disk.content("/d/file")), "before");
  copy.disk.lose_all_unsynced();
  EXPECT_TRUE(copy.disk.paths().empty());
  EXPECT_EQ(text(machine.disk.content("/d/file")), "after!");
}

}  // namespace
}  // namespace gatepost::simulation
