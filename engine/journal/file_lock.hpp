// One writer a journal.
#pragma once

#include <filesystem>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/result.hpp>
#include <utility>

namespace gatepost::journal {

/// Holds FILE.lock for as long as it lives; the kernel lets go of it when the process dies, however it dies.
class FileLock {
 public:
  /// An Error names the process that holds it.
  static Result<FileLock> take(const std::filesystem::path& file);

 private:
  explicit FileLock(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}
  FileDescriptor descriptor_;
};

}  // namespace gatepost::journal
