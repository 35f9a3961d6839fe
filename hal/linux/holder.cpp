#include "linux/holder.hpp"

#include <unistd.h>

#include <cstdlib>
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

std::vector<Holder> holders_of(const fs::path& file, const fs::path& proc) {
  std::vector<Holder> found;
  std::error_code failure;
  const fs::path real = fs::canonical(file, failure);
  if (failure) return {};
  for (fs::directory_iterator entry(proc, failure), end; !failure && entry != end; entry.increment(failure)) {
    const std::string number = entry->path().filename().string();
    if (number.find_first_not_of("0123456789") != number.npos || number == std::to_string(::getpid())) continue;
    if (!has_open(entry->path(), real)) continue;
    Holder holder{.process = std::atoi(number.c_str()), .name = {}};
    std::getline(std::ifstream(entry->path() / "comm"), holder.name);
    found.push_back(std::move(holder));
  }
  return found;
}

std::string holder_of(const std::string& file) {
  const auto all = holders_of(file);
  return all.empty() ? std::string() : all.front().text();
}

}  // namespace gatepost::hal
