// Reading what others have written.
#pragma once

#include <cstddef>
#include <filesystem>
#include <gatepost/result.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace gatepost::support {

/// The rest of an open file, but no more than `most` bytes and one: the size that fstat(2) tells is not enough, for a
/// file may grow, and those of /proc say 0. Nothing, with errno set: it cannot be read.
std::optional<std::string> read_up_to(int descriptor, std::size_t most);

/// All of a file of no more than `most` bytes.
Result<std::string> read_file(const std::filesystem::path& file, std::size_t most);

/// What a text editor has put into a file whose bytes are a key or a secret: "begins with a byte order mark", "is
/// UTF-16 text". Nothing: the bytes may be what they are meant to be.
std::optional<std::string> mark_of_an_editor(std::string_view bytes);

}  // namespace gatepost::support
