// Hostile text made fit for a terminal or a log line.
#pragma once

#include <string>
#include <string_view>

namespace gatepost::observe {

/// Valid UTF-8 without control characters (each bad byte or control becomes a middle dot), at most `most` characters;
/// what is cut ends in "…".
std::string printable(std::string_view text, std::size_t most);

}  // namespace gatepost::observe
