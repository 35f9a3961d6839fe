// What zlib has packed, unpacked with a bound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatepost::support {

enum class Packed : std::uint8_t {
  zlib,     ///< RFC 1950: with a head and a checksum
  deflate,  ///< RFC 1951: bare
};

/// All of `bytes`, unpacked. Nothing where they are no such stream, end too early, have something after the stream, or
/// would be more than `most` bytes; no more than that is ever held.
std::optional<std::string> inflated(std::string_view bytes, Packed packed, std::size_t most);

}  // namespace gatepost::support
