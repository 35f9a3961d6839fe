#include <gatepost/support/unix_socket.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace gatepost::support {
namespace {

constexpr int most_waiting = 16;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

std::string way_to(const FileDescriptor& opened) { return "/proc/self/fd/" + std::to_string(opened.number()); }

Error failed(std::string what, const std::filesystem::path& socket, int code) {
  return {std::move(what) + ": " + std::strerror(code), socket.string(),
          "let the engine's user write the folder; without it the site runs, but nobody can ask it anything"};
}

Result<void> make_room(const std::filesystem::path& socket) {
  struct stat there {};
  if (::lstat(socket.c_str(), &there) != 0) return {};
  if (!S_ISSOCK(there.st_mode))
    return Error{"something that is no socket lies where the engine would listen", socket.string(), "move it away"};
  if (!dial(socket).descriptor.is_open()) return {};
  return Error{"another engine listens there", socket.string(),
               "stop it first, or give this site a journal of its own"};
}

}  // namespace

Dialled dial(const std::filesystem::path& socket) {
  const FileDescriptor place(::open(socket.c_str(), O_PATH | O_CLOEXEC));
  if (!place.is_open()) return {.code = errno};
  FileDescriptor end(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!end.is_open()) return {.code = errno};
  const sockaddr_un address = address_of(way_to(place));
  if (::connect(end.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {.code = errno};
  return {.descriptor = std::move(end)};
}

Result<FileDescriptor> listen_at(const std::filesystem::path& socket, unsigned mode) {
  if (auto room = make_room(socket); !room) return room.error();
  const auto folder_path = socket.has_parent_path() ? socket.parent_path() : std::filesystem::path(".");
  const FileDescriptor folder(::open(folder_path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) return failed("cannot open the folder", socket, errno);
  FileDescriptor ear(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!ear.is_open()) return failed("cannot make a socket", socket, errno);
  const std::string name = ".gatepost-" + std::to_string(::getpid()) + "-" + std::to_string(ear.number());
  ::unlinkat(folder.number(), name.c_str(), 0);
  const sockaddr_un address = address_of(way_to(folder) + "/" + name);
  if (::bind(ear.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return failed("cannot make the socket's file", socket, errno);
  // Nobody can connect before listen, so nobody comes in before the mode is right.
  if (::fchmodat(folder.number(), name.c_str(), mode, 0) == 0 && ::listen(ear.number(), most_waiting) == 0 &&
      ::renameat(folder.number(), name.c_str(), folder.number(), socket.filename().c_str()) == 0)
    return ear;
  const int code = errno;
  ::unlinkat(folder.number(), name.c_str(), 0);
  return failed("cannot put the socket in its place", socket, code);
}

}  // namespace gatepost::support
