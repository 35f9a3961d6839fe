#include "journal/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace gatepost::journal {
namespace {

std::string holder(int descriptor) {
  std::array<char, 32> text{};
  const auto size = ::pread(descriptor, text.data(), text.size(), 0);
  return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : std::string("unknown");
}

}  // namespace

Result<FileLock> FileLock::take(const std::filesystem::path& file) {
  const std::string name = file.string() + ".lock";
  FileLock lock(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
  if (lock.descriptor_ < 0)
    return Error{std::string("cannot be created: ") + std::strerror(errno), name,
                 "check that the folder exists and that the user that runs gatepost may write there"};
  if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0)
    return Error{"another gatepost writes this journal: process " + holder(lock.descriptor_), file.string(),
                 "stop that one first, or give this site a journal of its own"};
  const std::string pid = std::to_string(::getpid());
  if (::ftruncate(lock.descriptor_, 0) != 0 || ::pwrite(lock.descriptor_, pid.data(), pid.size(), 0) < 0)
    return Error{std::string("cannot be written: ") + std::strerror(errno), name, "check the disk"};
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace gatepost::journal
