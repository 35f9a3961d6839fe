#include "config/difference.hpp"

#include <algorithm>

#include "config/sections.hpp"
#include "config/values.hpp"

namespace gatepost::config {
namespace {

constexpr const char* not_shown = "***";

void compare(const FieldInfo& info, bool hidden, const Value& before, const Value& after,
             std::vector<ChangedSetting>& settings) {
  if (before == after) return;
  const auto text = [&](const Value& value) { return hidden ? std::string(not_shown) : to_yaml(value); };
  settings.push_back({std::string(info.key), text(before), text(after)});
}

// A section of the engine's own, in both sites.
struct SectionPair {
  const Site& before;
  const Site& after;
  std::string path;  // "lanes.main"

  // Kept outside one of the files.
  bool hides(std::string_view key) const {
    const std::string whole = path + "." + std::string(key);
    return before.tags.contains(whole) || after.tags.contains(whole);
  }

  template <class S, class... T>
  void compare(const Table<S, T...>& table, const S& old, const S& now, std::vector<ChangedSetting>& settings) const {
    const auto infos = table.infos();
    std::size_t next = 0;
    const auto one = [&](const auto& field) {
      const FieldInfo& info = infos[next++];
      config::compare(info, info.secret || hides(info.key), detail::to_value(old.*field.member),
                      detail::to_value(now.*field.member), settings);
    };
    std::apply([&](const auto&... field) { (one(field), ...); }, table.fields);
  }
};

bool is_hidden(const PluginUse& use, std::size_t value) { return value < use.hidden.size() && use.hidden[value]; }

std::vector<ChangedSetting> compare(const SectionPair& sites, const PluginUse& before, const PluginUse& after) {
  std::vector<ChangedSetting> settings;
  if (before.plugin != after.plugin) {
    settings.push_back({"plugin", before.plugin->name, after.plugin->name});
    return settings;  // the settings of two plugins say nothing beside each other
  }
  const auto infos = after.plugin->settings();
  for (std::size_t i = 0; i < infos.size(); ++i)
    compare(infos[i], infos[i].secret || is_hidden(before, i) || is_hidden(after, i), before.values[i], after.values[i],
            settings);
  if (before.instance.directory != after.instance.directory)
    settings.push_back({"folder", before.instance.directory.string(), after.instance.directory.string()});
  const SectionPair service{sites.before, sites.after, "services." + after.instance.name};
  service.compare(service_terms_table, before.service, after.service, settings);  // the same where it is no service
  const SectionPair device{sites.before, sites.after, "devices." + after.instance.name};
  device.compare(input_terms_table, before.input, after.input, settings);
  return settings;
}

std::string to_text(std::vector<LaneInput> inputs) {
  std::ranges::sort(inputs, {}, &LaneInput::device);  // their order means nothing
  std::string text;
  for (const auto& input : inputs)
    text += (text.empty() ? "" : ", ") + input.device + ": " + std::string(direction_word(input));
  return "{ " + text + " }";
}

std::vector<ChangedSetting> compare(const SectionPair& sites, const Lane& before, const Lane& after) {
  std::vector<ChangedSetting> settings;
  if (to_text(before.inputs) != to_text(after.inputs))
    settings.push_back({"inputs", to_text(before.inputs), to_text(after.inputs)});
  const auto names = [](const Lane& lane) { return LaneNames{lane.credentials, lane.policies, lane.actuator}; };
  const SectionPair lane{sites.before, sites.after, "lanes." + after.name};
  lane.compare(lane_names_table, names(before), names(after), settings);
  lane.compare(lane_rules_table, before.rules, after.rules, settings);
  return settings;
}

const std::string& name_of(const PluginUse& use) { return use.instance.name; }
const std::string& name_of(const Lane& lane) { return lane.name; }
std::string plugin_of(const PluginUse& use) { return use.plugin->name; }
std::string plugin_of(const Lane&) { return {}; }

template <class T>
const T* find_named(const std::vector<T>& things, const std::string& name) {
  const auto found = std::ranges::find_if(things, [&](const T& thing) { return name_of(thing) == name; });
  return found == things.end() ? nullptr : &*found;
}

template <class T>
void compare_all(const SectionPair& sites, Part part, const std::vector<T>& before, const std::vector<T>& after,
                 std::vector<Change>& changes) {
  for (const T& thing : after) {
    const T* old = find_named(before, name_of(thing));
    if (old == nullptr)
      changes.push_back({.part = part, .name = name_of(thing), .deed = Deed::add, .plugin = plugin_of(thing)});
    else if (auto settings = compare(sites, *old, thing); !settings.empty())
      changes.push_back(
          {.part = part, .name = name_of(thing), .plugin = plugin_of(thing), .settings = std::move(settings)});
  }
  for (const T& thing : before)
    if (find_named(after, name_of(thing)) == nullptr)
      changes.push_back({.part = part, .name = name_of(thing), .deed = Deed::remove, .plugin = plugin_of(thing)});
}

std::size_t count_others(const TextsByCode& before, const TextsByCode& after) {
  return static_cast<std::size_t>(std::ranges::count_if(after, [&](const auto& text) {
    const auto old = before.find(text.first);
    return old == before.end() || old->second != text.second;
  }));
}

// A hundred texts are told by their number.
void compare_texts(const Texts& before, const Texts& after, std::vector<ChangedSetting>& settings) {
  static const TextsByCode none;
  const auto of = [](const Texts& all, const std::string& language) -> const TextsByCode& {
    const auto found = all.find(language);
    return found == all.end() ? none : found->second;
  };
  Texts languages = before;
  languages.insert(after.begin(), after.end());
  for (const auto& [language, ignored] : languages) {
    const auto &old = of(before, language), &now = of(after, language);
    if (old != now)
      settings.push_back({"texts in " + language, std::to_string(old.size()),
                          std::to_string(now.size()) + " (" + std::to_string(count_others(old, now)) + " new)"});
  }
}

void compare_sites(const Site& before, const Site& after, std::vector<Change>& changes) {
  const auto section = [](const Site& site) {
    return SiteSection{site.checkpoint.name, site.checkpoint.code, site.languages, site.texts_folder, site.how_to_get};
  };
  Change change{.part = Part::site};
  SectionPair{before, after, "site"}.compare(site_table, section(before), section(after), change.settings);
  compare_texts(before.texts, after.texts, change.settings);
  change.needs_restart = before.checkpoint.code != after.checkpoint.code;
  if (!change.settings.empty()) changes.push_back(std::move(change));
}

void compare_journals(const Site& before, const Site& after, std::vector<Change>& changes) {
  Change change{.part = Part::journal, .needs_restart = true};
  SectionPair{before, after, "journal"}.compare(journal_table, before.journal, after.journal, change.settings);
  if (!change.settings.empty()) changes.push_back(std::move(change));
}

// Lanes that are written as before and get something else all the same.
void add_followers(const std::vector<Lane>& lanes, Difference& difference) {
  std::vector<Change> followers;
  for (const Lane& lane : lanes) {
    if (difference.find(Part::lane, lane.name) != nullptr) continue;
    Change follower{.part = Part::lane, .name = lane.name, .deed = Deed::follow};
    const auto look = [&](Part part, const std::string& name) {
      if (difference.find(part, name) != nullptr) follower.uses.push_back(std::string(to_word(part)) + " " + name);
    };
    for (const auto& input : lane.inputs) look(Part::device, input.device);
    for (const auto& name : lane.credentials) look(Part::credential, name);
    for (const auto& name : lane.policies) look(Part::policy, name);
    look(Part::device, lane.actuator);
    if (!follower.uses.empty()) followers.push_back(std::move(follower));
  }
  std::ranges::move(followers, std::back_inserter(difference.changes));
}

std::string to_text(const std::optional<LogLevel>& level) {
  return level ? std::get<std::string>(detail::to_value(*level)) : "not set";
}

std::string or_nowhere(const MetricsPlace& place) { return place.anywhere() ? to_text(place) : "nowhere"; }

void compare_observers(const Observe& before, const Observe& after, std::vector<Change>& changes) {
  Change change{.part = Part::observe, .needs_restart = true};
  if (before.log != after.log) change.settings.push_back({"log", to_text(before.log), to_text(after.log)});
  if (before.metrics != after.metrics)
    change.settings.push_back({"metrics", or_nowhere(before.metrics), or_nowhere(after.metrics)});
  if (!change.settings.empty()) changes.push_back(std::move(change));
}

std::string title(const Change& change) {
  return std::string(to_word(change.part)) + (change.name.empty() ? "" : " ") + change.name;
}

std::string told(const std::vector<ChangedSetting>& settings) {
  std::string text;
  for (const auto& [key, before, after] : settings) {
    const auto quoted = [](const std::string& value) { return value.empty() ? "''" : value; };
    text += (text.empty() ? "" : ", ") + key + " " + quoted(before) + " → " + quoted(after);
  }
  return text;
}

std::string told(const std::vector<std::string>& uses) {
  std::string text;
  for (const auto& use : uses) text += (text.empty() ? "" : ", ") + use;
  return text;
}

std::string to_line(const Change& change) {
  const std::string plugin = change.plugin.empty() ? "" : " (plugin " + change.plugin + ")";
  if (change.needs_restart) return "! " + title(change) + ": " + told(change.settings) + "; needs a restart";
  switch (change.deed) {
    case Deed::add:
      return "+ " + title(change) + plugin;
    case Deed::remove:
      return "- " + title(change) + plugin;
    case Deed::change:
      return "~ " + title(change) + ": " + told(change.settings);
    case Deed::follow:
      return "> " + title(change) + ": takes over " + told(change.uses);
  }
  return {};
}

}  // namespace

bool same(const PluginUse& one, const PluginUse& other) {
  return one.plugin == other.plugin && one.values == other.values && one.instance.name == other.instance.name &&
         one.instance.directory == other.instance.directory && one.service == other.service && one.input == other.input;
}

const Change* Difference::find(Part part, std::string_view name) const {
  const auto found =
      std::ranges::find_if(changes, [&](const Change& change) { return change.part == part && change.name == name; });
  return found == changes.end() ? nullptr : &*found;
}

std::optional<Error> Difference::refusal() const {
  const auto found = std::ranges::find_if(changes, [](const Change& change) { return change.needs_restart; });
  if (found == changes.end()) return {};
  return Error{"cannot change while the site runs: " + told(found->settings), title(*found),
               "stop the site and run it again, or put back what it was"};
}

Difference difference(const Site& before, const Site& after) {
  Difference found;
  compare_sites(before, after, found.changes);
  compare_journals(before, after, found.changes);
  compare_observers(before.observe, after.observe, found.changes);
  const SectionPair sites{before, after, {}};
  compare_all(sites, Part::device, before.devices, after.devices, found.changes);
  compare_all(sites, Part::credential, before.credentials, after.credentials, found.changes);
  compare_all(sites, Part::policy, before.policies, after.policies, found.changes);
  compare_all(sites, Part::output, before.outputs, after.outputs, found.changes);
  compare_all(sites, Part::service, before.services, after.services, found.changes);
  compare_all(sites, Part::lane, before.lanes, after.lanes, found.changes);
  add_followers(after.lanes, found);
  return found;
}

std::vector<std::string> to_lines(const Difference& difference) {
  std::vector<std::string> lines;
  for (const Change& change : difference.changes) lines.push_back(to_line(change));
  return lines;
}

boost::json::array to_json(const Difference& difference) {
  boost::json::array all;
  for (const Change& change : difference.changes) {
    boost::json::array settings, uses;
    for (const auto& [key, before, after] : change.settings)
      settings.push_back(boost::json::object{{"key", key}, {"before", before}, {"after", after}});
    for (const auto& use : change.uses) uses.emplace_back(use);
    all.push_back(boost::json::object{{"part", to_word(change.part)},
                                      {"name", change.name},
                                      {"deed", to_word(change.deed)},
                                      {"plugin", change.plugin},
                                      {"settings", std::move(settings)},
                                      {"uses", std::move(uses)},
                                      {"needs_restart", change.needs_restart}});
  }
  return all;
}

}  // namespace gatepost::config
