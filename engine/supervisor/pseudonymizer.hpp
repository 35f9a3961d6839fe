// What a Record keeps of a subject.
#pragma once

#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <string>
#include <string_view>

#include "config/site.hpp"

namespace gatepost::supervisor {

/// Applies a site's privacy setting to subjects before they are recorded. Safe from any thread.
class Pseudonymizer {
 public:
  /// With Privacy::hash reads the key file: at least 16 bytes, readable by its owner only.
  static Result<Pseudonymizer> make(const config::Journal& settings);

  /// As it is, or HMAC-SHA-256 under the key as 64 hex digits, or nothing. An empty subject stays empty.
  std::string operator()(std::string_view subject) const;

  /// The subject as above; and of a damaged scan, which may be the beginning of one, the bytes only where subjects are
  /// kept as they are.
  void apply(Record& record) const;

 private:
  Pseudonymizer(config::Privacy privacy, std::string key) : privacy_(privacy), key_(std::move(key)) {}
  config::Privacy privacy_;
  std::string key_;
};

}  // namespace gatepost::supervisor
