// A key that a site keeps in a file beside its site file.
#pragma once

#include <filesystem>
#include <gatepost/result.hpp>
#include <string>

namespace gatepost::supervisor {

/// Its bytes: at least 16, in a file that others can neither read nor its group write. `what` for people: "the key for
/// hashed subjects".
Result<std::string> read_key_file(const std::filesystem::path& file, const std::string& what);

}  // namespace gatepost::supervisor
