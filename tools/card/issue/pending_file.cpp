#include "card/issue/pending_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <gatepost/file_descriptor.hpp>
#include <utility>

namespace gatepost::card {
namespace {

namespace fs = std::filesystem;

Error not_written(const fs::path& file, int reason) {
  return {std::string("it cannot be written: ") + std::strerror(reason), file.string(),
          "name a file in a folder that you may write to"};
}

void sync_folder(const fs::path& file) {
  const FileDescriptor folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.is_open()) ::fsync(folder.number());
}

/// False: the mode cannot be kept. The owner is kept where this user may give files away.
bool keep_owner_and_mode(int descriptor, const struct stat& former) {
  [[maybe_unused]] const int ignored = ::fchown(descriptor, former.st_uid, former.st_gid);
  return ::fchmod(descriptor, former.st_mode & 07777U) == 0;
}

}  // namespace

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

Result<PendingFile> PendingFile::write(const fs::path& file, std::string_view bytes, mode_t mode) {
  std::error_code failure;
  const fs::path target = fs::weakly_canonical(fs::absolute(file), failure);
  if (failure || fs::is_directory(target, failure))
    return Error{"it cannot be written: it is a folder", file.string(), "name a file"};
  struct stat former {};
  const bool stands = ::stat(target.c_str(), &former) == 0;
  const fs::path beside =
      target.parent_path() / ("." + target.filename().string().substr(0, 200) + "." + std::to_string(::getpid()));
  ::unlink(beside.c_str());
  const FileDescriptor opened(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, stands ? 0600 : mode));
  if (!opened.is_open()) return not_written(file, errno);
  PendingFile pending(target, beside);
  if ((stands && !keep_owner_and_mode(opened.number(), former)) || !write_all(opened.number(), bytes) ||
      ::fsync(opened.number()) != 0)
    return not_written(file, errno);
  return pending;
}

PendingFile::PendingFile(PendingFile&& other) noexcept
    : file_(std::move(other.file_)), beside_(std::exchange(other.beside_, {})) {}

PendingFile::~PendingFile() {
  if (!beside_.empty()) ::unlink(beside_.c_str());
}

Result<void> PendingFile::commit() {
  if (::rename(beside_.c_str(), file_.c_str()) != 0) return not_written(file_, errno);
  beside_.clear();
  sync_folder(file_);
  return {};
}

}  // namespace gatepost::card
