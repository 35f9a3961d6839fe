#include "devices/tape/seal.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <bit>
#include <gatepost/support/crypto.hpp>
#include <memory>

#include "devices/tape/shape.hpp"

namespace gatepost::devices {
namespace {

constexpr std::string_view purpose = "gatepost tape 1";
constexpr std::size_t nonce_size = 12, tag_size = 16;

using Bytes = std::array<unsigned char, 32>;

struct Free {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, Free>;

// Another key than the one that hashes subjects, even where it is made of the same file.
Bytes cipher_key(const std::string& key) { return std::bit_cast<Bytes>(support::hmac_sha256(key, purpose)); }

const unsigned char* raw(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* raw(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

Error wrong_key(const std::string& device) {
  return {"the seal does not open: the key is another one, or the tape was changed", "the tape of " + device,
          "name the key file that gatepost record was given"};
}

}  // namespace

Result<hal::Tape> sealed(const hal::Tape& clear, const std::string& key) {
  const std::string text = clear.text();
  const Bytes under = cipher_key(key);
  std::string out(nonce_size + text.size() + tag_size, '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new());
  int size = 0;
  const bool done =
      cipher && RAND_bytes(raw(out), nonce_size) == 1 &&
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, under.data(), raw(out)) == 1 &&
      EVP_EncryptUpdate(cipher.get(), raw(out) + nonce_size, &size, raw(text), static_cast<int>(text.size())) == 1 &&
      EVP_EncryptFinal_ex(cipher.get(), raw(out) + nonce_size + size, &size) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_size, raw(out) + out.size() - tag_size) == 1;
  if (!done)
    return Error{"cannot be sealed", "the tape of " + clear.device, "see whether this OpenSSL has AES-256-GCM"};
  hal::Tape tape = shape_of(clear);
  tape.sealed = std::move(out);
  return tape;
}

Result<hal::Tape> opened(const hal::Tape& tape, const std::string& key) {
  if (tape.sealed.size() < nonce_size + tag_size)
    return Error{"has no sealed part", "the tape of " + tape.device, "record it anew with --key"};
  const Bytes under = cipher_key(key);
  std::string text(tape.sealed.size() - nonce_size - tag_size, '\0');
  std::string tag = tape.sealed.substr(tape.sealed.size() - tag_size);
  const Cipher cipher(EVP_CIPHER_CTX_new());
  int size = 0;
  const bool done =
      cipher && EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, under.data(), raw(tape.sealed)) == 1 &&
      EVP_DecryptUpdate(cipher.get(), raw(text), &size, raw(tape.sealed) + nonce_size, static_cast<int>(text.size())) ==
          1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_size, raw(tag)) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), raw(text) + size, &size) == 1;
  if (!done) return wrong_key(tape.device);
  return hal::Tape::parse(text);
}

}  // namespace gatepost::devices
