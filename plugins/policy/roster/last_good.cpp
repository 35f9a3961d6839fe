#include "last_good.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <gatepost/file_descriptor.hpp>
#include <system_error>

namespace roster {

namespace {

namespace fs = std::filesystem;
using gatepost::Error;
using gatepost::FileDescriptor;
using gatepost::Result;

constexpr const char* copy_name = "last_good.csv";

Error cannot_keep(const fs::path& file, int number) {
  return {"the last good list cannot be kept: " + std::generic_category().message(number), file.string(),
          "see that its disk has space and that the engine's user may write there"};
}

/// fs::copy_file tells of no error of the sync that a power cut asks for.
Result<void> sync(const fs::path& path, int flags) {
  const FileDescriptor opened(::open(path.c_str(), flags | O_RDONLY | O_CLOEXEC));
  if (!opened.is_open() || ::fsync(opened.number()) != 0) return cannot_keep(path, errno);
  return {};
}

}  // namespace

Result<void> LastGood::keep(const fs::path& list, const Stamp& stamp) const {
  const auto folder = host_->data_folder();
  if (!folder) return folder.error();
  const fs::path next = *folder / (std::string(copy_name) + ".new");
  std::error_code failure;
  fs::copy_file(list, next, fs::copy_options::overwrite_existing, failure);
  if (failure) return cannot_keep(next, failure.value());
  fs::permissions(next, fs::perms::owner_read | fs::perms::owner_write, failure);
  if (auto synced = sync(next, 0); !synced) return synced;
  const auto after = Stamp::of(list);
  if (!after || *after != stamp)
    return Error{"the list changed while it was copied", list.string(), "it is tried again"};
  fs::rename(next, *folder / copy_name, failure);
  if (failure) return cannot_keep(next, failure.value());
  return sync(*folder, O_DIRECTORY);
}

void LastGood::confirm() const {
  if (const auto folder = host_->data_folder()) ::utimensat(AT_FDCWD, (*folder / copy_name).c_str(), nullptr, 0);
}

std::optional<LastGood::Copy> LastGood::find() const {
  const auto folder = host_->data_folder();
  struct stat status {};
  if (!folder || ::stat((*folder / copy_name).c_str(), &status) != 0) return {};
  const gatepost::WallTime confirmed(std::chrono::seconds(status.st_mtim.tv_sec));
  return Copy{*folder / copy_name, std::max(host_->clock().wall() - confirmed, gatepost::Duration::zero())};
}

}  // namespace roster
