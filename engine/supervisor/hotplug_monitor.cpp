#include "supervisor/hotplug_monitor.hpp"

#include <linux/netlink.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <gatepost/file_descriptor.hpp>
#include <memory>
#include <utility>

namespace gatepost::supervisor {
namespace {

constexpr unsigned from_kernel = 1, from_udevd = 2;  // the multicast groups
constexpr int pause_ms = 20;

Error refused() {
  return {std::string("cannot hear of devices that come and go: ") + std::strerror(errno), "netlink",
          "allow AF_NETLINK to this service; until then devices that are back are found by trying"};
}

/// Reads all that waits; whether any of it matters.
bool drain(int socket) {
  std::array<char, 8192> buffer{};  // UEVENT_BUFFER_SIZE is 2048; udevd adds to it
  bool found = false;
  while (true) {
    const auto size = ::recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == ENOBUFS) {  // some were lost
      found = true;
      continue;
    }
    if (size <= 0) return found;
    found = tells_of_a_device({buffer.data(), static_cast<std::size_t>(size)}) || found;
  }
}

void work(const std::stop_token& stop, int socket, int bell, const std::function<void()>& callback) {
  const std::stop_callback wake(stop, [bell] {
    const std::uint64_t one = 1;
    static_cast<void>(!::write(bell, &one, sizeof one));
  });
  while (!stop.stop_requested()) {
    std::array watched{pollfd{socket, POLLIN, 0}, pollfd{bell, POLLIN, 0}};
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return;
    if (stop.stop_requested()) return;
    if (!drain(socket)) continue;
    callback();
    pollfd rung{bell, POLLIN, 0};
    ::poll(&rung, 1, pause_ms);  // what comes meanwhile is told of together
  }
}

}  // namespace

bool tells_of_a_device(std::string_view message) {
  constexpr std::array<std::string_view, 6> actions{"ACTION=add",    "ACTION=bind",    "ACTION=remove",
                                                    "ACTION=unbind", "ACTION=offline", "ACTION=online"};
  constexpr std::array<std::string_view, 6> kinds{"SUBSYSTEM=usb",   "SUBSYSTEM=tty",         "SUBSYSTEM=hidraw",
                                                  "SUBSYSTEM=input", "SUBSYSTEM=video4linux", "SUBSYSTEM=gpio"};
  bool action = false, kind = false;
  while (!message.empty()) {
    const auto word = message.substr(0, message.find('\0'));
    action = action || std::ranges::find(actions, word) != actions.end();
    kind = kind || std::ranges::find(kinds, word) != kinds.end();
    message.remove_prefix(std::min(word.size() + 1, message.size()));
  }
  return action && kind;
}

Result<HotplugMonitor> HotplugMonitor::listen(std::function<void()> callback) {
  FileDescriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT));
  FileDescriptor bell(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!socket.is_open() || !bell.is_open()) return refused();
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = from_kernel | from_udevd;
  if (::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return refused();
  return HotplugMonitor(
      std::jthread([socket = std::move(socket), bell = std::move(bell), callback = std::move(callback)](
                       const std::stop_token& stop) { work(stop, socket.number(), bell.number(), callback); }));
}

}  // namespace gatepost::supervisor
