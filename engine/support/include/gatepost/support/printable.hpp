// Hostile text made fit for a terminal or a log line.
#pragma once

#include <string>
#include <string_view>

namespace gatepost::support {

/// Valid UTF-8 without control characters (each bad byte or control becomes a middle dot), at most `most` characters;
/// what is cut ends in "…".
std::string printable(std::string_view text, std::size_t most);

/// Serialized JSON that means the same and is as harmless: a control inside its strings is written \uXXXX, a bad byte
/// \ufffd.
std::string printable_json(std::string_view json);

}  // namespace gatepost::support
