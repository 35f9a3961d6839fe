// links: Boost::json; compiles: plugins/input/replay/recording.cpp
// A recording's lines: refused, or a bounded Reading that is written back as one that means the same.
#include "../../plugins/input/replay/recording.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto entry = replay::parse_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!entry) continue;
    if (entry->reading.payload.size() > gatepost::max_payload || entry->at.count() < 0) std::abort();
    std::string line = replay::to_line(*entry);
    if (line.find('\n') != line.size() - 1) std::abort();
    line.pop_back();
    const auto again = replay::parse_line(line);
    if (!again || again->reading.payload != entry->reading.payload || again->at != entry->at ||
        again->reading.damage != entry->reading.damage || again->reading.device != entry->reading.device)
      std::abort();
  }
  return 0;
}
