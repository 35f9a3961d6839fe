// links: gatepost::support; compiles: plugins/credential/gs1/elements.cpp ai_table.cpp
// Element strings: what is taken is written again from its elements, and is the same.
#include "../../plugins/credential/gs1/elements.hpp"

#include <cstdlib>

#include "../../plugins/credential/gs1/ai_table.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = gs1::read({reinterpret_cast<const char*>(data), size});
  const auto* elements = std::get_if<gs1::Elements>(&read);
  if (elements == nullptr) return 0;
  std::string again;
  for (const auto& [number, value] : *elements) again += number + value + gs1::separator;
  const auto second = gs1::read(again);
  if (!std::holds_alternative<gs1::Elements>(second) || std::get<gs1::Elements>(second) != *elements) std::abort();
  return 0;
}
