// A device file as a driver uses it: opened, waited for, asked.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>

#include "devices/bytes.hpp"

namespace gatepost::lab {

class File {
 public:
  explicit File(const std::string& name, int flags = O_RDWR | O_NONBLOCK)
      : File(::open(name.c_str(), flags | O_CLOEXEC)) {
    EXPECT_GE(descriptor_, 0) << "'" << name << "': " << std::strerror(errno);
  }
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int descriptor() const { return descriptor_; }

  /// Waits until there is something to read; false: not within `patience`.
  bool ready(std::chrono::milliseconds patience = std::chrono::seconds(10)) const {
    pollfd watched{descriptor_, POLLIN, 0};
    return ::poll(&watched, 1, static_cast<int>(patience.count())) == 1;
  }
  /// What one read gives, at most `most` bytes; empty when nothing comes, or the device is gone.
  Bytes read(std::size_t most = 4096, std::chrono::milliseconds patience = std::chrono::seconds(10)) const {
    Bytes bytes(most);
    const auto size = ready(patience) ? ::read(descriptor_, bytes.data(), bytes.size()) : 0;
    bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return bytes;
  }
  bool write(const Bytes& bytes) const {
    return ::write(descriptor_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  }
  /// What ioctl returns, or minus its errno.
  template <class T>
  int ask(unsigned long request, T* what) const {
    const int answer = ::ioctl(descriptor_, request, what);
    return answer < 0 ? -errno : answer;
  }

 private:
  int descriptor_;
};

}  // namespace gatepost::lab
