// The keys whose passes are taken.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include <gatepost/result.hpp>
#include <gatepost/support/signature.hpp>

namespace signed_pass {

class KeyRing {
 public:
  /// Of a file with "PUBLIC KEY" blocks of PEM, one after the other; what stands between them is for people. An Error
  /// where one is no Ed25519 key, or there is none.
  static gatepost::Result<KeyRing> read(const std::filesystem::path& file);
  static gatepost::Result<KeyRing> parse(std::string_view text, const std::string& where);

  /// Null: no such key.
  const gatepost::support::PublicKey* find(const std::string& key_id) const;
  std::size_t size() const { return keys_.size(); }

 private:
  std::map<std::string, gatepost::support::PublicKey> keys_;
};

}  // namespace signed_pass
