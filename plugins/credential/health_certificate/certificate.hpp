// What a health certificate says, whatever its format, and at which layer one fails.
#pragma once

#include <array>
#include <boost/system/result.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gatepost/time.hpp>

namespace health_certificate {

/// Of what a code holds packed; the largest that was ever seen is a tenth of it.
inline constexpr std::size_t most_unpacked = 64 << 10;

enum class Kind : std::uint8_t { vaccination, test, recovery };
constexpr std::string_view to_word(Kind kind) {
  constexpr std::array words{"vaccination", "test", "recovery"};
  return words.at(static_cast<std::size_t>(kind));
}

/// From the outside in: each is looked at when all before it are right.
enum class Layer : std::uint8_t {
  base45,     ///< HC1: the characters
  numeric,    ///< shc: the digits
  chunked,    ///< shc: one of several codes
  jws,        ///< shc: three parts and a head
  zlib,       ///< what is packed
  cose,       ///< HC1: the signed message
  kid,        ///< nobody on the trust list has this key
  signature,  ///< or the algorithm is none
  cwt,        ///< HC1: what is signed is no certificate
  payload,    ///< shc: the same
  key_usage,  ///< the key may not sign this kind
  schema,     ///< something is missing that every certificate has
};
constexpr std::string_view to_word(Layer layer) {
  constexpr std::array words{"base45", "numeric",   "chunked", "jws",     "zlib",      "cose",
                             "kid",    "signature", "cwt",     "payload", "key_usage", "schema"};
  return words.at(static_cast<std::size_t>(layer));
}

struct Failure {
  Layer layer;
  std::string what;  ///< one clause, for people; nothing personal
};

/// Asked by Boost.System where nobody has looked whether there is a value: a bug of the caller's.
[[noreturn]] inline void throw_exception_from_error(const Failure& failure, const boost::source_location&) {
  throw std::logic_error(failure.what);
}

template <class T>
using Outcome = boost::system::result<T, Failure>;

struct HealthCertificate {
  Kind kind = Kind::vaccination;
  std::string id;      ///< of the certificate; empty where the format has none
  std::string person;  ///< FAMILY<GIVEN<BIRTH, as the format writes names for machines
  std::optional<gatepost::WallTime> valid_from{}, valid_until{};
  std::map<std::string, std::string> attributes{};
  std::string how{};  ///< who signed it
};

}  // namespace health_certificate
