#include "config/load.hpp"

#include <algorithm>
#include <gatepost/record.hpp>

#include "config/include.hpp"
#include "config/privacy.hpp"
#include "config/reader.hpp"
#include "config/sections.hpp"
#include "config/suggest.hpp"
#include "config/texts.hpp"
#include "config/units.hpp"
#include "config/utf8.hpp"
#include "config/yaml_words.hpp"

namespace gatepost::config {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 10> section_names{"site",     "journal", "observe",  "devices", "credentials",
                                                         "policies", "outputs", "services", "lanes",   "tests"};

struct SiteReader {
  Reader reader;
  const Node& root;
  Site site{};
  Names names{};
  std::vector<std::string_view> misspelt{};  // the sections that were probably meant
  TextsAsked texts{};

  void check_sections() {
    if (!is_group(reader, root, root.place, "the site file")) return;
    std::vector<std::string_view> absent{"include"}, known(section_names.begin(), section_names.end());
    known.emplace_back("include");
    std::ranges::copy_if(section_names, std::back_inserter(absent),
                         [&](std::string_view name) { return root.find(name) == nullptr; });
    for (const auto& entry : root.entries) {
      if (reader.diagnostics.full()) return;
      if (std::ranges::find(section_names, entry.key) != section_names.end()) continue;
      misspelt.push_back(nearest(entry.key, absent));
      reader.diagnostics.error(entry.place, "there is no section '" + shown(entry.key) + "'", any_of(known),
                               did_you_mean(entry.key, absent, "remove it, or indent it where it belongs"));
    }
  }

  // A section that is misspelt is told of once.
  bool is_misspelt(std::string_view name) const { return std::ranges::find(misspelt, name) != misspelt.end(); }

  void read_site() {
    const Entry* entry = root.find("site");
    if (entry == nullptr) {
      if (!is_misspelt("site"))
        reader.diagnostics.error(root.place, "the file has no section 'site'", "site: { name: …, code: … }",
                                 "add it: the checkpoint's name and its unique number");
      return;
    }
    const auto fields = site_table.infos();
    const auto values = read_group(reader, {entry->value, entry->place, "site", "site", fields});
    if (!values) return;
    SiteSection section = site_table.fill(*values);
    check_name(section.name, *entry);
    check_languages(section.languages, *entry);
    if (const Entry* folder = entry->value.find("texts")) texts.folder_place = folder->value.place;
    texts.folder = section.texts;
    site.checkpoint = {std::move(section.name), section.code};
    site.languages = std::move(section.languages);
    site.texts_folder = std::move(section.texts);
    site.how_to_get = std::move(section.how_to_get);
  }

  void check_name(const std::string& name, const Entry& entry) {
    std::size_t characters = 0;
    bool controls = false;
    for (std::string_view rest = name; !rest.empty();) {
      const auto [point, size] = next_character(rest);
      controls = controls || point < 0x20 || point == 0x7F;
      rest.remove_prefix(std::max<std::size_t>(size, 1));
      ++characters;
    }
    const Place place = entry.value.find("name")->value.place;
    if (characters < 1 || characters > 200)
      reader.diagnostics.error(place, "the checkpoint's name has " + std::to_string(characters) + " characters",
                               "1 to 200 characters", "write a name that people know it by");
    if (controls)
      reader.diagnostics.error(place, "the checkpoint's name holds a line break or control character",
                               "1 to 200 characters on one line", "write it on one line");
  }

  void check_languages(const std::vector<std::string>& languages, const Entry& entry) {
    const Entry* given = entry.value.find("languages");
    if (given == nullptr) {
      for (const auto& language : languages) texts.languages.push_back({language, entry.place});
      return;
    }
    if (languages.empty())
      reader.diagnostics.error(given->value.place, "no language is named", "a list such as [vi, en]",
                               "name one, or remove the key");
    for (const auto& item : given->value.items)
      if (is_language(item.text))
        texts.languages.push_back({item.text, item.place});
      else
        reader.diagnostics.error(item.place, "'" + shown(item.text) + "' is not a language",
                                 "two small letters of ISO 639-1, such as en or vi",
                                 "write the language's two letters");
  }

  void read_journal() {
    static const Node nothing{};
    const Entry* entry = root.find("journal");
    const auto fields = journal_table.infos();
    const Node& node = entry == nullptr ? nothing : entry->value;
    const auto values =
        read_group(reader, {node, entry == nullptr ? root.place : entry->place, "journal", "journal", fields});
    if (!values) return;
    site.journal = journal_table.fill(*values);
    if (site.journal.file.empty()) site.journal.file = reader.folders[0] / "journal.db";
    if (entry != nullptr) check_privacy(reader.diagnostics, entry->value, site.journal);
  }

  void read_observe() {
    const Entry* entry = root.find("observe");
    if (entry == nullptr) return;
    const auto fields = observe_table.infos();
    const auto values = read_group(reader, {entry->value, entry->place, "observe", "observe", fields});
    if (!values) return;
    const ObserveSection section = observe_table.fill(*values);
    if (entry->value.find("log") != nullptr) site.observe.log = section.log;
    if (section.metrics.empty()) return;
    const auto place = parse_metrics_place(section.metrics, reader.folders[0]);
    if (place)
      site.observe.metrics = *place;
    else
      reader.diagnostics.error(entry->value.find("metrics")->value.place,
                               "'" + shown(section.metrics) + "' is no place that only this machine can reach",
                               "127.0.0.1:PORT, [::1]:PORT or unix:FILE", "write 127.0.0.1:9464");
  }

  void read_plugins() {
    const std::array uses{&site.devices, &site.credentials, &site.policies, &site.outputs, &site.services};
    const std::array declared{&names.devices, &names.credentials, &names.policies, &names.outputs, &names.services};
    for (std::size_t i = 0; i < uses.size(); ++i)
      if (const Entry* entry = root.find(plugin_sections()[i].name))
        read_plugin_uses(reader, plugin_sections()[i], entry->value, *uses[i], *declared[i]);
    check_shared_devices(reader);
  }

  // A machine without a gate may still show or send what it keeps.
  void read_the_lanes() {
    const bool needed = names.services.empty() && !is_misspelt("services");
    if (const Entry* entry = root.find("lanes"))
      read_lanes(reader, *entry, needed, names, site.lanes);
    else if (needed && !is_misspelt("lanes"))
      reader.diagnostics.error(root.place, "the file has no section 'lanes', and no 'services'",
                               "lanes: { main: { inputs: [entry_gun] } }",
                               "add one; a lane is one way through the gate, and only a site of services has none");
  }

  // It would learn from Records that name nobody, and let everybody pass or nobody.
  void refuse_nameless_records() {
    if (site.journal.subjects != Privacy::none) return;
    for (const auto& [name, state] : names.policies)
      if (state.needs_subject)
        reader.diagnostics.error(state.place,
                                 "policy '" + shown(name) + "' tells people apart, and this site's Records name nobody",
                                 "'subjects: clear' or 'subjects: hash' in the journal",
                                 "write 'subjects: hash' with a 'hash_key', or remove the policy");
  }

  // After a restart it would know less of people than before.
  void refuse_forgetting_what_is_learned() {
    const auto forgotten = site.journal.forget_after.find(subject_field);
    if (forgotten == site.journal.forget_after.end()) return;
    for (const auto& [name, state] : names.policies) {
      if (!state.needs_subject || state.horizon <= forgotten->second) continue;
      const bool learns_all = state.horizon == Duration::max();
      reader.diagnostics.error(state.place,
                               "policy '" + shown(name) + "' learns who passed from " +
                                   (learns_all ? "all Records" : "Records of " + config::to_text(state.horizon)) +
                                   ", and the journal forgets subjects after " + config::to_text(forgotten->second),
                               learns_all ? "subjects that are kept as long as their Records"
                                          : "'subject after " + config::to_text(state.horizon) + "', or later",
                               "forget them later, or remove the policy");
    }
  }

  // Somebody relies on it.
  void refuse_alarms_that_open_nothing() {
    const auto lane = std::ranges::find_if(site.lanes, [](const Lane& one) { return one.rules.opens_on_alarm; });
    const auto alarm = std::ranges::find_if(
        names.devices, [](const auto& one) { return one.second.tells_of_alarms && one.second.used; });
    if (alarm != names.devices.end() && lane == site.lanes.end())
      reader.diagnostics.error(
          alarm->second.place, "'" + shown(alarm->first) + "' tells of alarms, and no lane opens on one",
          "'opens_on_alarm: true' in a lane", "write it into every lane that is to open, or remove the contact");
    if (alarm == names.devices.end() && lane != site.lanes.end())
      reader.diagnostics.warning(
          names.lanes.at(lane->name),
          "lane '" + lane->name + "' opens on an alarm, and no device of the site's lanes tells of one",
          "add a contact with 'means: alarm' to the inputs of a lane, or remove 'opens_on_alarm'");
  }

  void warn_of_unused() {
    for (const auto* declared : {&names.devices, &names.credentials, &names.policies})
      for (const auto& [name, state] : *declared)
        if (!state.used && state.kind)
          reader.diagnostics.warning(state.place, "no lane uses '" + shown(name) + "'",
                                     "name it in a lane, or remove it");
  }

  void read() {
    if (root.kind == NodeKind::nothing)
      return reader.diagnostics.whole_file({"the site file is empty", {}, "start from one of configs/"});
    check_sections();
    if (root.kind != NodeKind::map) return;
    read_site();
    read_journal();
    read_observe();
    reader.plugin_data = plugin_data_of(site.journal);
    read_plugins();
    read_the_lanes();
    if (const Entry* entry = root.find("tests")) read_site_tests(reader, *entry, site.lanes, site.tests);
    refuse_nameless_records();
    refuse_forgetting_what_is_learned();
    refuse_alarms_that_open_nothing();
    if (!reader.diagnostics.any_error()) warn_of_unused();
  }
};

}  // namespace

std::string LoadedSite::shown() const {
  std::string text;
  for (const auto& diagnostic : diagnostics) text += show(diagnostic, sources, secrets);
  return text;
}

LoadedSite load_text(std::string text, const fs::path& file, const plugin::Catalogue& catalogue) {
  Diagnostics diagnostics;
  auto [sources, root] = gather(std::move(text), file, diagnostics);
  LoadedSite loaded{std::move(sources), {}, {}, {}};
  for (const auto& plugin : catalogue.plugins())  // a file that is no YAML is shown before its plugins are known
    for (const auto& field : plugin.descriptor->settings())
      if (field.secret) loaded.secrets.emplace_back(field.key);
  if (root) {
    std::vector<fs::path> folders;
    for (const auto& source : loaded.sources) folders.push_back(folder_of(source.file));
    std::map<std::string, std::string, std::less<>> tags;
    SiteReader site{{catalogue, loaded.sources, std::move(folders), diagnostics, loaded.secrets, tags}, *root};
    site.read();
    site.texts.installed = installed_texts();
    read_texts(site.texts, catalogue, site.site, loaded.sources, diagnostics);
    site.site.file = site.reader.folders[0] / file.filename();
    site.site.tags = std::move(tags);
    if (!diagnostics.any_error()) loaded.site = std::move(site.site);
  }
  loaded.diagnostics = diagnostics.take();
  std::ranges::sort(loaded.secrets);
  loaded.secrets.erase(std::unique(loaded.secrets.begin(), loaded.secrets.end()), loaded.secrets.end());
  return loaded;
}

LoadedSite load(const fs::path& file, const plugin::Catalogue& catalogue) {
  auto text = read_source(file);
  if (text) return load_text(std::move(*text), file, catalogue);
  Diagnostics diagnostics;
  diagnostics.whole_file(text.error());
  return {{Source(file, {})}, {}, diagnostics.take(), {}};
}

}  // namespace gatepost::config
