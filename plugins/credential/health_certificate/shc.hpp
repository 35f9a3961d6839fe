// SMART Health Cards: "shc:/", digits, a JWS with bare DEFLATE. Source: spec.smarthealth.cards.
#pragma once

#include <string_view>

#include "trust_list.hpp"

namespace health_certificate {

inline constexpr std::string_view shc_prefix = "shc:/";

/// `text` without the prefix. Nothing of the content is used before the signature is right, but for the name of its
/// issuer, which must be the one whose key it was.
Outcome<HealthCertificate> verify_shc(std::string_view text, const TrustList& trust);

/// What the signed bytes say, and who issued them.
struct ShcContent {
  HealthCertificate certificate;
  std::string issuer;
};
Outcome<ShcContent> read_shc_content(std::string_view json);

}  // namespace health_certificate
