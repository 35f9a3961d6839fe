#include "linux/holder.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace gatepost::hal {
namespace {

namespace fs = std::filesystem;

bool has_open(const fs::path& process, const fs::path& file) {
  std::error_code failure;
  for (fs::directory_iterator entry(process / "fd", failure), end; !failure && entry != end; entry.increment(failure)) {
    std::error_code unreadable;
    if (fs::read_symlink(entry->path(), unreadable) == file && !unreadable) return true;
  }
  return false;
}

}  // namespace

std::string holder_of(const std::string& file) {
  std::error_code failure;
  const fs::path real = fs::canonical(file, failure);
  if (failure) return {};
  for (fs::directory_iterator entry("/proc", failure), end; !failure && entry != end; entry.increment(failure)) {
    const std::string pid = entry->path().filename().string();
    if (pid.find_first_not_of("0123456789") != pid.npos || pid == std::to_string(::getpid())) continue;
    if (!has_open(entry->path(), real)) continue;
    std::string name;
    std::getline(std::ifstream(entry->path() / "comm"), name);
    return name.append(" (process ").append(pid).append(")");
  }
  return {};
}

}  // namespace gatepost::hal
