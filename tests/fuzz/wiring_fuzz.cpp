// links: gatepost::sdk; compiles: plugins/output/turnstile_relay/wiring.cpp
// Which channel belongs to which lane: one line each.
#include "../../plugins/output/turnstile_relay/wiring.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  std::vector<std::string> channels;
  std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    channels.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const auto wiring = turnstile::Wiring::make(data[0] % 17, data[1] % 17, channels);
  if (!wiring) return 0;
  for (const int channel : wiring->all())
    if (channel < 1) std::abort();
  for (const auto& line : channels) {
    const int channel = wiring->channel(line.substr(0, line.find('.')), gatepost::Direction::in);
    if (channel != 0 && !wiring->all().contains(channel)) std::abort();
  }
  return 0;
}
