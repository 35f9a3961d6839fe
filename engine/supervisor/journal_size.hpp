// What a journal takes of its disk.
#pragma once

#include <cstdint>
#include <filesystem>

namespace gatepost::supervisor {

/// Bytes of the database and of what SQLite keeps beside it (sqlite.org/tempfiles.html).
inline std::uintmax_t size_of_journal(const std::filesystem::path& journal) {
  std::uintmax_t size = 0;
  for (const char* end : {"", "-wal", "-shm"}) {
    std::error_code absent;
    const auto bytes = std::filesystem::file_size(journal.string() + end, absent);
    if (!absent) size += bytes;
  }
  return size;
}

}  // namespace gatepost::supervisor
