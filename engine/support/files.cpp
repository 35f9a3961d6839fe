#include <gatepost/support/files.hpp>

#include <unistd.h>

#include <cerrno>

namespace gatepost::support {

std::optional<std::string> read_up_to(int descriptor, std::size_t most) {
  std::string text(most + 1, '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t got = ::read(descriptor, text.data() + have, text.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {};
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  text.resize(have);
  return text;
}

}  // namespace gatepost::support
