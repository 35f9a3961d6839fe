#include "simulation/disk/file.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

namespace gatepost::simulation {

struct File::State {
  Vfs& vfs;
  std::string path;
  InodePtr inode;
  bool syncs_folder;         ///< its name is new: the first sync makes that durable too
  std::uint64_t generation;  ///< of the disk, when it was opened
  int lock = SQLITE_LOCK_NONE;
  bool keeps_wal = false;
  unsigned shared_mask = 0, exclusive_mask = 0;  ///< of the shared memory's locks, those that this handle has
  bool has_mapped = false;

  MemoryDisk& disk() const { return vfs.disk(); }
  bool is_ghost() const { return disk().is_down() || generation != disk().generation(); }
};

struct File::Methods {
  static State& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file)->state_; }

  static int close(sqlite3_file* file) {
    const std::unique_ptr<State> state(&of(file));
    file->pMethods = nullptr;
    if (!state->is_ghost()) release(*state, SQLITE_LOCK_NONE);
    return SQLITE_OK;
  }

  static int read(sqlite3_file* file, void* out, int size, sqlite3_int64 at) {
    State& state = of(file);
    if (state.is_ghost()) return SQLITE_IOERR_READ;
    if (state.disk().ask(CallKind::read, state.path) != Answer::done) return SQLITE_IOERR_READ;
    const auto& bytes = state.inode->cached;
    const auto wanted = static_cast<std::size_t>(size);
    const auto from = std::min(static_cast<std::size_t>(at), bytes.size());
    const auto there = std::min(wanted, bytes.size() - from);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(from), there, static_cast<std::byte*>(out));
    std::fill_n(static_cast<std::byte*>(out) + there, wanted - there, std::byte{0});  // sqlite.org/c3ref: SHORT_READ
    return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
  }

  static int write(sqlite3_file* file, const void* in, int size, sqlite3_int64 at) {
    State& state = of(file);
    if (state.is_ghost()) return SQLITE_IOERR_WRITE;
    const std::span bytes(static_cast<const std::byte*>(in), static_cast<std::size_t>(size));
    switch (state.disk().ask(CallKind::write, state.path)) {
      case Answer::cut_within:  // it is among what a cut draws from
        state.disk().write(*state.inode, static_cast<std::uint64_t>(at), bytes);
        return SQLITE_IOERR_WRITE;
      case Answer::full:
        return SQLITE_FULL;
      case Answer::io_error:
      case Answer::power_cut:
      case Answer::kill:
        return SQLITE_IOERR_WRITE;
      default:
        state.disk().write(*state.inode, static_cast<std::uint64_t>(at), bytes);
        return SQLITE_OK;
    }
  }

  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    State& state = of(file);
    if (state.is_ghost()) return SQLITE_IOERR_TRUNCATE;
    if (state.disk().ask(CallKind::truncate, state.path) != Answer::done) return SQLITE_IOERR_TRUNCATE;
    state.disk().truncate(*state.inode, static_cast<std::uint64_t>(size));
    return SQLITE_OK;
  }

  static int sync(sqlite3_file* file, int) {
    State& state = of(file);
    if (state.is_ghost()) return SQLITE_IOERR_FSYNC;
    MemoryDisk& disk = state.disk();
    switch (disk.ask(CallKind::sync, state.path)) {
      case Answer::sync_lies:
        return SQLITE_OK;
      case Answer::sync_fails:
        disk.forget(*state.inode);
        return SQLITE_IOERR_FSYNC;
      case Answer::done:
        break;
      default:
        return SQLITE_IOERR_FSYNC;
    }
    disk.sync(*state.inode);
    if (!std::exchange(state.syncs_folder, false)) return SQLITE_OK;
    const auto folder = disk.ask(CallKind::sync_folder, folder_of(state.path));
    if (folder == Answer::done) disk.sync_folder(folder_of(state.path));
    return SQLITE_OK;  // as os_unix.c does: a folder that cannot be synced is no error
  }

  static int size(sqlite3_file* file, sqlite3_int64* size) {
    State& state = of(file);
    if (state.is_ghost()) return SQLITE_IOERR_FSTAT;
    *size = static_cast<sqlite3_int64>(state.inode->cached.size());
    return SQLITE_OK;
  }

  static int lock(sqlite3_file* file, int level) {
    State& state = of(file);
    if (state.is_ghost()) return SQLITE_IOERR_LOCK;
    if (state.lock >= level) return SQLITE_OK;
    FileLocks& all = state.vfs.locks(*state.inode);
    const int others = state.lock >= SQLITE_LOCK_RESERVED ? SQLITE_LOCK_NONE : all.highest;
    if (level == SQLITE_LOCK_SHARED) {
      if (others >= SQLITE_LOCK_PENDING) return SQLITE_BUSY;
      ++all.shared;
    } else {
      if (others >= SQLITE_LOCK_RESERVED) return SQLITE_BUSY;
      if (level == SQLITE_LOCK_EXCLUSIVE && all.shared > 1) {
        all.highest = state.lock = SQLITE_LOCK_PENDING;
        return SQLITE_BUSY;
      }
      all.highest = level;
    }
    state.lock = level;
    return SQLITE_OK;
  }

  static int unlock(sqlite3_file* file, int level) {
    State& state = of(file);
    if (state.is_ghost()) return SQLITE_IOERR_UNLOCK;
    release(state, level);
    return SQLITE_OK;
  }

  static void release(State& state, int level) {
    if (state.lock <= level) return;
    FileLocks& all = state.vfs.locks(*state.inode);
    if (state.lock >= SQLITE_LOCK_RESERVED) all.highest = SQLITE_LOCK_NONE;
    if (level == SQLITE_LOCK_NONE) --all.shared;
    state.lock = level;
  }

  static int check_reserved(sqlite3_file* file, int* result) {
    State& state = of(file);
    if (state.is_ghost()) return SQLITE_IOERR_CHECKRESERVEDLOCK;
    *result = state.vfs.locks(*state.inode).highest >= SQLITE_LOCK_RESERVED ? 1 : 0;
    return SQLITE_OK;
  }

  static int control(sqlite3_file* file, int operation, void* argument) {
    State& state = of(file);
    if (operation == SQLITE_FCNTL_HAS_MOVED) {
      *static_cast<int*>(argument) = state.disk().find(state.path) != state.inode ? 1 : 0;
      return SQLITE_OK;
    }
    if (operation != SQLITE_FCNTL_PERSIST_WAL) return SQLITE_NOTFOUND;
    auto& value = *static_cast<int*>(argument);
    if (value < 0)
      value = state.keeps_wal ? 1 : 0;
    else
      state.keeps_wal = value != 0;
    return SQLITE_OK;
  }

  static int sector_size(sqlite3_file* file) { return static_cast<int>(of(file).disk().settings().sector); }
  static int characteristics(sqlite3_file* file) {
    return of(file).disk().settings().powersafe_overwrite ? SQLITE_IOCAP_POWERSAFE_OVERWRITE : 0;
  }

  static int map(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
    State& state = of(file);
    *out = nullptr;
    if (state.is_ghost()) return SQLITE_IOERR_SHMMAP;
    SharedMemory& memory = state.vfs.shared_memory(*state.inode);
    if (!std::exchange(state.has_mapped, true)) ++memory.users;
    auto& regions = memory.regions;
    const auto index = static_cast<std::size_t>(region);
    if (index >= regions.size() && extend == 0) return SQLITE_OK;
    while (index >= regions.size()) regions.push_back(std::make_unique<std::byte[]>(static_cast<std::size_t>(size)));
    *out = regions[index].get();
    return SQLITE_OK;
  }

  static int lock_shared_memory(sqlite3_file* file, int first, int count, int flags) {
    State& state = of(file);
    if (state.is_ghost()) return SQLITE_IOERR_SHMLOCK;
    auto& memory = state.vfs.shared_memory(*state.inode);
    const unsigned mask = ((1U << count) - 1) << first;
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
      unlock_shared_memory(state, memory, mask);
      return SQLITE_OK;
    }
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (unsigned i = 0; i < SQLITE_SHM_NLOCK; ++i) {
      if ((mask & (1U << i)) == 0 || (state.exclusive_mask & (1U << i)) != 0) continue;
      const unsigned own = (state.shared_mask & (1U << i)) != 0 ? 1 : 0;
      if (memory.exclusive.at(i) || (exclusive && memory.shared.at(i) > own)) return SQLITE_BUSY;
    }
    for (unsigned i = 0; i < SQLITE_SHM_NLOCK; ++i) {
      const unsigned bit = 1U << i;
      if ((mask & bit) == 0) continue;
      if (exclusive) {
        memory.exclusive.at(i) = true;
        state.exclusive_mask |= bit;
      } else if ((state.shared_mask & bit) == 0) {
        ++memory.shared.at(i);
        state.shared_mask |= bit;
      }
    }
    return SQLITE_OK;
  }

  static void unlock_shared_memory(State& state, SharedMemory& memory, unsigned mask) {
    for (unsigned i = 0; i < SQLITE_SHM_NLOCK; ++i) {
      const unsigned bit = 1U << i;
      if ((mask & state.exclusive_mask & bit) != 0) memory.exclusive.at(i) = false;
      if ((mask & state.shared_mask & bit) != 0) --memory.shared.at(i);
    }
    state.exclusive_mask &= ~mask;
    state.shared_mask &= ~mask;
  }

  static void barrier(sqlite3_file*) {}

  static int unmap(sqlite3_file* file, int remove) {
    State& state = of(file);
    if (state.is_ghost() || !std::exchange(state.has_mapped, false)) return SQLITE_OK;
    SharedMemory& memory = state.vfs.shared_memory(*state.inode);
    unlock_shared_memory(state, memory, ~0U);
    if (--memory.users == 0 || remove != 0) state.vfs.drop_shared_memory(*state.inode);
    return SQLITE_OK;
  }
};

void File::open(sqlite3_file* place, Vfs& vfs, const std::string& path, InodePtr inode, bool syncs_folder) {
  static const sqlite3_io_methods methods = {2,
                                             Methods::close,
                                             Methods::read,
                                             Methods::write,
                                             Methods::truncate,
                                             Methods::sync,
                                             Methods::size,
                                             Methods::lock,
                                             Methods::unlock,
                                             Methods::check_reserved,
                                             Methods::control,
                                             Methods::sector_size,
                                             Methods::characteristics,
                                             Methods::map,
                                             Methods::lock_shared_memory,
                                             Methods::barrier,
                                             Methods::unmap,
                                             nullptr,
                                             nullptr};
  auto* file = reinterpret_cast<File*>(place);
  auto state = std::make_unique<State>(
      State{vfs, path, std::move(inode), syncs_folder, vfs.disk().generation(), SQLITE_LOCK_NONE, false, 0, 0, false});
  file->state_ = state.release();
  file->base_.pMethods = &methods;
}

}  // namespace gatepost::simulation
