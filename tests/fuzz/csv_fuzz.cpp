// clang-format off
// links: PkgConfig::libutf8proc gatepost::support; compiles: plugins/policy/roster/columns.cpp entry.cpp entries.cpp listing.cpp summary.cpp
// clang-format on
// The first byte is the size of the pieces in which the rest, a roster, arrives.
#include "../../plugins/policy/roster/entries.hpp"

#include <algorithm>
#include <cstdlib>
#include <gatepost/support/text.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = data[0] + std::size_t{1};
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto entries = roster::Entries::of(gatepost::support::Csv(
                                         [&](char* buffer, std::size_t room) {
                                           const auto copied = rest.copy(buffer, std::min(piece, room));
                                           rest.remove_prefix(copied);
                                           return copied;
                                         },
                                         "fuzz"),
                                     {.subject = "subject", .show = {}, .table = {}});
  if (!entries) return 0;
  std::string subject;
  roster::Entry entry;
  while (true) {
    const auto more = entries->next(subject, entry);
    if (!more || !*more) return 0;
    if (subject.empty() || !gatepost::support::valid_utf8(subject)) std::abort();
  }
}
