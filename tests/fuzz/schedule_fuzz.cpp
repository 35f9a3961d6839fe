// clang-format off
// links: gatepost::support; compiles: plugins/policy/schedule/times.cpp plan.cpp
// clang-format on
// A line of times, then a plan of shifts.
#include <algorithm>
#include <cstdlib>

#include "../../plugins/policy/schedule/plan.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto end = std::min(text.find('\n'), text.size());
  const auto times = schedule::parse_times(text.substr(0, end));
  if (times)
    for (const auto& one : *times)
      if (one.begin >= one.end || one.end - one.begin > std::chrono::hours(24) || one.days.none()) std::abort();
  auto shifts = schedule::parse_shifts({"early: mon-sat 06:00-14:00", "n: " + std::string(text.substr(0, end))});
  if (shifts.has_value() != times.has_value()) std::abort();
  if (!shifts) return 0;
  std::string rest(text.substr(std::min(end + 1, text.size())));
  const auto plan = schedule::Plan::read(gatepost::support::Csv::of(std::move(rest), "fuzz"), *shifts);
  if (plan && (*plan)->people() == 0) std::abort();
  return 0;
}
