#include "signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <optional>

namespace webhook {
namespace {

using gatepost::Error;
using gatepost::Result;

constexpr std::string_view prefix = "whsec_";
constexpr std::size_t fewest = 24, most_coded = 64, most_plain = 512;

std::string base64(const unsigned char* bytes, std::size_t size) {
  std::string text((size + 2) / 3 * 4, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, static_cast<int>(size));
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
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), bytes_.data(), static_cast<int>(bytes_.size()),
       reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(), digest.data(), &size);
  return "v1," + base64(digest.data(), size);
}

}  // namespace webhook
