#include <array>
#include <gatepost/support/cose.hpp>
#include <utility>

namespace gatepost::support {
namespace {

constexpr std::int64_t algorithm_label = 1, key_id_label = 4;
constexpr std::uint64_t sign1_tag = 18, cwt_tag = 61;

// https://www.iana.org/assignments/cose/cose.xhtml, Algorithms.
constexpr std::array algorithms{std::pair{-7, SignatureAlgorithm::es256}, std::pair{-37, SignatureAlgorithm::ps256},
                                std::pair{-8, SignatureAlgorithm::eddsa}};

Error no_cose(std::string what) { return {std::move(what), "COSE", "look at what made the code"}; }

// In the order that RFC 8392 and RFC 9052 have: a CWT holds a COSE message.
const cbor::Value& untagged(const cbor::Value& value) {
  const cbor::Value* inner = &value;
  for (const auto tag : {cwt_tag, sign1_tag})
    if (const auto* tagged = inner->as<cbor::Tagged>(); tagged != nullptr && tagged->tag == tag)
      inner = &tagged->content.front();
  return *inner;
}

}  // namespace

Result<CoseSign1> CoseSign1::read(std::string_view bytes) {
  const auto value = cbor::read(bytes);
  if (!value) return no_cose(value.error().what);
  const auto* parts = untagged(*value).as<cbor::Array>();
  if (parts == nullptr || parts->size() != 4) return no_cose("it is no COSE_Sign1");
  const auto* header = (*parts)[0].as<cbor::Bytes>();
  const auto* payload = (*parts)[2].as<cbor::Bytes>();
  const auto* signature = (*parts)[3].as<cbor::Bytes>();
  if (header == nullptr || payload == nullptr || signature == nullptr || (*parts)[1].as<cbor::Map>() == nullptr)
    return no_cose("it is no COSE_Sign1");
  CoseSign1 message{header->data, {cbor::Map{}}, (*parts)[1], payload->data, signature->data};
  if (!header->data.empty()) {
    auto read = cbor::read(header->data);
    if (!read || read->as<cbor::Map>() == nullptr) return no_cose("its protected header is none");
    message.protected_header = std::move(*read);
  }
  return message;
}

const cbor::Value* CoseSign1::header(std::int64_t label) const {
  if (const auto* value = protected_header.find(label)) return value;
  return unprotected_header.find(label);
}

std::optional<SignatureAlgorithm> CoseSign1::algorithm() const {
  const auto* value = header(algorithm_label);
  const auto* number = value == nullptr ? nullptr : value->as<std::int64_t>();
  if (number == nullptr) return {};
  for (const auto& [label, algorithm] : algorithms)
    if (label == *number) return algorithm;
  return {};
}

std::string CoseSign1::key_id() const {
  const auto* value = header(key_id_label);
  const auto* bytes = value == nullptr ? nullptr : value->as<cbor::Bytes>();
  return bytes == nullptr ? std::string() : bytes->data;
}

bool CoseSign1::is_signed_by(const PublicKey& key) const {
  const auto by = algorithm();
  if (!by) return false;
  // A header without entries is signed as no bytes at all (RFC 9052, 4.4).
  const bool is_empty = protected_header.as<cbor::Map>()->empty();
  return key.verifies(*by, cose_to_be_signed(is_empty ? std::string_view() : protected_bytes, payload), signature);
}

std::string cose_to_be_signed(std::string_view protected_bytes, std::string_view payload) {
  cbor::Writer to;
  to.array(4);
  to.text("Signature1");
  to.bytes(protected_bytes);
  to.bytes({});
  to.bytes(payload);
  return to.take();
}

Result<std::string> cose_sign1(std::string_view payload, std::string_view key_id, const SigningKey& key) {
  cbor::Writer header;
  header.map(2);
  header.integer(algorithm_label);
  header.integer(-8);
  header.integer(key_id_label);
  header.bytes(key_id);
  const std::string protected_bytes = header.take();
  const auto signature = key.sign(cose_to_be_signed(protected_bytes, payload));
  if (!signature) return signature.error();
  cbor::Writer message;
  message.array(4);
  message.bytes(protected_bytes);
  message.map(0);
  message.bytes(payload);
  message.bytes(*signature);
  return message.take();
}

}  // namespace gatepost::support
