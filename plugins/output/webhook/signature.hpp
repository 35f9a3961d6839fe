// The signature of a message, as the Standard Webhooks specification 1.0.0 has it
// (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md, "Signature scheme").
#pragma once

#include <gatepost/result.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace webhook {

/// What sender and receiver share. Never printed.
class Key {
 public:
  /// From a file's first line: "whsec_" and base64 of 24 to 64 bytes, or any 24 to 512 characters, whose bytes are the
  /// key itself.
  static gatepost::Result<Key> read(const std::filesystem::path& file);
  static gatepost::Result<Key> from(std::string_view text, const std::string& where);

  /// The value of the header webhook-signature: "v1," and the base64 of HMAC-SHA256 over "ID.SECONDS.BODY".
  std::string sign(std::string_view id, std::int64_t seconds, std::string_view body) const;

 private:
  explicit Key(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

/// A file's first line, of at most 4096 bytes, without its end.
gatepost::Result<std::string> secret_line(const std::filesystem::path& file);

}  // namespace webhook
