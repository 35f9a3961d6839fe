// links: gatepost_engine
// Hostile text on its way to a terminal: bounded, without controls, and stable when it is made printable again.
#include <cstdint>
#include <cstdlib>

#include <gatepost/support/printable.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string shown = gatepost::support::printable(text, 40);
  if (shown.size() > 4 * 41) std::abort();
  for (const char byte : shown)
    if (static_cast<unsigned char>(byte) < ' ' || byte == '\x7f') std::abort();
  if (gatepost::support::printable(shown, 41) != shown) std::abort();
  for (const char byte : gatepost::support::printable_json(text))
    if (static_cast<unsigned char>(byte) < ' ' || byte == '\x7f') std::abort();
  return 0;
}
