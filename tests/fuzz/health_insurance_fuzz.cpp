// links: gatepost::support; compiles: plugins/credential/health_insurance/card.cpp
// The code on a health insurance card: what is taken names a card, and its text is clean.
#include "../../plugins/credential/health_insurance/card.hpp"

#include <cstdlib>

#include <gatepost/support/text.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = health_insurance::read({reinterpret_cast<const char*>(data), size});
  const auto* card = std::get_if<health_insurance::Card>(&read);
  if (card == nullptr) return 0;
  if (card->code.size() != 15 || !gatepost::support::is_digits(card->code.substr(2)) ||
      gatepost::support::has_controls(card->name + card->address + card->clinic))
    std::abort();
  if (card->valid_from && card->valid_until && *card->valid_until < *card->valid_from) std::abort();
  return 0;
}
