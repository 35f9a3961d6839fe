// An open file that closes itself. Header-only; it is no part of what engine and plugins share at run time.
#pragma once

#include <unistd.h>

#include <utility>

namespace gatepost {

/// The one owner of what the kernel gives a number for: a file, a socket, a timer. It is closed when its owner goes, or
/// gets another in its place.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  /// What open(2) and its like have returned; a negative number is none.
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    const FileDescriptor former(std::exchange(number_, other.release()));
    return *this;
  }
  ~FileDescriptor() {
    if (number_ >= 0) ::close(number_);
  }

  bool is_open() const { return number_ >= 0; }
  /// For calls into the kernel; it stays this object's.
  int number() const { return number_; }
  /// Whoever takes the number is to close it.
  [[nodiscard]] int release() { return std::exchange(number_, -1); }

 private:
  int number_ = -1;
};

}  // namespace gatepost
