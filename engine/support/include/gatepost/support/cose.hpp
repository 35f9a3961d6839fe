// COSE_Sign1 (RFC 9052): bytes with one signature.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <gatepost/support/cbor.hpp>
#include <gatepost/support/signature.hpp>

namespace gatepost::support {

struct CoseSign1 {
  std::string protected_bytes;  ///< the protected header as it was signed
  cbor::Value protected_header, unprotected_header;
  std::string payload, signature;

  /// With the tags 18 and 61 before it, one of them or none; nothing after it. The payload stands in it.
  static Result<CoseSign1> read(std::string_view bytes);

  /// A header's value; what is protected comes first. Null: there is none.
  const cbor::Value* header(std::int64_t label) const;
  /// By header 1; nothing: none, or one that is not known here.
  std::optional<SignatureAlgorithm> algorithm() const;
  /// Header 4; empty: none.
  std::string key_id() const;

  /// By the algorithm that it names itself.
  bool is_signed_by(const PublicKey& key) const;
};

/// What is signed.
std::string cose_to_be_signed(std::string_view protected_bytes, std::string_view payload);

/// With EdDSA and the key id in the protected header, untagged.
Result<std::string> cose_sign1(std::string_view payload, std::string_view key_id, const SigningKey& key);

}  // namespace gatepost::support
