// links: gatepost_cards
// The first byte is the size of the pieces in which the rest, a list of people, arrives. What is taken can be issued.
#include <algorithm>
#include <cstdlib>
#include <gatepost/support/text.hpp>
#include <set>

#include "card/issue/holder.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = data[0] + std::size_t{1};
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  gatepost::support::Csv csv(
      [&](char* buffer, std::size_t room) {
        const auto copied = rest.copy(buffer, std::min(piece, room));
        rest.remove_prefix(copied);
        return copied;
      },
      "fuzz");
  const auto holders = gatepost::card::read_holders(csv, "/", gatepost::WallTime());
  if (!holders) return 0;
  std::set<std::string> subjects;
  for (const auto& holder : *holders) {
    const auto& [from, until, from_text, until_text] = holder.validity;
    const bool named = !holder.subject.empty() && !gatepost::support::has_controls(holder.subject);
    const bool composed = gatepost::support::composed(holder.name) == holder.name;
    if (!named || !composed || !subjects.insert(holder.subject).second) std::abort();
    if ((from && until && *until <= *from) || from.has_value() == from_text.empty()) std::abort();
  }
  return 0;
}
