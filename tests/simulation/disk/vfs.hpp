// SQLite on a MemoryDisk: a VFS of version 2, whose shared memory is on the heap, one for each database file (as
// os_unix.c has one for each inode: a new file under an old name shares nothing with those who still have the old one).
#pragma once

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "simulation/disk/memory_disk.hpp"

namespace gatepost::simulation {

/// What connections to one database share in a WAL: regions that never move, and eight locks.
struct SharedMemory {
  std::vector<std::unique_ptr<std::byte[]>> regions{};
  std::array<unsigned, SQLITE_SHM_NLOCK> shared{};
  std::array<bool, SQLITE_SHM_NLOCK> exclusive{};
  unsigned users = 0;  ///< it goes with the last of them
};

/// Who has which lock of a database file.
struct FileLocks {
  unsigned shared = 0;
  int highest = SQLITE_LOCK_NONE;  ///< of reserved, pending and exclusive
};

/// Time as SQLite sees it, and chance as it draws it: those of the run.
struct Surroundings {
  std::int64_t julian_ms = 2460676LL * 86'400'000;
  std::uint64_t slept_us = 0;  ///< in all: in one thread nobody ends what it waits for
  std::uint64_t draws = 0;
};

/// Registered for as long as it lives.
class Vfs {
 public:
  enum class As { one_of_several, default_one };
  Vfs(MemoryDisk& disk, As as);
  ~Vfs();
  Vfs(const Vfs&) = delete;
  Vfs& operator=(const Vfs&) = delete;

  const char* name() const { return name_.c_str(); }
  MemoryDisk& disk() { return disk_; }
  Surroundings& surroundings() { return surroundings_; }
  SharedMemory& shared_memory(const Inode& database) { return shared_[database.number]; }
  void drop_shared_memory(const Inode& database) { shared_.erase(database.number); }
  FileLocks& locks(const Inode& inode) { return locks_[inode.number]; }
  /// After a kill or a cut: what was shared and locked is gone.
  void restart();

 private:
  MemoryDisk& disk_;
  std::string name_;
  sqlite3_vfs vfs_{};
  Surroundings surroundings_;
  std::map<std::uint64_t, SharedMemory> shared_;
  std::map<std::uint64_t, FileLocks> locks_;
};

}  // namespace gatepost::simulation
