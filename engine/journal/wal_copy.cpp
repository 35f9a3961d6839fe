#include "journal/wal_copy.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "core/hooks.hpp"
#include "journal/encoding.hpp"

namespace gatepost::journal {
namespace {

namespace fs = std::filesystem;

fs::path wal_of(const fs::path& file) { return file.string() + "-wal"; }
fs::path copy_name(const fs::path& file) { return file.string() + "-wal.copy"; }
fs::path draft_of(const fs::path& file) { return file.string() + "-wal.draft"; }

Result<void> write_and_sync(const Disk& disk, const fs::path& file, std::span<const std::byte> bytes) {
  auto opened = disk.open(file);
  if (!opened) return opened.error();
  if (!(*opened)->write(0, bytes) || !(*opened)->sync())
    return Error{"cannot be written and synced", file.string(), "check the disk, and whether it is full"};
  return {};
}

Result<void> sync_folder_of(const Disk& disk, const fs::path& file) {
  if (core::mutant(core::Mutant::wal_copy_believed) || disk.sync_folder(file.parent_path())) return {};
  return Error{"cannot be synced", file.parent_path().string(), "check the disk"};
}

// It has its name only once its bytes are on the disk: after a sync that failed it would look whole, too.
Result<void> keep_copy(const Disk& disk, const fs::path& file, std::span<const std::byte> copy) {
  if (core::mutant(core::Mutant::wal_copy_believed)) {
    disk.remove(copy_name(file));
    if (auto written = write_and_sync(disk, copy_name(file), copy); !written) return written;
    static_cast<void>(disk.sync_folder(file.parent_path()));
    return {};
  }
  disk.remove(draft_of(file));  // one that is longer would leave its end behind
  if (auto written = write_and_sync(disk, draft_of(file), copy); !written) return written;
  if (auto renamed = disk.rename(draft_of(file), copy_name(file)); !renamed) return renamed;
  return sync_folder_of(disk, file);
}

// Where it cannot be removed, or is found again after a power cut, it must not be whole: it would be written over what
// the WAL has by then.
Result<void> remove_copy(const Disk& disk, const fs::path& file) {
  if (auto spoilt = write_and_sync(disk, copy_name(file), std::array<std::byte, sizeof(Hash)>{}); !spoilt)
    return spoilt;
  disk.remove(copy_name(file));
  static_cast<void>(disk.sync_folder(file.parent_path()));
  return {};
}

}  // namespace

// A copy is a hash of what follows, the WAL's inode, and its bytes.
Result<void> write_wal_over(const Disk& disk, const fs::path& file) {
  const auto found = disk.identity(wal_of(file));
  if (!found) return found.error();
  if (!*found) return {};
  const auto wal = disk.read(wal_of(file), (*found)->size);
  if (!wal) return wal.error();
  if (wal->empty()) return {};
  const auto inode = std::as_bytes(std::span(&(*found)->inode, 1));
  std::vector<std::byte> copy(sizeof(Hash));
  copy.insert(copy.end(), inode.begin(), inode.end());
  copy.insert(copy.end(), wal->begin(), wal->end());
  std::ranges::copy(hash_of(std::span(copy).subspan(sizeof(Hash))), copy.begin());
  if (auto kept = keep_copy(disk, file, copy); !kept) return kept;
  if (auto written = write_and_sync(disk, wal_of(file), *wal); !written) return written;
  return remove_copy(disk, file);
}

// One that is not whole is done with; one of another file has nothing to say of this one. Its name may not be on the
// disk yet, where a process died; then the WAL was not touched.
Result<void> finish_writing_wal_over(const Disk& disk, const fs::path& file) {
  const auto found = disk.identity(copy_name(file));
  if (!found) return found.error();
  if (!*found) return {};
  const auto copy = disk.read(copy_name(file), (*found)->size);
  if (!copy) return copy.error();
  const auto wal = disk.identity(wal_of(file));
  if (!wal) return wal.error();
  const std::span<const std::byte> bytes(*copy);
  if (*wal && bytes.size() > sizeof(Hash) + sizeof(*wal)->inode &&
      std::ranges::equal(bytes.first(sizeof(Hash)), hash_of(bytes.subspan(sizeof(Hash))))) {
    const auto told = bytes.subspan(sizeof(Hash));
    const auto inode = std::as_bytes(std::span(&(*wal)->inode, 1));
    if (std::ranges::equal(told.first(inode.size()), inode)) {
      if (auto synced = sync_folder_of(disk, file); !synced) return synced;
      if (auto written = write_and_sync(disk, wal_of(file), told.subspan(inode.size())); !written) return written;
    }
  }
  return remove_copy(disk, file);
}

}  // namespace gatepost::journal
