#include "journal/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

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
  FileDescriptor opened(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
  if (!opened.is_open())
    return Error{std::string("cannot be created: ") + std::strerror(errno), name,
                 "check that the folder exists and that the user that runs gatepost may write there"};
  if (::flock(opened.number(), LOCK_EX | LOCK_NB) != 0)
    return Error{"another gatepost writes this journal: process " + holder(opened.number()), file.string(),
                 "stop that one first, or give this site a journal of its own"};
  const std::string pid = std::to_string(::getpid());
  if (::ftruncate(opened.number(), 0) != 0 || ::pwrite(opened.number(), pid.data(), pid.size(), 0) < 0)
    return Error{std::string("cannot be written: ") + std::strerror(errno), name, "check the disk"};
  return FileLock(std::move(opened));
}

}  // namespace gatepost::journal
