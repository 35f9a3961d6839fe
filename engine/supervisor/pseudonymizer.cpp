#include "supervisor/pseudonymizer.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "supervisor/key_file.hpp"

namespace gatepost::supervisor {
Result<Pseudonymizer> Pseudonymizer::make(const config::Journal& settings) {
  if (settings.subjects != config::Privacy::hash) return Pseudonymizer(settings.subjects, {});
  auto key = read_key_file(settings.hash_key, "the key for hashed subjects");
  if (!key) return key.error();
  return Pseudonymizer(settings.subjects, std::move(*key));
}

std::string Pseudonymizer::operator()(std::string_view subject) const {
  if (privacy_ == config::Privacy::none || subject.empty()) return {};
  if (privacy_ == config::Privacy::clear) return std::string(subject);
  std::array<unsigned char, 32> digest{};
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), reinterpret_cast<const unsigned char*>(subject.data()),
       subject.size(), digest.data(), nullptr);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += digits[byte >> 4U];
    hex += digits[byte & 15U];
  }
  return hex;
}

}  // namespace gatepost::supervisor
