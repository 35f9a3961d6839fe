// Gatepost's own pass: a CWT (RFC 8392) in COSE_Sign1 with Ed25519, as Base45 behind "GP1:". It is read by the plugin
// signed_pass and written by `gatepost issue`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <gatepost/result.hpp>
#include <gatepost/support/cose.hpp>
#include <gatepost/time.hpp>

namespace gatepost::support {

/// What a pass says.
struct GatePass {
  std::string subject;                    ///< claim 2: who; never empty
  std::string id;                         ///< claim 7: tells this pass from all others, 8 random bytes; revoked by it
  std::string issuer{};                   ///< claim 1
  std::optional<WallTime> valid_from{};   ///< claim 5, in whole seconds
  std::optional<WallTime> valid_until{};  ///< claim 4; from then on it is not valid
  std::string group{};                    ///< claim -65537: what its holder is: staff, visitor
  std::string name{};                     ///< claim -65538
  bool operator==(const GatePass&) const = default;
};

inline constexpr std::string_view gate_pass_prefix = "GP1:";

/// The first 8 bytes of a key's SHA-256: what a pass names its key by. Empty: it is no Ed25519 key.
std::string gate_pass_key_id(const PublicKey& key);

/// The text of a pass, for a QR code in alphanumeric mode.
Result<std::string> write_gate_pass(const GatePass& pass, const SigningKey& key);

/// A pass whose signature nobody has looked at.
class UnverifiedGatePass {
 public:
  /// Nothing where `text` does not begin like a pass; an Error where it does and is none.
  static Result<std::optional<UnverifiedGatePass>> read(std::string_view text);

  std::string key_id() const { return message_.key_id(); }
  /// What it says, once the signature is right.
  Result<GatePass> verified_by(const PublicKey& key) const;

 private:
  explicit UnverifiedGatePass(CoseSign1 message) : message_(std::move(message)) {}
  CoseSign1 message_;
};

}  // namespace gatepost::support
