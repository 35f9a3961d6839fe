// One writer a journal.
#pragma once

#include <filesystem>
#include <gatepost/result.hpp>

namespace gatepost::journal {

/// Holds FILE.lock for as long as it lives; the kernel lets go of it when the process dies, however it dies.
class FileLock {
 public:
  /// An Error names the process that holds it.
  static Result<FileLock> take(const std::filesystem::path& file);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace gatepost::journal
