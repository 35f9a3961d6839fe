// What a Record keeps of a person.
#pragma once

#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "config/site.hpp"

namespace gatepost::supervisor {

/// Applies a site's privacy settings to Records before they are kept. Safe from any thread.
class Pseudonymizer {
 public:
  /// Where something is hashed, reads the key file: at least 16 bytes, readable by its owner only.
  static Result<Pseudonymizer> make(const config::Journal& settings);

  /// As it is, or HMAC-SHA-256 under the key as 64 hex digits, or nothing. An empty subject stays empty.
  std::string operator()(std::string_view subject) const;

  /// The subject as above; of a damaged scan, which may be the beginning of one, the bytes only where subjects are kept
  /// as they are; and those attributes that the site names, as they are or hashed like a subject.
  void apply(Record& record) const;

 private:
  Pseudonymizer(const config::Journal& settings, std::string key);
  std::string hash(std::string_view text) const;

  config::Privacy privacy_;
  std::vector<std::string> attributes_, hashed_attributes_;
  std::string key_;
};

}  // namespace gatepost::supervisor
