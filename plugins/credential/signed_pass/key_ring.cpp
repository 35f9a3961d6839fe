#include "key_ring.hpp"

#include <gatepost/support/files.hpp>
#include <gatepost/support/gate_pass.hpp>

namespace signed_pass {
namespace {

using gatepost::Error;
using gatepost::Result;

constexpr std::string_view begin_mark = "-----BEGIN ", end_mark = "-----END ", dashes = "-----";
constexpr std::size_t largest_ring = 1 << 20;

}  // namespace

Result<KeyRing> KeyRing::read(const std::filesystem::path& file) {
  const auto text = gatepost::support::read_file(file, largest_ring);
  if (!text) return text.error();
  return parse(*text, file.string());
}

Result<KeyRing> KeyRing::parse(std::string_view text, const std::string& where) {
  KeyRing ring;
  while (true) {
    const auto begin = text.find(begin_mark);
    if (begin == std::string_view::npos) break;
    const auto end = text.find(end_mark, begin);
    const auto over = end == std::string_view::npos ? end : text.find(dashes, end + end_mark.size());
    const std::string number = std::to_string(ring.keys_.size() + 1);
    if (over == std::string_view::npos)
      return Error{"key " + number + " has no end", where, "copy the whole block, to its last line of dashes"};
    const auto key = gatepost::support::PublicKey::of_pem(text.substr(begin, over + dashes.size() - begin));
    const std::string id = key ? gatepost::support::gate_pass_key_id(*key) : std::string();
    if (id.empty())
      return Error{"key " + number + " is no Ed25519 public key", where,
                   "write the public key that `gatepost issue --public-key` prints"};
    ring.keys_.insert_or_assign(id, *key);
    text.remove_prefix(over + dashes.size());
  }
  if (ring.keys_.empty())
    return Error{"there is no key in it", where, "write the public key that `gatepost issue --public-key` prints"};
  return ring;
}

const gatepost::support::PublicKey* KeyRing::find(const std::string& key_id) const {
  const auto found = keys_.find(key_id);
  return found == keys_.end() ? nullptr : &found->second;
}

}  // namespace signed_pass
