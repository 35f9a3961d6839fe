// Whose seals are believed.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <gatepost/result.hpp>
#include <gatepost/support/signature.hpp>

#include "seal.hpp"

namespace visible_seal {

class Signers {
 public:
  /// Of a file with certificates in PEM, one after the other. A seal names one by its country and common name, such as
  /// DE and TS, and its serial number in hexadecimal digits.
  static gatepost::Result<Signers> read(const std::filesystem::path& file);
  static gatepost::Result<Signers> parse(std::string_view text, const std::string& where);

  /// Null: nobody that is believed.
  const gatepost::support::PublicKey* find(const Seal& seal) const;
  std::size_t size() const { return keys_.size(); }

 private:
  std::map<std::pair<std::string, std::string>, gatepost::support::PublicKey> keys_;  ///< by signer and serial number
};

}  // namespace visible_seal
