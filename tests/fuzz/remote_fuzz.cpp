// links: gatepost::support Boost::json; compiles: plugins/policy/remote/answer.cpp
// What an authority answers: what is taken is within its bounds, and says the same with blanks behind it.
#include <cstdlib>

#include "../../plugins/policy/remote/answer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto answer = remote::answer_of(text);
  if (!answer) return 0;
  const auto& decision = answer->decision;
  if (decision.outcome == gatepost::Outcome::grant ? !decision.reason.empty() : decision.reason.empty()) std::abort();
  if (decision.facts.size() > 17) std::abort();
  for (const auto& [name, value] : decision.facts)
    if (name.size() + value.size() > 1000) std::abort();
  if (answer->good_for && *answer->good_for < gatepost::Duration(0)) std::abort();
  const auto again = remote::answer_of(text + "\n");
  if (again && (again->decision.facts != decision.facts || again->good_for != answer->good_for)) std::abort();
  return 0;
}
