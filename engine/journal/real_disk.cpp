#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <gatepost/file_descriptor.hpp>
#include <utility>

#include "journal/disk.hpp"

namespace gatepost::journal {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kept_mode = 0640;

Error cannot_create(const fs::path& file, int code) {
  if (code == ELOOP)
    return {"is a link, which is not followed", file.string(),
            "see who made it, remove it, and name the place that is meant in the site file"};
  return {std::string("cannot be created: ") + std::strerror(code), file.string(),
          "check that the folder exists and that the user that runs gatepost may write there"};
}

Error cannot_read(const fs::path& file, int code) {
  return {std::string("cannot be read: ") + std::strerror(code), file.string(),
          "check the disk, and that the file is the user's that runs gatepost"};
}

std::string text_in(int descriptor) {
  std::array<char, 128> text{};
  const auto size = ::pread(descriptor, text.data(), text.size(), 0);
  return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

// Whatever the umask left: no more than the mode that is kept.
void tighten(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) == 0 && (status.st_mode & 0777 & ~kept_mode) != 0)
    static_cast<void>(::fchmod(descriptor, status.st_mode & kept_mode));
}

Result<FileDescriptor> open_to_write(const fs::path& file) {
  FileDescriptor opened(::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, kept_mode));
  if (!opened.is_open()) return cannot_create(file, errno);
  tighten(opened.number());
  return opened;
}

class RealFile final : public Disk::File {
 public:
  explicit RealFile(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}
  bool write(std::uint64_t at, std::span<const std::byte> bytes) override {
    return ::pwrite(descriptor_.number(), bytes.data(), bytes.size(), static_cast<off_t>(at)) ==
           static_cast<ssize_t>(bytes.size());
  }
  bool sync() override { return ::fdatasync(descriptor_.number()) == 0; }

 private:
  FileDescriptor descriptor_;
};

class RealLock final : public Disk::Lock {
 public:
  RealLock(fs::path name, FileDescriptor descriptor, std::string left)
      : name_(std::move(name)), descriptor_(std::move(descriptor)), left_(std::move(left)) {}
  const std::string& left() const override { return left_; }
  void note(const std::string& text) override {
    static_cast<void>(::ftruncate(descriptor_.number(), 0) == 0 &&
                      ::pwrite(descriptor_.number(), text.data(), text.size(), 0) < 0);
  }
  bool is_in_place() const override {
    struct stat own {
    }, there{};
    return ::fstat(descriptor_.number(), &own) == 0 && ::stat(name_.c_str(), &there) == 0 &&
           own.st_dev == there.st_dev && own.st_ino == there.st_ino;
  }

 private:
  fs::path name_;
  FileDescriptor descriptor_;
  std::string left_;
};

class RealDisk final : public Disk {
 public:
  void make_folder(const fs::path& folder) const override {
    std::error_code ignored;
    fs::create_directories(folder, ignored);
  }

  std::vector<std::string> list(const fs::path& folder) const override {
    std::vector<std::string> names;
    std::error_code failure;
    for (fs::directory_iterator entry(folder.empty() ? "." : folder, failure), end; !failure && entry != end;
         entry.increment(failure))
      names.push_back(entry->path().filename().string());
    return names;
  }

  bool sync_folder(const fs::path& folder) const override {
    const FileDescriptor opened(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return ::fsync(opened.number()) == 0 || errno == EINVAL;  // some file systems have no such thing
  }

  Result<std::optional<FileIdentity>> identity(const fs::path& file) const override {
    struct stat status {};
    if (::stat(file.c_str(), &status) == 0)
      return std::optional(FileIdentity{status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size),
                                        std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec});
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<FileIdentity>();
    return cannot_read(file, errno);
  }

  Result<std::vector<std::byte>> read(const fs::path& file, std::size_t most) const override {
    const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened.is_open() && (errno == ENOENT || errno == ENOTDIR)) return std::vector<std::byte>();
    if (!opened.is_open()) return cannot_read(file, errno);
    std::vector<std::byte> bytes(most);
    std::size_t size = 0;
    while (size < most) {
      const auto got = ::pread(opened.number(), bytes.data() + size, most - size, static_cast<off_t>(size));
      if (got < 0) return cannot_read(file, errno);
      if (got == 0) break;
      size += static_cast<std::size_t>(got);
    }
    bytes.resize(size);
    return bytes;
  }

  Result<std::unique_ptr<File>> open(const fs::path& file) const override {
    auto opened = open_to_write(file);
    if (!opened) return opened.error();
    return std::unique_ptr<File>(std::make_unique<RealFile>(std::move(*opened)));
  }

  // Not kept open: closing it would take SQLite's own locks of the file (fcntl(2)), so this is for before it is opened.
  Result<void> prepare(const fs::path& file) const override {
    const FileDescriptor made(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kept_mode));
    if (made.is_open()) {
      tighten(made.number());
      return {};
    }
    if (errno != EEXIST) return cannot_create(file, errno);
    struct stat status {};
    if (::lstat(file.c_str(), &status) == 0 && S_ISLNK(status.st_mode)) return cannot_create(file, ELOOP);
    return {};
  }

  void restrict_to_group(const fs::path& file) const override {
    struct stat status {};
    if (::lstat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
    if ((status.st_mode & 0777 & ~kept_mode) == 0) return;
    static_cast<void>(::fchmodat(AT_FDCWD, file.c_str(), status.st_mode & kept_mode, 0));
  }

  Result<void> rename(const fs::path& from, const fs::path& to) const override {
    std::error_code failure;
    fs::rename(from, to, failure);
    if (failure) return Error{"cannot be renamed: " + failure.message(), from.string(), "check the disk"};
    return {};
  }

  void remove(const fs::path& file) const override {
    std::error_code ignored;
    fs::remove(file, ignored);
  }

  Result<std::unique_ptr<Lock>> lock(const fs::path& journal) const override {
    const fs::path name = journal.string() + ".lock";
    auto opened = open_to_write(name);
    if (!opened) return opened.error();
    std::string left = text_in(opened->number());
    if (::flock(opened->number(), LOCK_EX | LOCK_NB) != 0)
      return Error{"another gatepost writes this journal: process " +
                       (left.empty() ? std::string("unknown") : left.substr(0, left.find(' '))),
                   journal.string(), "stop that one first, or give this site a journal of its own"};
    return std::unique_ptr<Lock>(std::make_unique<RealLock>(name, std::move(*opened), std::move(left)));
  }
};

}  // namespace

const Disk& real_disk() {
  static const RealDisk disk;
  return disk;
}

}  // namespace gatepost::journal
