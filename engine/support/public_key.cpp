#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#include <gatepost/support/openssl.hpp>
#include <gatepost/support/signature.hpp>

namespace gatepost::support {
namespace {

using EcdsaPtr = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

constexpr int fewest_rsa_bits = 2048;

Error no_key(const char* what) {
  return {what, "public key", "take a key of P-256, Ed25519, or RSA of 2048 bits and more"};
}

bool is_p256(const EVP_PKEY* key) {
  std::array<char, 32> group{};
  std::size_t length = 0;
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
         EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1 &&
         std::string_view(group.data(), length) == SN_X9_62_prime256v1;
}

std::shared_ptr<OpensslKey> shared(EVP_PKEY* key) { return std::make_shared<OpensslKey>(OpensslKey{KeyPtr(key)}); }

/// r and s as OpenSSL wants them.
std::string der_of(std::string_view signature) {
  const auto half = static_cast<int>(signature.size() / 2);
  const EcdsaPtr pair(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(bytes_of(signature), half, nullptr);
  BIGNUM* s = BN_bin2bn(bytes_of(signature) + half, half, nullptr);
  if (pair == nullptr || ECDSA_SIG_set0(pair.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return {};
  }
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(pair.get(), &der);
  std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(std::max(length, 0)));
  OPENSSL_free(der);
  return text;
}

bool verified(EVP_PKEY* key, const EVP_MD* digest, int salt, std::string_view message, std::string_view signature) {
  const DigestPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;  // the context's
  if (context == nullptr || EVP_DigestVerifyInit(context.get(), &parameters, digest, nullptr, key) != 1) return false;
  if (salt > 0 && (EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) != 1 ||
                   EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, salt) != 1))
    return false;
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
}

}  // namespace

Result<PublicKey> PublicKey::of_certificate(std::string_view der) {
  const unsigned char* at = bytes_of(der);
  const CertificatePtr certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (certificate == nullptr || at != bytes_of(der) + der.size()) return no_key("it is no X.509 certificate");
  EVP_PKEY* key = X509_get_pubkey(certificate.get());
  if (key == nullptr) return no_key("the certificate's key cannot be used");
  return PublicKey(shared(key));
}

Result<PublicKey> PublicKey::of_pem(std::string_view pem) {
  const auto reader = reader_of(pem);
  if (pem.find("-----BEGIN CERTIFICATE-----") != std::string_view::npos) {
    const CertificatePtr certificate(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
    if (certificate == nullptr) return no_key("it is no certificate in PEM");
    return PublicKey(shared(X509_get_pubkey(certificate.get())));
  }
  EVP_PKEY* key = PEM_read_bio_PUBKEY(reader.get(), nullptr, nullptr, nullptr);
  if (key == nullptr) return no_key("it is no public key in PEM");
  return PublicKey(shared(key));
}

Result<PublicKey> PublicKey::of_ed25519(std::string_view bytes) {
  EVP_PKEY* key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(bytes), bytes.size());
  if (key == nullptr) return no_key("it is no Ed25519 key");
  return PublicKey(shared(key));
}

Result<PublicKey> PublicKey::of_p256(std::string_view x, std::string_view y) {
  if (x.size() != 32 || y.size() != 32) return no_key("it is no point of P-256");
  std::string point = '\x04' + std::string(x) + std::string(y);
  std::string group = SN_X9_62_prime256v1;
  std::array<OSSL_PARAM, 3> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size()),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  const std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>> context(EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr));
  EVP_PKEY* key = nullptr;
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.data()) != 1)
    return no_key("it is no point of P-256");
  return PublicKey(shared(key));
}

bool PublicKey::verifies(SignatureAlgorithm algorithm, std::string_view message, std::string_view signature) const {
  EVP_PKEY* key = key_->key.get();
  switch (algorithm) {
    case SignatureAlgorithm::es256: {
      if (signature.size() != 64 || !is_p256(key)) return false;
      const std::string der = der_of(signature);
      return verified(key, EVP_sha256(), 0, message, der);
    }
    case SignatureAlgorithm::ps256:
      return EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && EVP_PKEY_get_bits(key) >= fewest_rsa_bits &&
             verified(key, EVP_sha256(), SHA256_DIGEST_LENGTH, message, signature);
    case SignatureAlgorithm::ecdsa: {
      const int bits = EVP_PKEY_get_bits(key);
      if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC || bits > 521) return false;
      if (signature.size() != 2 * ((static_cast<std::size_t>(bits) + 7) / 8)) return false;
      const EVP_MD* digest = bits <= 256 ? EVP_sha256() : bits <= 384 ? EVP_sha384() : EVP_sha512();
      return verified(key, digest, 0, message, der_of(signature));
    }
    case SignatureAlgorithm::eddsa:
      return EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 && verified(key, nullptr, 0, message, signature);
  }
  return false;
}

std::string PublicKey::ed25519() const {
  std::string bytes(32, '\0');
  std::size_t size = bytes.size();
  if (EVP_PKEY_get_base_id(key_->key.get()) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_public_key(key_->key.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size) != 1)
    return {};
  return bytes;
}

std::array<std::byte, 32> sha256(std::string_view bytes) {
  std::array<std::byte, 32> digest{};
  SHA256(bytes_of(bytes), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

}  // namespace gatepost::support
