#include <gatepost/support/crypto.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace gatepost::support {

std::array<std::byte, 32> hmac_sha256(std::string_view key, std::string_view text) {
  std::array<std::byte, 32> digest{};
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  return digest;
}

std::string hexadecimal(std::span<const std::byte> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += digits[std::to_integer<std::size_t>(byte >> 4U)];
    text += digits[std::to_integer<std::size_t>(byte & std::byte{15})];
  }
  return text;
}

std::string hexadecimal(std::string_view bytes) { return hexadecimal(std::as_bytes(std::span(bytes))); }

}  // namespace gatepost::support
