#include <chrono>
#include <cmath>
#include <gatepost/support/base45.hpp>
#include <gatepost/support/gate_pass.hpp>
#include <gatepost/support/numeric_date.hpp>

namespace gatepost::support {
namespace {

// RFC 8392, 4; below -65536 is for private use.
enum Claim : std::int64_t {
  issuer = 1,
  subject = 2,
  expires = 4,
  not_before = 5,
  id = 7,
  group = -65537,
  name = -65538
};

constexpr std::int64_t algorithm_header = 1, key_id_header = 4, eddsa = -8;

Error bad_pass(std::string what) { return {std::move(what), "pass", "make a new pass: gatepost issue"}; }

std::int64_t seconds_of(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::string claims_of(const GatePass& pass) {
  cbor::Writer to;
  const bool has_issuer = !pass.issuer.empty(), has_group = !pass.group.empty(), has_name = !pass.name.empty();
  to.map(2U + static_cast<std::size_t>(has_issuer) + static_cast<std::size_t>(pass.valid_until.has_value()) +
         static_cast<std::size_t>(pass.valid_from.has_value()) + static_cast<std::size_t>(has_group) +
         static_cast<std::size_t>(has_name));
  const auto text = [&](Claim claim, const std::string& value) {
    to.integer(claim);
    to.text(value);
  };
  const auto time = [&](Claim claim, const std::optional<WallTime>& value) {
    if (!value) return;
    to.integer(claim);
    to.integer(seconds_of(*value));
  };
  if (has_issuer) text(issuer, pass.issuer);
  text(subject, pass.subject);
  time(expires, pass.valid_until);
  time(not_before, pass.valid_from);
  to.integer(id);
  to.bytes(pass.id);
  if (has_group) text(group, pass.group);
  if (has_name) text(name, pass.name);
  return to.take();
}

/// False where it stands there and is no text.
bool read_text(const cbor::Value& claims, Claim claim, std::string& to) {
  const auto* value = claims.find(claim);
  if (value == nullptr) return true;
  const auto* text = value->as<std::string>();
  if (text != nullptr) to = *text;
  return text != nullptr;
}

bool read_time(const cbor::Value& claims, Claim claim, std::optional<WallTime>& to) {
  const auto* value = claims.find(claim);
  if (value == nullptr) return true;
  const auto* seconds = value->as<std::int64_t>();
  if (seconds != nullptr) to = wall_time_of(static_cast<double>(*seconds));
  return seconds != nullptr;
}

// A claim that this reader does not know changes nothing that it does know (RFC 8392, 3): it is passed over.
Result<GatePass> read_claims(std::string_view payload) {
  const auto claims = cbor::read(payload);
  if (!claims || claims->as<cbor::Map>() == nullptr) return bad_pass("its claims are none");
  GatePass pass;
  const auto* token = claims->find(id);
  const auto* bytes = token == nullptr ? nullptr : token->as<cbor::Bytes>();
  if (bytes != nullptr) pass.id = bytes->data;
  const bool right = read_text(*claims, issuer, pass.issuer) && read_text(*claims, subject, pass.subject) &&
                     read_text(*claims, group, pass.group) && read_text(*claims, name, pass.name) &&
                     read_time(*claims, expires, pass.valid_until) && read_time(*claims, not_before, pass.valid_from);
  if (!right) return bad_pass("a claim is of another type");
  if (pass.subject.empty()) return bad_pass("it names nobody");
  if (pass.id.empty()) return bad_pass("it has no id, and could not be revoked");
  return pass;
}

}  // namespace

std::string gate_pass_key_id(const PublicKey& key) {
  const std::string bytes = key.ed25519();
  if (bytes.empty()) return {};
  const auto digest = sha256(bytes);
  return {reinterpret_cast<const char*>(digest.data()), 8};
}

Result<std::string> write_gate_pass(const GatePass& pass, const SigningKey& key) {
  if (pass.subject.empty() || pass.id.empty()) return bad_pass("it needs a subject and an id");
  const auto message = cose_sign1(claims_of(pass), gate_pass_key_id(key.public_key()), key);
  if (!message) return message.error();
  return std::string(gate_pass_prefix) + base45_encode(*message);
}

Result<std::optional<UnverifiedGatePass>> UnverifiedGatePass::read(std::string_view text) {
  if (!text.starts_with(gate_pass_prefix)) return std::optional<UnverifiedGatePass>();
  text.remove_prefix(gate_pass_prefix.size());
  const auto bytes = base45_decode(text);
  if (!bytes) return bad_pass("it is damaged: what follows GP1: is no Base45");
  auto message = CoseSign1::read(*bytes);
  if (!message) return bad_pass("it is damaged: " + message.error().what);
  // What says which key signed, and how, is signed too.
  const auto* algorithm = message->protected_header.find(algorithm_header);
  if (algorithm == nullptr || *algorithm != cbor::Value{eddsa}) return bad_pass("it is not signed by Ed25519");
  if (message->protected_header.find(key_id_header) == nullptr || message->key_id().empty())
    return bad_pass("it names no key");
  return std::optional(UnverifiedGatePass(std::move(*message)));
}

Result<GatePass> UnverifiedGatePass::verified_by(const PublicKey& key) const {
  if (!message_.is_signed_by(key)) return bad_pass("its signature is not right");
  return read_claims(message_.payload);
}

}  // namespace gatepost::support
