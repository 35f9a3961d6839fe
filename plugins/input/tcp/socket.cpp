#include "socket.hpp"

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>

namespace tcp {
namespace {

using gatepost::Error;
using gatepost::Result;

const sockaddr* as_address(const sockaddr_storage& address) { return reinterpret_cast<const sockaddr*>(&address); }

constexpr int most_in_backlog = 128;  // a hall of scanners whose power comes back calls in one moment

bool set(const FileDescriptor& socket, int level, int option, int value) {
  return ::setsockopt(socket.number(), level, option, &value, sizeof value) == 0;
}

Result<FileDescriptor> open_socket(const sockaddr_storage& address, const Endpoint& endpoint) {
  FileDescriptor socket(::socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open())
    return Error{std::string("no socket: ") + std::strerror(errno), endpoint.text(),
                 errno == EAFNOSUPPORT ? "this machine has no IPv6: use an IPv4 address" : "see the system's limits"};
  return socket;
}

Error not_listening(int code, const Endpoint& endpoint) {
  std::string remedy = "see `ip address` for the addresses of this machine";
  if (code == EADDRINUSE) remedy = "another program listens there: `ss -ltnp` shows which";
  if (code == EACCES) remedy = "ports below 1024 need a right of their own: use a higher one";
  return {std::string("cannot listen: ") + std::strerror(code), endpoint.text(), remedy};
}

// No errno tells how long it was waited.
std::string no_answer_in(std::chrono::steady_clock::duration time) {
  const auto milliseconds = std::chrono::round<std::chrono::milliseconds>(time).count();
  if (milliseconds < 1000) return "no answer in " + std::to_string(milliseconds) + " ms";
  return "no answer in " + std::to_string((milliseconds + 500) / 1000) + " s";
}

Error not_connected(const std::string& why, const Endpoint& endpoint) {
  return {"no connection: " + why, endpoint.text(), "check that the scanner is on, and its address and port"};
}

}  // namespace

Result<FileDescriptor> make_bell() {
  FileDescriptor bell(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!bell.is_open())
    return Error{std::string("no event descriptor: ") + std::strerror(errno), "this process",
                 "raise its limit of open files"};
  return bell;
}

void ring(const FileDescriptor& bell) {
  const std::uint64_t one = 1;
  static_cast<void>(::write(bell.number(), &one, sizeof one) == sizeof one);  // full means that it rings already
}

Result<FileDescriptor> listen_on(const Endpoint& endpoint) {
  const auto address = endpoint.to_socket();
  if (!address) return address.error();
  auto socket = open_socket(*address, endpoint);
  if (!socket) return socket;
  set(*socket, SOL_SOCKET, SO_REUSEADDR, 1);
  if (address->ss_family == AF_INET6) set(*socket, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (::bind(socket->number(), as_address(*address), sizeof *address) != 0 ||
      ::listen(socket->number(), most_in_backlog) != 0)
    return not_listening(errno, endpoint);
  return socket;
}

Result<FileDescriptor> connect_to(const Endpoint& endpoint, gatepost::Duration patience, const FileDescriptor& bell) {
  const auto address = endpoint.to_socket();
  if (!address) return address.error();
  auto socket = open_socket(*address, endpoint);
  if (!socket) return socket;
  if (::connect(socket->number(), as_address(*address), sizeof *address) == 0) return socket;
  if (errno != EINPROGRESS) return not_connected(std::strerror(errno), endpoint);
  std::array<pollfd, 2> watched{pollfd{socket->number(), POLLOUT, 0}, pollfd{bell.number(), POLLIN, 0}};
  const auto begun = std::chrono::steady_clock::now(), end = begun + patience;
  while (watched[0].revents == 0) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return not_connected(no_answer_in(patience), endpoint);
    if (::poll(watched.data(), watched.size(), static_cast<int>(left.count())) < 0 && errno != EINTR)
      return not_connected(std::strerror(errno), endpoint);
    if (watched[1].revents != 0) return FileDescriptor();
  }
  int code = 0;
  socklen_t size = sizeof code;
  if (::getsockopt(socket->number(), SOL_SOCKET, SO_ERROR, &code, &size) != 0 || code != 0)
    return not_connected(code == ETIMEDOUT || code == EHOSTUNREACH
                             ? no_answer_in(std::chrono::steady_clock::now() - begun)
                             : std::strerror(code),
                         endpoint);
  return socket;
}

Result<void> keep_alive(const FileDescriptor& socket, const Keepalive& keepalive) {
  const auto after = static_cast<int>(keepalive.after.count()), every = static_cast<int>(keepalive.every.count());
  set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  if (set(socket, SOL_SOCKET, SO_KEEPALIVE, 1) && set(socket, IPPROTO_TCP, TCP_KEEPIDLE, after) &&
      set(socket, IPPROTO_TCP, TCP_KEEPINTVL, every) && set(socket, IPPROTO_TCP, TCP_KEEPCNT, keepalive.tries) &&
      set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 1000 * (after + every * keepalive.tries)))
    return {};
  return Error{std::string("cannot watch over the connection: ") + std::strerror(errno), "keepalive",
               "use values that the kernel takes"};
}

Endpoint endpoint_of(const FileDescriptor& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  return Endpoint::of(address);
}

}  // namespace tcp
