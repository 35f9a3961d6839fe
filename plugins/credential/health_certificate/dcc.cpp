#include "dcc.hpp"

#include <algorithm>
#include <gatepost/support/base45.hpp>
#include <gatepost/support/cose.hpp>
#include <gatepost/support/inflate.hpp>
#include <vector>

namespace health_certificate {

using namespace gatepost::support;

Outcome<HealthCertificate> verify_dcc(std::string_view text, const TrustList& trust) {
  const auto packed = base45_decode(text);
  if (!packed) return Failure{Layer::base45, "what follows HC1: is no Base45"};
  const auto bytes = inflated(*packed, Packed::zlib, most_unpacked);
  if (!bytes) return Failure{Layer::zlib, "it cannot be unpacked"};
  const auto message = CoseSign1::read(*bytes);
  if (!message) return Failure{Layer::cose, message.error().what};

  auto signers = trust.certificates(message->key_id());
  if (signers.empty()) return Failure{Layer::kid, "nobody on the trust list has its key"};
  std::erase_if(signers, [&](const Signer* one) { return !message->is_signed_by(one->key); });
  if (signers.empty()) return Failure{Layer::signature, "its signature is not right"};

  // Of several certificates with one key, each may sign what it says itself.
  auto certificate = read_dcc_content(message->payload, [&](Kind kind) {
    return std::ranges::any_of(signers, [&](const Signer* one) { return one->may_sign(kind); });
  });
  if (!certificate) return certificate;
  certificate->how = "EU DCC, key of " + signers.front()->name;
  return certificate;
}

}  // namespace health_certificate
