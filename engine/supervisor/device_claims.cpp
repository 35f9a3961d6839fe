#include "supervisor/device_claims.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <functional>

namespace gatepost::supervisor {
namespace {

// A name without a file (unix(7), "abstract"): the kernel drops it with the process, however that ends.
struct Name {
  sockaddr_un address{};
  socklen_t size = 0;
};

Name name_of(const std::string& device) {
  std::string text = "gatepost device " + device;
  constexpr std::size_t most = sizeof sockaddr_un{}.sun_path - 1;
  if (text.size() > most) text = "gatepost device " + std::to_string(std::hash<std::string>()(device));
  Name name;
  name.address.sun_family = AF_UNIX;
  text.copy(name.address.sun_path + 1, most);
  name.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  return name;
}

const sockaddr* plain(const Name& name) { return reinterpret_cast<const sockaddr*>(&name.address); }

FileDescriptor make_socket() { return FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

// "gatepost (process 1234)"
std::string holder_of(const Name& name) {
  const FileDescriptor socket = make_socket();
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::connect(socket.number(), plain(name), name.size) != 0 ||
      ::getsockopt(socket.number(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.pid <= 0)
    return "another program";
  std::string program;
  std::getline(std::ifstream("/proc/" + std::to_string(peer.pid) + "/comm"), program);
  return (program.empty() ? std::string("a program") : program) + " (process " + std::to_string(peer.pid) + ")";
}

}  // namespace

Result<DeviceClaims::Claim> DeviceClaims::claim(const std::string& device) {
  if (auto held = own_[device].lock()) return held;
  const Name name = name_of(device);
  auto socket = std::make_shared<const FileDescriptor>(make_socket());
  if (::bind(socket->number(), plain(name), name.size) == 0 && ::listen(socket->number(), 4) == 0) {
    own_[device] = socket;
    return Claim(std::move(socket));
  }
  if (errno == EADDRINUSE)
    return Error{"is used by " + holder_of(name) + " too, and neither sees what the other one does with it", device,
                 "let one site have the device; one entry of it can serve several lanes"};
  return Error{std::string("cannot be claimed: ") + std::strerror(errno), device, {}};
}

}  // namespace gatepost::supervisor
