#include "plugin/private_copy.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace gatepost::plugin {
namespace {

constexpr std::uint64_t largest = std::uint64_t{256} << 20U;  ///< bytes; a larger file is no plugin

// The kernel says EBUSY while it holds a page of it for a reason of its own, after it has waited for a tenth of a
// second by itself (mm/memfd.c).
bool seal(int memory) {
  constexpr int most_tries = 20;
  constexpr int all = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
  for (int tries = 1; ::fcntl(memory, F_ADD_SEALS, all) != 0; ++tries)
    if (errno != EBUSY || tries == most_tries) return false;
  return true;
}

Error failed(const char* what, const std::filesystem::path& file) {
  return {std::string("cannot be copied: ") + what + ": " + std::strerror(errno), file.string(),
          "make memory free, and let the engine make memory files (memfd_create)"};
}

}  // namespace

Result<PrivateCopy> PrivateCopy::of(int descriptor, const std::filesystem::path& file) {
  FileDescriptor memory(::memfd_create(file.filename().c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory.is_open()) return failed("no memory file", file);
  PrivateCopy copy(std::move(memory));
  off_t from = 0;
  while (copy.size_ <= largest) {
    const auto moved = ::sendfile(copy.descriptor(), descriptor, &from, std::size_t{1} << 20U);
    if (moved < 0 && errno == EINTR) continue;
    if (moved < 0) return failed("reading it", file);
    if (moved == 0) break;
    copy.size_ += static_cast<std::uint64_t>(moved);
  }
  if (copy.size_ > largest)
    return Error{"is larger than any plugin", file.string(), "remove it from the plugin folder"};
  if (!seal(copy.descriptor())) return failed("sealing it", file);
  return copy;
}

std::string PrivateCopy::path() const {
  return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(descriptor());
}

}  // namespace gatepost::plugin
