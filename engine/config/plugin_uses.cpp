#include <array>
#include <cctype>

#include "config/check_host.hpp"
#include "config/no_scans.hpp"
#include "config/reader.hpp"
#include "config/redaction.hpp"
#include "config/sections.hpp"
#include "config/suggest.hpp"
#include "config/values.hpp"
#include "config/yaml_words.hpp"
#include "plugin/service_process.hpp"

namespace gatepost::config {
namespace {

bool belongs(const Section& section, PluginKind kind) {
  return std::ranges::find(section.kinds, kind) != section.kinds.end();
}

std::vector<std::string_view> plugin_names(const Reader& reader, const Section& section) {
  std::vector<std::string_view> names;
  for (const auto& plugin : reader.catalogue.plugins())
    if (belongs(section, plugin.descriptor->kind)) names.emplace_back(plugin.descriptor->name);
  return names;
}

std::string known(const std::vector<std::string_view>& names) {
  return names.empty() ? "a plugin, and none of this kind is installed" : any_of(names);
}

void refuse_unknown(Reader& reader, const Section& section, const Node& word) {
  for (const auto& refused : reader.catalogue.refused())
    if (refused.file.stem() == word.text)
      return reader.diagnostics.error(word.place,
                                      "plugin '" + shown(word.text) + "' was not loaded: " + refused.why.what, {},
                                      refused.why.remedy + " (" + refused.file.string() + ")");
  const auto names = plugin_names(reader, section);
  reader.diagnostics.error(word.place, "there is no plugin '" + shown(word.text) + "'", known(names),
                           did_you_mean(word.text, names, "install it into a folder of GATEPOST_PLUGIN_PATH"));
}

void refuse_misplaced(Reader& reader, const Section& section, const Node& word, PluginKind kind) {
  if (kind == PluginKind::board)
    return reader.diagnostics.error(
        word.place,
        "plugin '" + word.text + "' drives relay boards and is no " + std::string(section.singular) + " itself",
        known(plugin_names(reader, section)),
        "name the plugin that opens the board, and write board: \"" + word.text + ":…\" there");
  std::string right;
  for (const auto& other : plugin_sections())
    if (belongs(other, kind)) right = other.name;
  reader.diagnostics.error(word.place,
                           "plugin '" + word.text + "' is of kind " + std::string(to_word(kind)) + " and cannot be a " +
                               std::string(section.singular),
                           known(plugin_names(reader, section)), "move this entry to '" + right + ":'");
}

const Descriptor* find_plugin(Reader& reader, const Section& section, const Entry& entry) {
  const Entry* named = entry.value.find("plugin");
  if (named == nullptr || named->value.kind != NodeKind::scalar || named->value.tag != Tag::none) {
    reader.diagnostics.error(named == nullptr ? entry.place : named->place,
                             std::string(section.singular) + " '" + entry.key + "' names no plugin",
                             "plugin: " + known(plugin_names(reader, section)), "add 'plugin: …'");
    return nullptr;
  }
  const plugin::Plugin* plugin = reader.catalogue.find(named->value.text);
  if (plugin == nullptr)
    refuse_unknown(reader, section, named->value);
  else if (!belongs(section, plugin->descriptor->kind))
    refuse_misplaced(reader, section, named->value, plugin->descriptor->kind);
  else
    return plugin->descriptor;
  return nullptr;
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool names_key(std::string_view where, std::string_view key) {
  for (auto at = where.find(key); at != where.npos; at = where.find(key, at + 1)) {
    const bool begins = at == 0 || !is_word(where[at - 1]);
    const bool ends = at + key.size() == where.size() || !is_word(where[at + key.size()]);
    if (begins && ends) return true;
  }
  return false;
}

// A plugin may name the setting, or the file that the setting leads to.
bool is_about(const Error& error, const Entry& setting, const Reader& reader) {
  if (setting.key == "plugin") return false;
  if (names_key(error.where, setting.key)) return true;
  const auto& text = setting.value.text;
  return !text.empty() && error.where == (reader.folder(setting.value.place) / text).lexically_normal();
}

Place place_of(const Error& error, const Entry& entry, const Reader& reader) {
  for (const auto& setting : entry.value.entries)
    if (is_about(error, setting, reader))
      return setting.value.kind == NodeKind::nothing ? setting.place : setting.value.place;
  return entry.place;
}

// "WHERE: WHAT", without the entry's name where that is told already.
std::string sentence(const Error& error, const std::string& name) {
  std::string_view where = error.where;
  if (where == name) where = {};
  if (where.starts_with(name + ": ")) where.remove_prefix(name.size() + 2);
  return where.empty() ? error.what : std::string(where) + ": " + error.what;
}

template <class Made>
std::optional<Error> error_of(Made&& made) {
  if (made) return {};
  return made.error();
}

std::optional<Error> hear_actuator(PluginUse& use, Declared& declared, Result<std::unique_ptr<Actuator>> built) {
  if (!built) return built.error();
  use.after_kill = (*built)->after_kill();
  use.after_kill_in_alarm = (*built)->after_kill_in_alarm();
  use.after_power_cut = (*built)->after_power_cut();
  declared.actuator = std::move(*built);
  return {};
}

std::optional<Error> hear_format(Declared& declared, Result<std::unique_ptr<CredentialFormat>> built) {
  if (!built) return built.error();
  declared.format = std::move(*built);
  return {};
}

std::optional<Error> hear_input(Declared& declared, const Result<std::unique_ptr<Input>>& built) {
  if (!built) return built.error();
  declared.tells_of_alarms = (*built)->tells_of_alarms();
  return {};
}

// In the process where it would run, for it is foreign code that no gate may depend on.
std::optional<Error> try_to_build_service(const plugin::Catalogue& catalogue, const PluginUse& use) {
  const plugin::Plugin* plugin = catalogue.find(use.plugin->name);
  if (plugin == nullptr || plugin->copy < 0) return error_of(use.plugin->make.service(use.values, use.instance));
  return error_of(plugin::try_service(*plugin,
                                      {.name = use.instance.name,
                                       .directory = use.instance.directory,
                                       .data = {},
                                       .socket = {},
                                       .values = use.values,
                                       .memory = use.service.memory},
                                      *use.instance.host));
}

std::optional<Error> hear_policy(PluginUse& use, Declared& declared, const Result<std::unique_ptr<Policy>>& built) {
  if (!built) return built.error();
  declared.needs_subject = use.needs_subject = (*built)->needs_subject();
  declared.horizon = (*built)->horizon();
  use.needs_network = (*built)->needs_network();
  return {};
}

std::optional<Error> try_to_build(const plugin::Catalogue& catalogue, PluginUse& use, Declared& declared) {
  const auto& make = use.plugin->make;
  switch (use.plugin->kind) {
    case PluginKind::input:
      return hear_input(declared, make.input(use.values, use.instance));
    case PluginKind::credential:
      return hear_format(declared, make.credential(use.values, use.instance));
    case PluginKind::policy:
      return hear_policy(use, declared, make.policy(use.values, use.instance));
    case PluginKind::sink:
      return error_of(make.sink(use.values, use.instance));
    case PluginKind::actuator:
      return hear_actuator(use, declared, make.actuator(use.values, use.instance));
    case PluginKind::service:
      return try_to_build_service(catalogue, use);
    case PluginKind::board:
      break;  // stands in no section
  }
  return {};
}

// The setting that the name of the device stands in; a secret one is nobody's to point at.
Place place_of(const DeviceNeed& need, const Entry& entry) {
  for (const auto& setting : entry.value.entries)
    if (setting.key != "plugin" && setting.value.text.find(need.device) != std::string::npos)
      return setting.value.place;
  return entry.place;
}

// Where any setting is hidden, the device may be what it hides.
void note_needs(Reader& reader, const Entry& entry, const PluginUse& use, const CheckHost& host) {
  const bool hides = std::ranges::find(use.hidden, true) != use.hidden.end();
  for (const DeviceNeed& need : host.needs())
    reader.openings.push_back({need, entry.key, hides ? "a device" : need.device, place_of(need, entry)});
}

void hear_own_rules(Reader& reader, const Entry& entry, PluginUse& use, Declared& declared) {
  const auto host = std::make_shared<CheckHost>(reader.plugin_data / use.instance.name, reader.catalogue);
  use.instance.host = host;
  const auto error = try_to_build(reader.catalogue, use, declared);
  note_needs(reader, entry, use, *host);
  use.told = host->told();
  use.files = host->files();
  const Redaction without_secrets(use);  // what a plugin says may repeat a value
  use.needs_network = without_secrets(std::move(use.needs_network));
  const std::string title = std::string(use.plugin->name) + " '" + entry.key + "': ";
  for (const Error& alarm : host->alarms())
    reader.diagnostics.warning(place_of(alarm, entry, reader), title + without_secrets(sentence(alarm, entry.key)),
                               without_secrets(alarm.remedy));
  if (!error) return;
  reader.diagnostics.error(place_of(*error, entry, reader), title + without_secrets(sentence(*error, entry.key)), {},
                           without_secrets(error->remedy));
}

void read_no_scans(Reader& reader, const Entry& entry, const PluginUse& use, Declared& declared) {
  auto parsed = NoScans::parse(use.input.ignore);
  if (parsed) {
    declared.no_scans = std::move(*parsed);
    return;
  }
  reader.diagnostics.error(place_of(parsed.error(), entry, reader), "ignore: " + parsed.error().what,
                           "texts such as NoRead, and patterns between slashes: /HB[0-9]+/", parsed.error().remedy);
}

void read_entry(Reader& reader, const Section& section, const Entry& entry, std::vector<PluginUse>& uses,
                DeclaredNames& declared) {
  auto& mine = declared.emplace(entry.key, Declared{entry.place, {}}).first->second;
  const std::string title = std::string(section.singular) + " '" + shown(entry.key) + "'";
  if (!is_name(reader, entry, section.singular) || !is_group(reader, entry.value, entry.place, title)) return;
  const Descriptor* plugin = find_plugin(reader, section, entry);
  if (plugin == nullptr) return;
  mine.kind = plugin->kind;
  auto fields = plugin->settings();
  const std::size_t own = fields.size();
  std::ranges::copy(terms_of(plugin->kind), std::back_inserter(fields));
  const std::string path = std::string(section.name) + "." + entry.key;
  const Group group{entry.value, entry.place, title + " (plugin '" + plugin->name + "')", path, fields, {"plugin"}};
  auto values = read_group(reader, group);
  if (!values || reader.diagnostics.full()) return;
  PluginUse use{plugin,
                {values->begin(), values->begin() + static_cast<std::ptrdiff_t>(own)},
                {entry.key, reader.folders[0]},
                {}};
  if (plugin->kind == PluginKind::service) use.service = service_terms_table.fill(std::span(*values).subspan(own));
  if (plugin->kind == PluginKind::input) use.input = input_terms_table.fill(std::span(*values).subspan(own));
  for (const auto& field : std::span(fields).first(own))
    use.hidden.push_back(field.secret || reader.tags.contains(path + "." + std::string(field.key)));
  if (plugin->kind == PluginKind::service) check_service(reader, entry, use);
  read_no_scans(reader, entry, use, mine);
  hear_own_rules(reader, entry, use, mine);
  uses.push_back(std::move(use));
}

}  // namespace

std::span<const Section> plugin_sections() {
  static const std::array<Section, 5> sections{{{"devices", "device", {PluginKind::input, PluginKind::actuator}},
                                                {"credentials", "credential", {PluginKind::credential}},
                                                {"policies", "policy", {PluginKind::policy}},
                                                {"outputs", "output", {PluginKind::sink}},
                                                {"services", "service", {PluginKind::service}}}};
  return sections;
}

void read_plugin_uses(Reader& reader, const Section& section, const Node& node, std::vector<PluginUse>& uses,
                      DeclaredNames& declared) {
  if (!is_group(reader, node, node.place, section.name)) return;
  for (const auto& entry : node.entries) {
    if (reader.diagnostics.full()) return;
    read_entry(reader, section, entry, uses, declared);
  }
}

}  // namespace gatepost::config
