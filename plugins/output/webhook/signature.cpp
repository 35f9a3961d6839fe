#include "signature.hpp"

#include <openssl/evp.h>

#include <gatepost/support/crypto.hpp>
#include <optional>
#include <span>

namespace webhook {
namespace {

using gatepost::Error;
using gatepost::Result;

constexpr std::string_view prefix = "whsec_";
constexpr std::size_t fewest = 24, most_coded = 64, most_plain = 512;

std::string base64(std::span<const std::byte> bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return {};
  std::string bytes(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size())) < 0)
    return {};
  // OpenSSL counts the padding as bytes.
  bytes.resize(bytes.size() - (text.ends_with("==") ? 2U : text.ends_with("=") ? 1U : 0U));
  return bytes;
}

}  // namespace

Result<Key> Key::from(std::string_view text) {
  constexpr const char* where = "key";
  constexpr const char* remedy = "make one: echo whsec_$(openssl rand -base64 32)";
  if (!text.starts_with(prefix)) {
    if (text.size() < fewest || text.size() > most_plain)
      return Error{"the key must have 24 to 512 characters", where, remedy};
    return Key(std::string(text));
  }
  auto bytes = from_base64(text.substr(prefix.size()));
  if (!bytes || bytes->size() < fewest || bytes->size() > most_coded)
    return Error{"whsec_ must be followed by the base64 of 24 to 64 bytes", where, remedy};
  return Key(std::move(*bytes));
}

std::string Key::sign(std::string_view id, std::int64_t seconds, std::string_view body) const {
  std::string signed_text(id);
  signed_text.append(".").append(std::to_string(seconds)).append(".").append(body);
  return "v1," + base64(gatepost::support::hmac_sha256(bytes_, signed_text));
}

}  // namespace webhook
