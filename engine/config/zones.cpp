// Zones that are named by lanes alone, so that a slip would make another one of each.
#include <algorithm>
#include <map>

#include "config/reader.hpp"
#include "config/suggest.hpp"
#include "config/yaml_words.hpp"

namespace gatepost::config {
namespace {

constexpr std::size_t most_zones = 100;  // a hostile file may bring thousands

struct Named {
  const ZoneUse* first;
  std::size_t count = 0;
};

// Of two that one lane each names, the later one.
bool is_more_likely(const Named& other, const Named& one) {
  return other.count > 1 || other.first->place < one.first->place;
}

}  // namespace

void check_zones(Reader& reader, std::span<const ZoneUse> uses) {
  std::map<std::string_view, Named> zones;
  for (const ZoneUse& use : uses) ++zones.try_emplace(use.zone, Named{&use}).first->second.count;
  if (zones.size() > most_zones) return;
  for (const auto& [zone, one] : zones) {
    if (one.count > 1) continue;
    const auto meant = std::ranges::find_if(zones, [&name = zone, &named = one](const auto& other) {
      return is_slip(name, other.first) && is_more_likely(other.second, named);
    });
    if (meant == zones.end()) continue;
    reader.diagnostics.warning(one.first->place,
                               "no other lane leads into zone '" + shown(zone) + "', and lane '" +
                                   shown(meant->second.first->lane) + "' leads into '" + shown(meant->first) + "' (" +
                                   line_text(reader.sources, meant->second.first->place, one.first->place) + ")",
                               "did you mean '" + shown(meant->first) + "'?");
  }
}

}  // namespace gatepost::config
