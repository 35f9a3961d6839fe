#include "simulation/disk/vfs.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "simulation/disk/file.hpp"

namespace gatepost::simulation {
namespace {

Vfs& self(sqlite3_vfs* vfs) { return *static_cast<Vfs*>(vfs->pAppData); }

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  file->pMethods = nullptr;
  Vfs& owner = self(vfs);
  MemoryDisk& disk = owner.disk();
  if (name == nullptr) return SQLITE_CANTOPEN;  // temporary files are kept in memory: PRAGMA temp_store
  const std::string path = name;
  switch (disk.ask(CallKind::open, path)) {
    case Answer::done:
      break;
    case Answer::full:
      return SQLITE_FULL;
    default:
      return SQLITE_CANTOPEN;
  }
  InodePtr inode = disk.find(path);
  if (!inode && (flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
  if (!inode) inode = disk.create(path);
  constexpr int new_names = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
  const bool syncs_folder = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & new_names) != 0;
  File::open(file, owner, path, std::move(inode), syncs_folder);
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  MemoryDisk& disk = self(vfs).disk();
  const std::string path = name;
  if (disk.ask(CallKind::remove, path) != Answer::done) return SQLITE_IOERR_DELETE;
  if (!disk.find(path)) return SQLITE_IOERR_DELETE_NOENT;
  disk.remove(path);
  if (sync_folder != 0) {
    if (disk.ask(CallKind::sync_folder, folder_of(path)) != Answer::done) return SQLITE_IOERR_DIR_FSYNC;
    disk.sync_folder(folder_of(path));
  }
  return SQLITE_OK;
}

int access(sqlite3_vfs* vfs, const char* name, int, int* result) {
  MemoryDisk& disk = self(vfs).disk();
  if (disk.is_down()) return SQLITE_IOERR_ACCESS;
  const auto inode = disk.find(name);
  *result = inode ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
  if (std::strlen(name) >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  std::strcpy(out, name);
  return SQLITE_OK;
}

int randomness(sqlite3_vfs* vfs, int size, char* out) {
  Vfs& owner = self(vfs);
  Random draws = owner.disk().seed().stream("SQLite", owner.surroundings().draws++);
  std::generate_n(out, size, [&] { return static_cast<char>(draws.next()); });
  return size;
}

int sleep(sqlite3_vfs* vfs, int microseconds) {
  self(vfs).surroundings().slept_us += static_cast<std::uint64_t>(microseconds);
  return microseconds;
}

int current_time_64(sqlite3_vfs* vfs, sqlite3_int64* now) {
  *now = self(vfs).surroundings().julian_ms;
  return SQLITE_OK;
}

int current_time(sqlite3_vfs* vfs, double* now) {
  *now = static_cast<double>(self(vfs).surroundings().julian_ms) / 86'400'000.0;
  return SQLITE_OK;
}

int last_error(sqlite3_vfs*, int, char*) { return 0; }

std::string unused_name() {
  static unsigned made = 0;  // names are the process's, and a simulation has one thread
  return "simulated-" + std::to_string(++made);
}

}  // namespace

Vfs::Vfs(MemoryDisk& disk, As as) : disk_(disk), name_(unused_name()) {
  vfs_.iVersion = 2;
  vfs_.szOsFile = sizeof(File);
  vfs_.mxPathname = 512;
  vfs_.zName = name_.c_str();
  vfs_.pAppData = this;
  vfs_.xOpen = open;
  vfs_.xDelete = remove;
  vfs_.xAccess = access;
  vfs_.xFullPathname = full_path;
  vfs_.xRandomness = randomness;
  vfs_.xSleep = sleep;
  vfs_.xCurrentTime = current_time;
  vfs_.xCurrentTimeInt64 = current_time_64;
  vfs_.xGetLastError = last_error;
  sqlite3_vfs_register(&vfs_, as == As::default_one ? 1 : 0);
  if (as == As::default_one) sqlite3_randomness(0, nullptr);  // its chance begins anew, with this run's seed
}

Vfs::~Vfs() { sqlite3_vfs_unregister(&vfs_); }

void Vfs::restart() {
  shared_.clear();
  locks_.clear();
}

}  // namespace gatepost::simulation
