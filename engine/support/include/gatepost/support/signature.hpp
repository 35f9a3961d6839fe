// Digital signatures, by OpenSSL: keys as credentials and lists carry them, and the algorithms of COSE and JOSE.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <gatepost/result.hpp>

namespace gatepost::support {

enum class SignatureAlgorithm : std::uint8_t {
  es256,  ///< ECDSA, P-256, SHA-256; the signature is r and s, 32 bytes each
  ps256,  ///< RSA-PSS, SHA-256, a salt of 32 bytes; keys of 2048 bits and more
  eddsa,  ///< Ed25519
  ecdsa,  ///< on any curve, with the SHA-2 that is as long as its numbers or longer; r and s of that length
};

struct OpensslKey;

/// A public key; copies share it. Safe from several threads.
class PublicKey {
 public:
  /// Of an X.509 certificate in DER.
  static Result<PublicKey> of_certificate(std::string_view der);
  /// Of one "PUBLIC KEY" or "CERTIFICATE" block of PEM.
  static Result<PublicKey> of_pem(std::string_view pem);
  /// 32 bytes.
  static Result<PublicKey> of_ed25519(std::string_view bytes);
  /// A point of P-256, 32 bytes each.
  static Result<PublicKey> of_p256(std::string_view x, std::string_view y);

  /// False as well where the key is none of that algorithm.
  bool verifies(SignatureAlgorithm algorithm, std::string_view message, std::string_view signature) const;

  /// The 32 bytes of an Ed25519 key; empty for others.
  std::string ed25519() const;

 private:
  friend class SigningKey;
  explicit PublicKey(std::shared_ptr<OpensslKey> key) : key_(std::move(key)) {}
  std::shared_ptr<OpensslKey> key_;
};

/// An Ed25519 key that signs.
class SigningKey {
 public:
  static Result<SigningKey> generate();
  /// A "PRIVATE KEY" block (PKCS 8) without a password.
  static Result<SigningKey> of_pem(std::string_view pem);

  Result<std::string> pem() const;         ///< the private key: keep it as one
  Result<std::string> public_pem() const;  ///< what those who verify are given
  PublicKey public_key() const { return PublicKey(key_); }
  Result<std::string> sign(std::string_view message) const;

 private:
  explicit SigningKey(std::shared_ptr<OpensslKey> key) : key_(std::move(key)) {}
  std::shared_ptr<OpensslKey> key_;
};

std::array<std::byte, 32> sha256(std::string_view bytes);

}  // namespace gatepost::support
