// The locks on files that this process holds.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace gatepost::world {

/// Whether this process holds a POSIX lock on the file (proc(5), /proc/locks). SQLite relies on such; they go when the
/// process closes any descriptor of the file, whoever opened it.
inline bool holds_lock(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return false;
  const std::string mine = " " + std::to_string(::getpid()) + " ", inode = ":" + std::to_string(status.st_ino) + " ";
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);)
    if (line.find(" POSIX ") != line.npos && line.find(mine) != line.npos && line.find(inode) != line.npos) return true;
  return false;
}

}  // namespace gatepost::world
