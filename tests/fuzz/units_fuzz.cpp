// links: gatepost_engine
// Lengths of time and sizes: what is taken comes back from its text as the same.
#include <cstdint>
#include <cstdlib>

#include "config/units.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace config = gatepost::config;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto duration = config::parse_duration(text)) {
    const auto again = config::parse_duration(config::to_text(*duration));
    if (!again || *again != *duration) std::abort();
  }
  if (const auto bytes = config::parse_size(text)) {
    const auto again = config::parse_size(config::to_text(*bytes));
    if (!again || *again != *bytes) std::abort();
  }
  return 0;
}
