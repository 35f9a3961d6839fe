// links: gatepost::hal
// What a HID device says of its reports.
#include <cstdint>
#include <cstdlib>

#include "hid_descriptor.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
  const auto parsed = gatepost::hal::HidDescriptor::parse(bytes);
  if (!parsed) {
    if (parsed.error().remedy.empty()) std::abort();
    return 0;
  }
  if (parsed->collections.empty() || parsed->collections.size() > size || parsed->reports.size() > 256) std::abort();
  for (const auto& [number, bits] : parsed->reports) {
    if (number != 0 && !parsed->numbered) std::abort();
    if (bits.input > 64U * 1024 * 8 || bits.output > 64U * 1024 * 8 || bits.feature > 64U * 1024 * 8) std::abort();
  }
  return 0;
}
