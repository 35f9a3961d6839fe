#include "runtime/network_events.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace gatepost::runtime {
namespace {

Error refused(const char* what) {
  return {std::string(what) + ": " + std::strerror(errno), "rtnetlink",
          "allow AF_NETLINK to this service; until then outputs find a network that is back by trying"};
}

// A wireless card tells of each scan by a link message in which nothing has changed.
bool matters(const nlmsghdr& message) {
  if (message.nlmsg_type != RTM_NEWLINK) return message.nlmsg_type >= RTM_BASE;
  if (message.nlmsg_len < NLMSG_LENGTH(sizeof(ifinfomsg))) return false;
  ifinfomsg link{};
  std::memcpy(&link, reinterpret_cast<const char*>(&message) + NLMSG_HDRLEN, sizeof link);
  return link.ifi_change != 0;
}

bool any_matters(const char* bytes, std::size_t size) {
  while (size >= sizeof(nlmsghdr)) {
    nlmsghdr header{};
    std::memcpy(&header, bytes, sizeof header);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > size) return false;
    if (matters(*reinterpret_cast<const nlmsghdr*>(bytes))) return true;
    const std::size_t step = std::min<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), size);
    bytes += step;
    size -= step;
  }
  return false;
}

}  // namespace

Result<NetworkEvents> NetworkEvents::open() {
  FileDescriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
  if (!socket.is_open()) return refused("cannot hear of changes of the network");
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
  if (::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return refused("cannot hear of changes of the network");
  return NetworkEvents(std::move(socket));
}

bool NetworkEvents::changed() const {
  alignas(nlmsghdr) std::array<char, 16384> buffer{};
  bool found = false;
  while (true) {
    const auto size = ::recv(socket_.number(), buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == ENOBUFS) return true;  // some were lost
    if (size <= 0) return found;
    found = any_matters(buffer.data(), static_cast<std::size_t>(size)) || found;
  }
}

}  // namespace gatepost::runtime
