// The half of edit.hpp that writes.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <gatepost/file_descriptor.hpp>

#include "config/edit.hpp"

namespace gatepost::config {
namespace {

namespace fs = std::filesystem;

Error failed(const char* what, const fs::path& file) {
  return {std::string(what) + ": " + std::strerror(errno), file.string(),
          "see whether the disk is full and whether you may write in this folder"};
}

// A new file beside the one that it will replace; gone again unless it has.
class Beside {
 public:
  explicit Beside(const fs::path& file)
      : name_((file.parent_path() / ("." + file.filename().string() + ".XXXXXX")).string()) {
    opened_ = FileDescriptor(::mkostemp(name_.data(), O_CLOEXEC));
  }
  ~Beside() {
    if (is_open() && !placed_) ::unlink(name_.c_str());
  }
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;

  bool is_open() const { return opened_.is_open(); }

  bool belongs_as(const struct stat& state) const {
    return ::fchown(opened_.number(), state.st_uid, state.st_gid) == 0 &&
           ::fchmod(opened_.number(), state.st_mode & 07777) == 0;
  }

  bool write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t put = ::write(opened_.number(), text.data(), text.size());
      if (put < 0 && errno == EINTR) continue;
      if (put <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(put));
    }
    return ::fsync(opened_.number()) == 0;
  }

  bool place(const fs::path& file) {
    placed_ = ::rename(name_.c_str(), file.c_str()) == 0;
    return placed_;
  }

 private:
  std::string name_;
  FileDescriptor opened_;
  bool placed_ = false;
};

void sync_folder(const fs::path& folder) {
  const FileDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  static_cast<void>(::fsync(opened.number()));  // the file is whole in any case
}

}  // namespace

Result<void> replace(const fs::path& link, const std::string& expected, const std::string& text) {
  std::error_code unknown;
  const fs::path file = fs::canonical(link, unknown);
  struct stat state {};
  if (unknown || ::stat(file.c_str(), &state) != 0) return failed("cannot be found any more", link);
  Beside fresh(file);
  if (!fresh.is_open()) return failed("cannot write beside it", file);
  if (!fresh.belongs_as(state)) return failed("cannot give the new file the owner and mode of the old one", file);
  if (!fresh.write(text)) return failed("cannot write the new file", file);
  const auto now = read_source(file);
  if (!now) return now.error();
  if (*now != expected) return Error{"was changed by somebody else meanwhile", file.string(), "run this again"};
  if (!fresh.place(file)) return failed("cannot put the new file in its place", file);
  sync_folder(file.parent_path());
  return {};
}

}  // namespace gatepost::config
