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

}  // namespace

Uevents::Uevents() : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT)) {
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  kernel.nl_groups = 1;  // the kernel's own; udevd speaks in 2
  if (::bind(socket_, reinterpret_cast<sockaddr*>(&kernel), sizeof kernel) != 0) std::abort();
}

Uevents::~Uevents() { ::close(socket_); }

std::vector<std::string> Uevents::next(std::chrono::milliseconds patience) {
  pollfd watched{socket_, POLLIN, 0};
  if (::poll(&watched, 1, static_cast<int>(patience.count())) != 1) return {};
  std::array<char, 8192> buffer;
  const auto size = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (size <= 0) return {"ACTION=lost"};  // more came than the socket holds: look again
  std::vector<std::string> words;
  for (const char *word = buffer.data(), *end = word + size; word < end; word += words.back().size() + 1)
    words.emplace_back(word, std::find(word, end, '\0'));
  return words;
}

bool after_uevents(const std::function<bool()>& holds, std::chrono::milliseconds patience) {
  Uevents uevents;
  const auto end = Clock::now() + patience;
  // A removal is told of a moment before it is done, and nothing tells when it is: hence no wait is longer than this.
  constexpr std::chrono::milliseconds longest(100);
  while (!holds()) {
    if (Clock::now() >= end) return false;
    uevents.next(longest);
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
