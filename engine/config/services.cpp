#include <algorithm>
#include <gatepost/service.hpp>
#include <span>

#include "config/reader.hpp"
#include "config/suggest.hpp"
#include "config/yaml_words.hpp"

namespace gatepost::config {
namespace {

bool asks(const Descriptor& plugin, std::string_view verb) {
  const std::span all(plugin.asks, plugin.asks_count);
  return std::ranges::any_of(all, [&](const char* one) { return verb == one; });
}

// A verb that reads is given to whoever asks for it; one that changes something the site must want.
void refuse_unwanted(Reader& reader, const Entry& entry, const PluginUse& use) {
  for (const char* verb : std::span(use.plugin->asks, use.plugin->asks_count)) {
    const ApiVerb* known = find_api_verb(verb);
    if (known == nullptr || !known->changes) continue;
    if (std::ranges::find(use.service.allow, verb) != use.service.allow.end()) continue;
    reader.diagnostics.error(entry.place,
                             "service '" + shown(entry.key) + "' changes the running site by '" + verb + "'",
                             "allow: [" + std::string(verb) + "]", "allow it, or remove the service");
  }
}

void refuse_without_effect(Reader& reader, const Entry& allow, const PluginUse& use) {
  std::vector<std::string_view> changing;
  for (const ApiVerb& verb : api_verbs)
    if (verb.changes && asks(*use.plugin, verb.name)) changing.push_back(verb.name);
  for (const Node& item : allow.value.items) {
    if (std::ranges::find(changing, item.text) != changing.end()) continue;
    reader.diagnostics.error(item.place,
                             "plugin '" + std::string(use.plugin->name) + "' never asks to '" + shown(item.text) + "'",
                             changing.empty() ? "nothing: it changes nothing" : any_of(changing),
                             did_you_mean(item.text, changing, "remove it"));
  }
}

}  // namespace

void check_service(Reader& reader, const Entry& entry, const PluginUse& use) {
  refuse_unwanted(reader, entry, use);
  if (const Entry* allow = entry.value.find("allow")) refuse_without_effect(reader, *allow, use);
}

}  // namespace gatepost::config
