// Whose signatures are believed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gatepost/result.hpp>
#include <gatepost/support/signature.hpp>

#include "certificate.hpp"

namespace health_certificate {

/// A key of a document signer.
struct Signer {
  gatepost::support::PublicKey key;
  std::string name;      ///< for people: the country of its certificate, or an issuer's address
  bool limited = false;  ///< it says which kinds it may sign
  bool vaccination = false, test = false, recovery = false;

  bool may_sign(Kind kind) const;
};

/// Two files in one: certificates for EU DCC, and keys of issuers for SMART Health Cards.
class TrustList {
 public:
  /// PEM certificates one after the other, or JSON:
  ///   {"certificates": [{"rawData": "BASE64 DER"}], "issuers": [{"iss": "https://…", "keys": [JWK, …]}]}
  static gatepost::Result<TrustList> read(const std::filesystem::path& file);
  static gatepost::Result<TrustList> parse(std::string_view text, const std::string& where);

  gatepost::Result<void> add_certificate(std::string_view der);
  /// `key`: a key of P-256 with the id by which its tokens name it.
  void add_issuer_key(const std::string& issuer, const std::string& key_id, gatepost::support::PublicKey key);

  /// All whose certificate has this id, the first 8 bytes of its SHA-256: there may be several.
  std::vector<const Signer*> certificates(const std::string& key_id) const;
  /// Those of all issuers.
  std::vector<const Signer*> issuer_keys(const std::string& key_id) const;
  std::size_t size() const { return certificates_.size() + issuer_keys_.size(); }

 private:
  std::multimap<std::string, Signer> certificates_, issuer_keys_;
};

}  // namespace health_certificate
