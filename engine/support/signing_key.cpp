#include <openssl/pem.h>

#include <gatepost/support/openssl.hpp>
#include <gatepost/support/signature.hpp>

namespace gatepost::support {
namespace {

Error trouble(const char* what, const char* remedy) { return {what, "signing key", remedy}; }

template <class Write>
Result<std::string> written(Write write) {
  const BioPtr memory(BIO_new(BIO_s_mem()));
  if (memory == nullptr || write(memory.get()) != 1)
    return trouble("it cannot be written", "see that OpenSSL works: openssl version");
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

}  // namespace

Result<SigningKey> SigningKey::generate() {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  if (key == nullptr)
    return trouble("OpenSSL makes none", "see that OpenSSL works: openssl genpkey -algorithm ed25519");
  return SigningKey(std::make_shared<OpensslKey>(OpensslKey{KeyPtr(key)}));
}

Result<SigningKey> SigningKey::of_pem(std::string_view pem) {
  const auto reader = reader_of(pem);
  // A password is not asked for at the terminal.
  const auto no_password = [](char*, int, int, void*) { return 0; };
  KeyPtr key(PEM_read_bio_PrivateKey(reader.get(), nullptr, no_password, nullptr));
  if (key == nullptr || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_ED25519)
    return trouble("it is no Ed25519 private key in PEM without a password",
                   "make one: gatepost issue --new-key, or openssl genpkey -algorithm ed25519");
  return SigningKey(std::make_shared<OpensslKey>(OpensslKey{std::move(key)}));
}

Result<std::string> SigningKey::pem() const {
  return written(
      [this](BIO* to) { return PEM_write_bio_PrivateKey(to, key_->key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

Result<std::string> SigningKey::public_pem() const {
  return written([this](BIO* to) { return PEM_write_bio_PUBKEY(to, key_->key.get()); });
}

Result<std::string> SigningKey::sign(std::string_view message) const {
  const DigestPtr context(EVP_MD_CTX_new());
  std::string signature(64, '\0');
  std::size_t size = signature.size();
  if (context == nullptr || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_->key.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes_of(message),
                     message.size()) != 1 ||
      size != signature.size())
    return trouble("it does not sign", "see that OpenSSL works: openssl version");
  return signature;
}

}  // namespace gatepost::support
