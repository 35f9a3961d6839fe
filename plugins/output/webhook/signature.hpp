// The signature of a message, as the Standard Webhooks specification 1.0.0 has it
// (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md, "Signature scheme").
#pragma once

#include <gatepost/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace webhook {

/// What sender and receiver share. Never printed.
class Key {
 public:
  /// "whsec_" and the base64 of 24 to 64 bytes, or any 24 to 512 characters, whose bytes are the key itself.
  static gatepost::Result<Key> from(std::string_view text);

  /// The value of the header webhook-signature: "v1," and the base64 of HMAC-SHA256 over "ID.SECONDS.BODY".
  std::string sign(std::string_view id, std::int64_t seconds, std::string_view body) const;

 private:
  explicit Key(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

}  // namespace webhook
