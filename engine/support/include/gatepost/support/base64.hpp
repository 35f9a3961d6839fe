// Base64 (RFC 4648), strictly.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatepost::support {

enum class Base64 : std::uint8_t {
  standard,  ///< with + and /; padding may be missing
  url,       ///< with - and _, without padding, as JWS has it
};

/// Nothing where a character is none of it, the length is none, or bits beyond the last byte are set.
std::optional<std::string> base64_decode(std::string_view text, Base64 alphabet);

/// By the standard alphabet, padded.
std::string base64_encode(std::string_view bytes);

}  // namespace gatepost::support
