// links: gatepost::support; compiles: plugins/policy/watchlist/rows.cpp csv_list.cpp
// A list of those who are looked for: of two that differ in a row more, the longer one is never milder.
#include <cstdlib>

#include "../../plugins/policy/watchlist/wanted.hpp"

namespace {

gatepost::Result<watchlist::WantedPtr> read(std::string text) {
  return watchlist::read_csv(gatepost::support::Csv::of(std::move(text), "fuzz"), {});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto wanted = read(text);
  if (!wanted) return 0;
  const auto before = (*wanted)->find("E1", std::nullopt).value();
  const auto longer = read(text + "E1\n");  // a row of a list that has the subject alone
  if (!longer) return 0;
  const auto after = (*longer)->find("E1", std::nullopt).value();
  if (!after || (before && after->action < before->action)) std::abort();
  return 0;
}
