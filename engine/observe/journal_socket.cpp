#include "observe/journal_socket.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <utility>

namespace gatepost::observe {

JournalSocket::JournalSocket(std::filesystem::path path)
    : path_(std::move(path)), descriptor_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  const timeval patience{1, 0};
  static_cast<void>(::setsockopt(descriptor_.number(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience));
}

bool JournalSocket::send(std::string_view fields) const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& name = path_.native();
  if (name.size() >= sizeof address.sun_path) return false;
  name.copy(address.sun_path, sizeof address.sun_path - 1);
  return ::sendto(descriptor_.number(), fields.data(), fields.size(), MSG_NOSIGNAL,
                  reinterpret_cast<const sockaddr*>(&address), sizeof address) == static_cast<ssize_t>(fields.size());
}

}  // namespace gatepost::observe
