#include "supervisor/pseudonymizer.hpp"

#include <gatepost/support/crypto.hpp>

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
  return support::hexadecimal(support::hmac_sha256(key_, subject));
}

void Pseudonymizer::apply(Record& record) const {
  record.subject = (*this)(record.subject);
  if (privacy_ != config::Privacy::clear) record.details.erase(damaged_bytes);
}

}  // namespace gatepost::supervisor
