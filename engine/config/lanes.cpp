#include <algorithm>

#include "config/reader.hpp"
#include "config/sections.hpp"
#include "config/suggest.hpp"
#include "config/units.hpp"
#include "config/yaml_words.hpp"

namespace gatepost::config {
namespace {

// A word in a lane that must be the name of something.
struct Reference {
  std::string_view name;
  Place place;
  std::string_view what;     // "input"
  std::string_view section;  // "devices"
  PluginKind kind;
};

std::string article(PluginKind kind) {
  return kind == PluginKind::input || kind == PluginKind::actuator ? "an " : "a ";
}

void refuse_unknown(Reader& reader, const DeclaredNames& declared, const Reference& reference) {
  const std::string name = shown(reference.name), section(reference.section);
  std::vector<std::string_view> names;
  for (const auto& [other, state] : declared)
    if (!state.kind || state.kind == reference.kind) names.push_back(other);
  reader.diagnostics.error(reference.place, "there is no '" + name + "' under " + section,
                           names.empty() ? std::string() : any_of(names),
                           did_you_mean(reference.name, names, "add '" + name + "' under '" + section + ":'"));
}

bool resolve(Reader& reader, DeclaredNames& declared, const Reference& reference) {
  if (reader.diagnostics.full()) return false;
  const std::string name = shown(reference.name);
  const auto found = declared.find(reference.name);
  if (found == declared.end()) {
    refuse_unknown(reader, declared, reference);
    return false;
  }
  found->second.used = true;
  const auto kind = found->second.kind;
  if (!kind || *kind == reference.kind) return true;
  reader.diagnostics.error(reference.place,
                           "'" + name + "' (" + line_text(reader.sources, found->second.place, reference.place) +
                               ") is " + article(*kind) + std::string(to_word(*kind)) + " and cannot be this lane's " +
                               std::string(reference.what),
                           article(reference.kind) + std::string(to_word(reference.kind)),
                           "name a device whose plugin is of kind " + std::string(to_word(reference.kind)));
  return false;
}

// Which lane reads an input; it can be one only.
using Readers = std::map<std::string, std::pair<std::string, Place>, std::less<>>;

struct LaneReader {
  Reader& reader;
  Names& names;
  Readers& inputs;
  const Entry& entry;
  Lane lane{};

  void add_input(const std::string& device, Place place, std::optional<Direction> direction) {
    if (!resolve(reader, names.devices, {device, place, "input", "devices", PluginKind::input})) return;
    const auto [first, fresh] = inputs.try_emplace(device, entry.key, place);
    if (!fresh) {
      reader.diagnostics.error(place,
                               "input '" + device + "' is already read by lane '" + first->second.first + "' in " +
                                   line_text(reader.sources, first->second.second, place),
                               {}, "give each lane a device of its own");
      return;
    }
    lane.inputs.push_back({device, direction});
  }

  void add_directed(const Entry& input) {
    const auto& word = input.value.text;
    if ((word != "in" && word != "out" && word != "ask") || input.value.tag != Tag::none)
      return reader.diagnostics.error(
          input.value.kind == NodeKind::scalar ? input.value.place : input.place,
          input.value.kind == NodeKind::scalar ? "'" + shown(word) + "' is not a direction"
                                               : "input '" + shown(input.key) + "' has no direction",
          "in, out or ask", "write which way people go who scan at '" + shown(input.key) + "', or that they are asked");
    if (word == "ask") return add_input(input.key, input.place, {});
    add_input(input.key, input.place, word == "in" ? Direction::in : Direction::out);
  }

  void read_inputs() {
    const Entry* given = entry.value.find("inputs");
    const std::string example = "inputs: { entry_gun: in, exit_gun: out }";
    if (given == nullptr)
      return reader.diagnostics.error(entry.place, "lane '" + entry.key + "' has no inputs", example,
                                      "name the devices that are scanned at");
    const Node& node = given->value;
    if (node.kind != NodeKind::map && node.kind != NodeKind::list)
      return reader.diagnostics.error(given->place, "'inputs' holds " + std::string(to_word(node.kind)),
                                      example + ", or a list: [entry_gun]", "put the names in brackets");
    if (node.items.empty() && node.entries.empty())
      reader.diagnostics.error(given->place, "lane '" + entry.key + "' has no inputs", example,
                               "name the devices that are scanned at");
    for (const auto& input : node.entries) add_directed(input);
    for (const auto& item : node.items) {
      if (item.kind == NodeKind::scalar)
        add_input(item.text, item.place, Direction::in);
      else
        reader.diagnostics.error(item.place, std::string(to_word(item.kind)) + " stands where a device's name belongs",
                                 example, "write one name an item");
    }
  }

  void resolve_list(std::string_view key, DeclaredNames& declared, PluginKind kind) {
    const Entry* given = entry.value.find(key);
    if (given == nullptr) return;
    std::vector<std::string_view> seen;
    for (const auto& item : given->value.items) {
      if (reader.diagnostics.full()) return;
      if (item.kind != NodeKind::scalar) continue;
      if (std::ranges::find(seen, item.text) != seen.end())
        reader.diagnostics.error(item.place, "'" + shown(item.text) + "' stands in this list twice", {}, "remove one");
      else if (seen.size() < Diagnostics::limit)  // a list this long is hostile; the search above stays cheap
        seen.push_back(item.text);
      resolve(reader, declared, {item.text, item.place, to_word(kind), key, kind});
    }
  }

  void resolve_actuator() {
    const Entry* given = entry.value.find("actuator");
    if (given == nullptr || given->value.kind != NodeKind::scalar) return;
    if (given->value.tag != Tag::none)
      return reader.diagnostics.error(given->value.place, "a lane's actuator cannot stand outside the file",
                                      "the name of a device", "write the name itself");
    resolve(reader, names.devices,
            {given->value.text, given->value.place, "actuator", "devices", PluginKind::actuator});
  }

  // A gate that stands open for nobody until somebody restarts the engine is to be wanted, not overlooked.
  void refuse_staying_open() {
    const auto device = names.devices.find(lane.actuator);
    if (device == names.devices.end() || !device->second.actuator) return;
    if (device->second.actuator->after_kill() || lane.rules.open_after_kill == OpenAfterKill::accepted) return;
    reader.diagnostics.error(
        entry.value.find("actuator")->value.place,
        "when the engine is killed while '" + shown(lane.actuator) + "' is open, nobody shuts it",
        "an actuator that does, or 'open_after_kill: accepted'",
        "let it be shut by its board or by a guard (`gatepost plugins` lists what its plugin can do), or write "
        "'open_after_kill: accepted' into lane '" +
            entry.key + "'");
  }

  // A direction that nothing opens would deny everybody who scans there, after they were granted.
  void refuse_directions_without_a_channel() {
    const auto device = names.devices.find(lane.actuator);
    if (device == names.devices.end() || !device->second.actuator) return;
    for (const auto& input : lane.inputs) {
      const auto scanner = names.devices.find(input.device);
      if (scanner == names.devices.end() || scanner->second.tells_of_alarms) continue;
      for (const Direction direction : {Direction::in, Direction::out})
        if (input.direction.value_or(direction) == direction && !device->second.actuator->opens(lane.name, direction))
          refuse_direction(input.device, direction);
    }
  }

  void refuse_direction(const std::string& input, Direction direction) {
    reader.diagnostics.error(
        entry.value.find("inputs")->place,
        "'" + shown(lane.actuator) + "' has no channel that opens " + std::string(to_word(direction)) + " of lane '" +
            entry.key + "', and '" + shown(input) + "' asks for it",
        {}, "set the channel of that direction at '" + shown(lane.actuator) + "', or the other direction at the input");
  }

  void warn_of_networks() {
    for (const auto& opening : reader.openings)
      if (opening.need.anybody && std::ranges::find(lane.inputs, opening.who, &LaneInput::device) != lane.inputs.end())
        reader.diagnostics.warning(opening.place,
                                   "whoever reaches that network can send '" + opening.who + "' any code, and lane '" +
                                       entry.key + "' opens on it",
                                   "keep the network to the scanners, or write 'require_verified: true' into the lane");
  }

  void refuse_wrong_rate() {
    const auto rate = parse_rate(lane.rules.denied_at_most);
    const Entry* given = entry.value.find("denied_at_most");
    if (rate || given == nullptr) return;
    reader.diagnostics.error(given->value.place, rate.error().what, rate.error().where, rate.error().remedy);
  }

  void warn() {
    if (!lane.actuator.empty() && lane.policies.empty())
      reader.diagnostics.warning(entry.place,
                                 "lane '" + entry.key + "' has an actuator and no policies, so it denies all",
                                 "add 'policies: […]'");
    if (!lane.actuator.empty() && !lane.rules.require_verified) warn_of_networks();
    if (lane.credentials.empty())
      reader.diagnostics.warning(entry.place,
                                 "lane '" + entry.key + "' has no credentials, so every code is unknown to it",
                                 "add 'credentials: […]'");
  }

  void read() {
    read_inputs();
    const auto names_fields = lane_names_table.infos();
    auto fields = names_fields;
    std::ranges::copy(lane_rules_table.infos(), std::back_inserter(fields));
    const auto values = read_group(
        reader, {entry.value, entry.place, "lane '" + entry.key + "'", "lanes." + entry.key, fields, {"inputs"}});
    resolve_list("credentials", names.credentials, PluginKind::credential);
    resolve_list("policies", names.policies, PluginKind::policy);
    resolve_actuator();
    if (!values) return;
    auto named = lane_names_table.fill(std::span(*values).first(names_fields.size()));
    lane.credentials = std::move(named.credentials);
    lane.policies = std::move(named.policies);
    lane.actuator = std::move(named.actuator);
    lane.rules = lane_rules_table.fill(std::span(*values).subspan(names_fields.size()));
    refuse_wrong_rate();
    refuse_staying_open();
    refuse_directions_without_a_channel();
    check_asking(reader, entry, names, lane);
    warn();
  }
};

}  // namespace

void read_lanes(Reader& reader, const Entry& section, bool needed, Names& names, std::vector<Lane>& lanes) {
  if (!is_group(reader, section.value, section.place, "lanes")) return;
  if (section.value.entries.empty() && needed)
    reader.diagnostics.error(section.place, "the site has no lanes", "lanes: { main: { inputs: [entry_gun] } }",
                             "add one; a lane is one way through the gate");
  Readers inputs;
  std::vector<ZoneUse> zones;
  for (const auto& entry : section.value.entries) {
    if (reader.diagnostics.full()) return;
    if (!is_name(reader, entry, "lane") || !is_group(reader, entry.value, entry.place, "lane '" + entry.key + "'"))
      continue;
    names.lanes.emplace(entry.key, entry.place);
    LaneReader lane{reader, names, inputs, entry};
    lane.lane.name = entry.key;
    lane.read();
    if (const Entry* zone = entry.value.find("zone"); zone != nullptr && !lane.lane.rules.zone.empty())
      zones.push_back({lane.lane.rules.zone, entry.key, zone->value.place});
    lanes.push_back(std::move(lane.lane));
  }
  check_zones(reader, zones);
}

}  // namespace gatepost::config
