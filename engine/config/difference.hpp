// What would change in a running site if its file were another one.
#pragma once

#include <boost/json/array.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/site.hpp"

namespace gatepost::config {

enum class Part : std::uint8_t { site, journal, observe, device, credential, policy, output, service, lane };
constexpr std::string_view to_word(Part part) {
  constexpr std::array words{"site",   "journal", "observe", "device", "credential",
                             "policy", "output",  "service", "lane"};
  return words.at(static_cast<std::size_t>(part));
}

enum class Deed : std::uint8_t {
  add,
  remove,
  change,
  follow,  ///< a lane that is as it was and uses something that changes
};
constexpr std::string_view to_word(Deed deed) {
  constexpr std::array words{"add", "remove", "change", "follow"};
  return words.at(static_cast<std::size_t>(deed));
}

/// One setting that differs, as a site file has it; a secret is "***".
struct ChangedSetting {
  std::string key, before, after;
  bool operator==(const ChangedSetting&) const = default;
};

struct Change {
  Part part = Part::site;
  std::string name{};  ///< in the site file; empty for site, journal and observe
  Deed deed = Deed::change;
  std::string plugin{};                    ///< that it will use; of what is removed: that it used
  std::vector<ChangedSetting> settings{};  ///< of Deed::change
  std::vector<std::string> uses{};         ///< of Deed::follow: "policy list"
  bool needs_restart = false;
};

/// In the order of Part, then the new file's order, removed things last. One Change at most for each named thing.
struct Difference {
  std::vector<Change> changes;

  bool empty() const { return changes.empty(); }
  const Change* find(Part part, std::string_view name) const;
  /// What a running site cannot take over; nothing when it can take all.
  std::optional<Error> refusal() const;
};

/// Pure: looks at nothing but the two.
Difference difference(const Site& before, const Site& after);

/// Whether one can stand for the other: the same plugin, settings, name and folder.
bool same(const PluginUse& one, const PluginUse& other);

/// "~ device gun: baud 9600 → 115200", one for each Change. The sign: + add, - remove, ~ change, > follow, ! needs a
/// restart.
std::vector<std::string> to_lines(const Difference& difference);

/// [{"part","name","deed","plugin","settings":[{"key","before","after"}],"uses":[…],"needs_restart"}]
boost::json::array to_json(const Difference& difference);

}  // namespace gatepost::config
