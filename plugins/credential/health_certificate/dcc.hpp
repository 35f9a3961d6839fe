// EU Digital COVID Certificates, as Vietnam and many others issued them too: "HC1:", Base45, zlib, COSE_Sign1, CWT.
// Source: ehn-dcc-development/eu-dcc-hcert-spec, hcert_spec.md.
#pragma once

#include <functional>
#include <string_view>

#include <gatepost/support/cbor.hpp>

#include "trust_list.hpp"

namespace health_certificate {

inline constexpr std::string_view dcc_prefix = "HC1:";

/// `text` without the prefix. Nothing of the content is used before the signature is right.
Outcome<HealthCertificate> verify_dcc(std::string_view text, const TrustList& trust);

/// What the signed bytes say. `may_sign`: whether its key may sign that kind, asked before the rest is looked at.
Outcome<HealthCertificate> read_dcc_content(std::string_view payload, const std::function<bool(Kind)>& may_sign);

}  // namespace health_certificate
