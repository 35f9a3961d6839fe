// Files that are there whole or not at all.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <gatepost/result.hpp>
#include <string>
#include <string_view>

namespace gatepost::card {

/// What a file is to hold, written beside it and synced; commit() puts it in its place. Without that it is gone with
/// this object.
class PendingFile {
 public:
  /// A file that is there keeps its mode and, as far as this user may give it, its owner; a new one gets `mode`, as far
  /// as the umask lets it. A symbolic link is followed.
  static Result<PendingFile> write(const std::filesystem::path& file, std::string_view bytes, mode_t mode);

  PendingFile(PendingFile&& other) noexcept;
  PendingFile& operator=(PendingFile&&) = delete;
  ~PendingFile();

  Result<void> commit();

 private:
  PendingFile(std::filesystem::path file, std::filesystem::path beside)
      : file_(std::move(file)), beside_(std::move(beside)) {}

  std::filesystem::path file_, beside_;  ///< `beside_` is empty when there is nothing to take away
};

/// Writes all of it.
bool write_all(int descriptor, std::string_view bytes);

}  // namespace gatepost::card
