// What is made of secrets, by OpenSSL.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace gatepost::support {

/// HMAC-SHA-256 (RFC 2104, FIPS 180-4).
std::array<std::byte, 32> hmac_sha256(std::string_view key, std::string_view text);

/// Two hexadecimal digits a byte, 0 to f.
std::string hexadecimal(std::span<const std::byte> bytes);
std::string hexadecimal(std::string_view bytes);

}  // namespace gatepost::support
