// What the journal asks of a disk past SQLite: locks, marks, renames, folders. A simulation gives another one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <gatepost/result.hpp>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

namespace gatepost::journal {

/// Which file a path leads to now.
struct FileIdentity {
  std::uint64_t device = 0, inode = 0, size = 0;
  std::int64_t modified = 0;  ///< when it was written last, as the disk counts
  bool operator==(const FileIdentity&) const = default;
  bool is_same_file(const FileIdentity& other) const { return device == other.device && inode == other.inode; }
};

/// Safe to call from any thread.
class Disk {
 public:
  /// A lock that is held for as long as the object lives.
  class Lock {
   public:
    virtual ~Lock() = default;
    /// What the last holder has noted; nothing where there was none.
    virtual const std::string& left() const = 0;
    virtual void note(const std::string& text) = 0;
    /// FILE.lock is still the file that is locked: nobody else can have the lock.
    virtual bool is_in_place() const = 0;
  };
  /// Open for writing in place.
  class File {
   public:
    virtual ~File() = default;
    virtual bool write(std::uint64_t at, std::span<const std::byte> bytes) = 0;
    virtual bool sync() = 0;
  };

  virtual ~Disk() = default;

  /// Held by whoever opens a journal by its name in this process, and by one alone while a journal's files get other
  /// names.
  std::shared_mutex& names() const { return names_; }

  /// The SQLite VFS that leads to the same files; null: the default one.
  virtual const char* vfs() const { return nullptr; }

  /// A folder with those above it; where that fails, what is done there next says why.
  virtual void make_folder(const std::filesystem::path& folder) const = 0;
  /// The names in a folder; none where it cannot be read.
  virtual std::vector<std::string> list(const std::filesystem::path& folder) const = 0;
  /// False: what was made, renamed or removed in it may not be on the disk.
  virtual bool sync_folder(const std::filesystem::path& folder) const = 0;

  /// Nothing where there is no file; an Error where the disk does not tell.
  virtual Result<std::optional<FileIdentity>> identity(const std::filesystem::path& file) const = 0;
  /// A file that cannot be asked for is taken to be there.
  bool exists(const std::filesystem::path& file) const {
    const auto found = identity(file);
    return !found || found->has_value();
  }

  /// The first bytes of a file, at most `most`; fewer where it is shorter, none where there is none.
  virtual Result<std::vector<std::byte>> read(const std::filesystem::path& file, std::size_t most) const = 0;

  /// Makes the file where there is none; its owner and group alone may read it. A link is refused.
  virtual Result<std::unique_ptr<File>> open(const std::filesystem::path& file) const = 0;
  /// For files that SQLite opens: the same, and nothing is left open. A file that is there keeps its bytes.
  virtual Result<void> prepare(const std::filesystem::path& file) const = 0;
  /// Takes rights that others have on a file that is there.
  virtual void restrict_to_group(const std::filesystem::path& file) const = 0;

  virtual Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) const = 0;
  virtual void remove(const std::filesystem::path& file) const = 0;

  /// The writer's lock of a journal: FILE.lock, let go of by the kernel when the process dies, however it dies. An
  /// Error names the process that holds it, by the first word of its note.
  virtual Result<std::unique_ptr<Lock>> lock(const std::filesystem::path& journal) const = 0;

 private:
  mutable std::shared_mutex names_;
};

/// The machine's own.
const Disk& real_disk();

}  // namespace gatepost::journal
