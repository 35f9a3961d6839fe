#include "supervisor/seal.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <fstream>
#include <iterator>

namespace gatepost::supervisor {
namespace {

constexpr std::size_t shortest_key = 16;

}  // namespace

Result<Seal> Seal::make(const config::Journal& settings) {
  if (settings.subjects != config::Privacy::hash) return Seal(settings.subjects, {});
  const std::string where = settings.hash_key.string();
  std::error_code failure;
  const auto permissions = std::filesystem::status(settings.hash_key, failure).permissions();
  std::ifstream file(settings.hash_key, std::ios::binary);
  std::string key{std::istreambuf_iterator<char>(file), {}};
  if (failure || !file.good())
    return Error{"the key for hashed subjects cannot be read", where,
                 "make one: head -c 32 /dev/urandom > " + where + " && chmod 600 " + where};
  if ((permissions & (std::filesystem::perms::others_all | std::filesystem::perms::group_write)) !=
      std::filesystem::perms::none)
    return Error{"the key for hashed subjects is open to others", where, "chmod 600 " + where};
  if (key.size() < shortest_key)
    return Error{"the key for hashed subjects has fewer than 16 bytes", where,
                 "make one: head -c 32 /dev/urandom > " + where};
  return Seal(settings.subjects, std::move(key));
}

std::string Seal::operator()(std::string_view subject) const {
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
