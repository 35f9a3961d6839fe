// Stream sockets in the file system, however long their paths are.
#pragma once

#include <filesystem>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/result.hpp>

namespace gatepost::support {

/// A connected stream socket, close-on-exec and blocking. What is listened to nowhere is an Error with the code's
/// number in `code`: ENOENT, ECONNREFUSED, EACCES …
struct Dialled {
  FileDescriptor descriptor{};
  int code = 0;
};
Dialled dial(const std::filesystem::path& socket);

/// A bound and listening socket at `socket`, which, unless told, only its owner may open. What a dead engine left there
/// is replaced, by a rename: nobody sees a moment without it. Where one that lives answers, or something that is no
/// socket lies there, an Error. The path may be as long as the file system allows, though an address holds 107 bytes
/// (unix(7), sun_path): it is reached by way of /proc/self/fd.
Result<FileDescriptor> listen_at(const std::filesystem::path& socket, unsigned mode = 0600);

}  // namespace gatepost::support
