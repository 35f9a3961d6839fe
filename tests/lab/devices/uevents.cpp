#include "devices/uevents.hpp"

#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace gatepost::lab {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

std::string device_name(const fs::path& uevent) {
  static constexpr std::string_view key = "DEVNAME=";
  std::ifstream file(uevent);
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(key)) return line.substr(key.size());
  return {};
}

// Hears from its making on, so: make it, look, and then wait for what may change what was seen.
class Uevents {
 public:
  Uevents() : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT)) {
    constexpr unsigned from_kernel = 1, from_udevd = 2;
    sockaddr_nl groups{};
    groups.nl_family = AF_NETLINK;
    groups.nl_groups = from_kernel | from_udevd;
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&groups), sizeof groups) != 0) std::abort();
  }
  ~Uevents() { ::close(socket_); }
  Uevents(const Uevents&) = delete;
  Uevents& operator=(const Uevents&) = delete;

  /// Until one comes, or several, or `patience` is over.
  void wait(std::chrono::milliseconds patience) const {
    pollfd watched{socket_, POLLIN, 0};
    ::poll(&watched, 1, static_cast<int>(patience.count()));
    std::array<char, 8192> unread;
    while (::recv(socket_, unread.data(), unread.size(), 0) > 0) {
    }
  }

 private:
  int socket_;
};

}  // namespace

bool after_uevents(const std::function<bool()>& holds, std::chrono::milliseconds patience) {
  const Uevents uevents;
  const auto end = Clock::now() + patience;
  // A removal is told of a moment before it is done, and nothing tells when it is: hence no wait is longer than this.
  constexpr std::chrono::milliseconds longest(100);
  while (!holds()) {
    if (Clock::now() >= end) return false;
    uevents.wait(longest);
  }
  return true;
}

std::vector<std::string> nodes_of(const std::string& sysfs, const std::string& kind) {
  std::vector<std::string> nodes;
  std::error_code gone;  // it may go while it is looked at
  const fs::path top = fs::canonical(sysfs, gone);
  if (gone) return nodes;
  for (fs::recursive_directory_iterator entry(top, gone), none; !gone && entry != none; entry.increment(gone)) {
    if (entry->path().filename() != "uevent") continue;
    const auto name = device_name(entry->path());
    if (name.starts_with(kind) && fs::exists("/dev/" + name)) nodes.push_back("/dev/" + name);
  }
  std::sort(nodes.begin(), nodes.end());
  return nodes;
}

}  // namespace gatepost::lab
