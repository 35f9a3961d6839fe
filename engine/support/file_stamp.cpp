#include <gatepost/support/file_stamp.hpp>

#include <sys/stat.h>

#include <cerrno>
#include <sstream>

namespace gatepost::support {
namespace {

std::int64_t nanoseconds(const timespec& time) { return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

}  // namespace

FileStamp FileStamp::of(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return {.code = errno};
  return {status.st_dev, status.st_ino, status.st_size, nanoseconds(status.st_mtim), nanoseconds(status.st_ctim)};
}

std::string FileStamp::text() const {
  std::ostringstream line;
  line << device << ' ' << inode << ' ' << size << ' ' << modified << ' ' << changed;
  return line.str();
}

std::optional<FileStamp> FileStamp::parse(std::string_view text) {
  std::istringstream line{std::string(text)};
  FileStamp stamp;
  if (!(line >> stamp.device >> stamp.inode >> stamp.size >> stamp.modified >> stamp.changed)) return {};
  return stamp;
}

}  // namespace gatepost::support
