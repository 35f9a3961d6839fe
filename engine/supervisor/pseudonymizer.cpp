#include "supervisor/pseudonymizer.hpp"

#include <algorithm>
#include <gatepost/support/crypto.hpp>
#include <map>

#include "supervisor/key_file.hpp"

namespace gatepost::supervisor {

Pseudonymizer::Pseudonymizer(const config::Journal& settings, std::string key)
    : privacy_(settings.subjects),
      attributes_(settings.attributes),
      hashed_attributes_(settings.hashed_attributes),
      key_(std::move(key)) {}

Result<Pseudonymizer> Pseudonymizer::make(const config::Journal& settings) {
  if (settings.subjects != config::Privacy::hash && settings.hashed_attributes.empty())
    return Pseudonymizer(settings, {});
  auto key = read_key_file(settings.hash_key, "the key for hashed subjects");
  if (!key) return key.error();
  return Pseudonymizer(settings, std::move(*key));
}

std::string Pseudonymizer::operator()(std::string_view subject) const {
  if (privacy_ == config::Privacy::none || subject.empty()) return {};
  if (privacy_ == config::Privacy::clear) return std::string(subject);
  return hash(subject);
}

std::string Pseudonymizer::hash(std::string_view text) const {
  return support::hexadecimal(support::hmac_sha256(key_, text));
}

void Pseudonymizer::apply(Record& record) const {
  record.subject = (*this)(record.subject);
  if (privacy_ != config::Privacy::clear) record.details.erase(damaged_bytes);
  std::map<std::string, std::string> kept;
  for (auto& [name, value] : record.attributes) {
    if (value.empty()) continue;
    if (std::ranges::find(hashed_attributes_, name) != hashed_attributes_.end())
      kept[name] = hash(value);
    else if (std::ranges::find(attributes_, name) != attributes_.end())
      kept[name] = std::move(value);
  }
  record.attributes = std::move(kept);
}

}  // namespace gatepost::supervisor
