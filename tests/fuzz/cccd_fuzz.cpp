// links: gatepost::support; compiles: plugins/credential/cccd/card.cpp
// The code on an identity card: what is taken names 12 digits, holds no control characters, and comes back from itself.
#include "../../plugins/credential/cccd/card.hpp"

#include <cstdlib>

#include <gatepost/support/text.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = cccd::read({reinterpret_cast<const char*>(data), size});
  const auto* card = std::get_if<cccd::Card>(&read);
  if (card == nullptr) return 0;
  if (!gatepost::support::is_digits(card->id, 12) || gatepost::support::has_controls(card->name + card->address))
    std::abort();
  const auto day = [](const std::string& iso) {
    return iso.size() == 4 ? "0000" + iso : iso.substr(8) + iso.substr(5, 2) + iso.substr(0, 4);
  };
  const auto again = cccd::read(card->id + "|" + card->old_id + "|" + card->name + "|" + day(card->birth) + "|" +
                                (card->sex == "M" ? "Nam" : "Nữ") + "|" + card->address + "|" + day(card->issued));
  const auto* second = std::get_if<cccd::Card>(&again);
  if (second == nullptr || second->name != card->name || second->address != card->address) std::abort();
  return 0;
}
