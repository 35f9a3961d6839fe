// links: gatepost_engine
// A Record's bytes, as somebody may have changed them in the journal: refused, or of one form only.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "journal/encoding.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto record = gatepost::journal::decode(bytes);
  if (record && !std::ranges::equal(gatepost::journal::encode(*record), bytes)) std::abort();
  return 0;
}
