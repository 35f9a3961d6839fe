// Reading what others have written.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace gatepost::support {

/// The rest of an open file, but no more than `most` bytes and one: the size that fstat(2) tells is not enough, for a
/// file may grow, and those of /proc say 0. Nothing, with errno set: it cannot be read.
std::optional<std::string> read_up_to(int descriptor, std::size_t most);

}  // namespace gatepost::support
