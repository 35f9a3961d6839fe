#include "shc.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <gatepost/support/base64.hpp>
#include <gatepost/support/inflate.hpp>
#include <optional>
#include <vector>

namespace health_certificate {
namespace {

using namespace gatepost::support;

bool is_digit(char character) { return character >= '0' && character <= '9'; }

/// Two digits a character, less 45.
std::optional<std::string> characters_of(std::string_view digits) {
  if (digits.empty() || digits.size() % 2 != 0 || !std::ranges::all_of(digits, is_digit)) return {};
  std::string text;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int character = (digits[i] - '0') * 10 + (digits[i + 1] - '0') + 45;
    if (character > 'z') return {};
    text += static_cast<char>(character);
  }
  return text;
}

/// The text at a key of a JWS's head; empty: there is none.
std::string head_text(const boost::json::object& head, std::string_view key) {
  const auto* value = head.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

struct Jws {
  std::string signed_text, payload, signature, key_id;
};

Outcome<Jws> read_jws(const std::string& text) {
  const auto first = text.find('.'), second = text.find('.', first + 1);
  if (first == std::string::npos || second == std::string::npos)
    return Failure{Layer::jws, "it is no JWS of three parts"};
  const auto head = base64_decode(std::string_view(text).substr(0, first), Base64::url);
  auto payload = base64_decode(std::string_view(text).substr(first + 1, second - first - 1), Base64::url);
  auto signature = base64_decode(std::string_view(text).substr(second + 1), Base64::url);
  boost::system::error_code failure;
  const auto json = head ? boost::json::parse(*head, failure) : boost::json::value();
  if (!head || !payload || failure || !json.is_object()) return Failure{Layer::jws, "it is no JWS"};
  const auto& object = json.get_object();
  if (head_text(object, "zip") != "DEF") return Failure{Layer::zlib, "it is not packed by DEFLATE"};
  if (head_text(object, "alg") != "ES256") return Failure{Layer::signature, "it is not signed by ES256"};
  if (head_text(object, "kid").empty()) return Failure{Layer::kid, "it names no key"};
  if (!signature) return Failure{Layer::signature, "its signature is none"};
  return Jws{text.substr(0, second), std::move(*payload), std::move(*signature), head_text(object, "kid")};
}

}  // namespace

Outcome<HealthCertificate> verify_shc(std::string_view text, const TrustList& trust) {
  if (text.find('/') != std::string_view::npos) return Failure{Layer::chunked, "it is one of several codes"};
  const auto characters = characters_of(text);
  if (!characters) return Failure{Layer::numeric, "what follows shc:/ is not pairs of digits"};
  const auto jws = read_jws(*characters);
  if (!jws) return jws.error();

  auto signers = trust.issuer_keys(jws->key_id);
  if (signers.empty()) return Failure{Layer::kid, "no issuer on the trust list has its key"};
  std::erase_if(signers, [&](const Signer* one) {
    return !one->key.verifies(SignatureAlgorithm::es256, jws->signed_text, jws->signature);
  });
  if (signers.empty()) return Failure{Layer::signature, "its signature is not right"};

  const auto json = inflated(jws->payload, Packed::deflate, most_unpacked);
  if (!json) return Failure{Layer::zlib, "it cannot be unpacked"};
  auto content = read_shc_content(*json);
  if (!content) return content.error();
  if (std::ranges::find(signers, content->issuer, [](const Signer* one) { return one->name; }) == signers.end())
    return Failure{Layer::kid, "its key is not one of the issuer that it names"};
  content->certificate.how = "SMART Health Card, key of " + content->issuer;
  return std::move(content->certificate);
}

}  // namespace health_certificate
