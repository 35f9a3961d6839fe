// A plugin's file as it was at one moment.
#pragma once

#include <gatepost/file_descriptor.hpp>
#include <gatepost/result.hpp>

#include <filesystem>
#include <string>
#include <utility>

namespace gatepost::plugin {

/// The bytes of a file in memory that nobody can change any more, this process included (a sealed memfd, see
/// memfd_create(2)). A shared object loaded from it goes on working while its file is written over, cut or removed:
/// the pages of a file that is mapped change with it.
class PrivateCopy {
 public:
  /// Copies what `descriptor`, an open file, holds; `file` names it in errors and in /proc/PID/maps.
  static Result<PrivateCopy> of(int descriptor, const std::filesystem::path& file);

  int descriptor() const { return descriptor_.number(); }
  std::uint64_t size() const { return size_; }

  /// Where other programs find it too, a debugger for one: /proc/PID/fd/N.
  std::string path() const;

  /// Leaves the copy open until the process ends. The loader knows what it has loaded by its path, so that of a loaded
  /// copy must never become another's.
  /// Returns its number, for a guard process that loads it too.
  int keep() { return descriptor_.release(); }

 private:
  explicit PrivateCopy(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}
  FileDescriptor descriptor_;
  std::uint64_t size_ = 0;
};

}  // namespace gatepost::plugin
