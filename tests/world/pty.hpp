// A pseudo-terminal: the program has one end, the test is the device at the other.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>

namespace gatepost::world {

class Pty {
 public:
  Pty() {
    char name[128];
    if (::openpty(&master_, &slave_, name, nullptr, nullptr) != 0) std::abort();
    termios mode{};
    ::tcgetattr(slave_, &mode);
    ::cfmakeraw(&mode);
    ::tcsetattr(slave_, TCSANOW, &mode);
    ::fcntl(master_, F_SETFD, FD_CLOEXEC);
    ::fcntl(slave_, F_SETFD, FD_CLOEXEC);
    name_ = name;
  }
  ~Pty() {
    ::close(slave_);  // held open till now: the line outlives the program that is killed
    ::close(master_);
  }
  Pty(const Pty&) = delete;
  Pty& operator=(const Pty&) = delete;

  const std::string& name() const { return name_; }  ///< /dev/pts/7
  int master() const { return master_; }

  bool write(std::string_view bytes) {
    return ::write(master_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  }

  /// What comes within `timeout_ms`, at most `most` bytes; ends with the first silence.
  std::string read(int timeout_ms, std::size_t most = 65536) {
    std::string bytes;
    pollfd watched{master_, POLLIN, 0};
    while (bytes.size() < most && ::poll(&watched, 1, timeout_ms) == 1) {
      char buffer[4096];
      const auto size = ::read(master_, buffer, std::min(sizeof buffer, most - bytes.size()));
      if (size <= 0) break;
      bytes.append(buffer, static_cast<std::size_t>(size));
    }
    return bytes;
  }

 private:
  int master_ = -1, slave_ = -1;
  std::string name_;
};

}  // namespace gatepost::world
