#include "supervisor/equipment.hpp"

#include <algorithm>
#include <cctype>

#include "config/difference.hpp"
#include "supervisor/redacted.hpp"

namespace gatepost::supervisor {
namespace {

Error placed(const Error& error, const config::PluginUse& use, const config::Redaction& redaction) {
  return redaction(
      {error.what,
       use.instance.name + " (plugin " + use.plugin->name + ")" + (error.where.empty() ? "" : ", ") + error.where,
       error.remedy});
}

/// Builds by one of a plugin's factories: what the object says, then and later, is without what is to be hidden.
template <class T>
Result<std::unique_ptr<T>> made(Factory<T> factory, const config::PluginUse& use, const PluginHosts& hosts) {
  const config::Redaction redaction(use);
  auto object = factory(use.values, {use.instance.name, use.instance.directory,
                                     hosts.host(use.instance.name, use.instance.host, redaction)});
  if (!object) return placed(object.error(), use, redaction);
  return redacted(std::move(*object), redaction);
}

Result<std::shared_ptr<const CredentialFormat>> build_format(const config::PluginUse& use, const PluginHosts& hosts) {
  auto format = made(use.plugin->make.credential, use, hosts);
  if (!format) return format.error();
  return std::shared_ptr<const CredentialFormat>(std::move(*format));
}

Result<std::shared_ptr<runtime::SharedPolicy>> build_rule(const config::PluginUse& use, const PluginHosts& hosts) {
  auto policy = made(use.plugin->make.policy, use, hosts);
  if (!policy) return policy.error();
  return std::make_shared<runtime::SharedPolicy>(use.instance.name, std::move(*policy));
}

template <class T, class Build>
Result<void> fill(std::map<std::string, T>& objects, const std::vector<config::PluginUse>& uses,
                  const std::map<std::string, T>& before, const std::vector<config::PluginUse>* uses_before,
                  const PluginHosts& hosts, Build build) {
  for (const auto& use : uses) {
    const std::string& name = use.instance.name;
    const auto* old = uses_before == nullptr ? nullptr : find_use(*uses_before, name);
    const auto kept = before.find(name);
    if (old != nullptr && kept != before.end() && config::same(*old, use)) {
      objects.emplace(name, kept->second);
      continue;
    }
    auto made = build(use, hosts);
    if (!made) return made.error();
    objects.emplace(name, std::move(*made));
  }
  return {};
}

std::vector<config::PluginUse> actuators_of(const config::Site& site) {
  std::vector<config::PluginUse> uses;
  std::ranges::copy_if(site.devices, std::back_inserter(uses),
                       [](const auto& use) { return use.plugin->kind == PluginKind::actuator; });
  return uses;
}

// SCHEME:REST, without what follows a '?'; or the file itself, where REST leads to one: it may have many names.
std::string address_of(const std::string& text, const std::filesystem::path& folder) {
  const std::string bare = text.substr(0, text.find('?'));
  const std::string rest = bare.substr(bare.find(':') + 1);
  for (const std::filesystem::path& place :
       {folder, std::filesystem::path("/dev"), std::filesystem::path("/dev/serial")}) {
    std::error_code failure;
    const auto file = std::filesystem::canonical(place / rest, failure);
    if (!failure) return file.string();
  }
  return bare;
}

std::vector<std::string> addresses_of(const config::PluginUse& use) {
  std::vector<std::string> addresses;
  for (const Value& value : use.values) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) continue;
    const auto colon =
        std::ranges::find_if_not(*text, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
    if (colon != text->begin() && colon != text->end() && *colon == ':')
      addresses.push_back(address_of(*text, use.instance.directory));
  }
  return addresses;
}

}  // namespace

const config::PluginUse* find_use(const std::vector<config::PluginUse>& uses, const std::string& name) {
  const auto found = std::ranges::find_if(uses, [&](const auto& use) { return use.instance.name == name; });
  return found == uses.end() ? nullptr : &*found;
}

bool share_a_device(const config::PluginUse& one, const config::PluginUse& other) {
  const auto theirs = addresses_of(other);
  return std::ranges::any_of(addresses_of(one), [&](const std::string& address) {
    return std::ranges::find(theirs, address) != theirs.end();
  });
}

Result<std::shared_ptr<Actuator>> build_actuator(const config::PluginUse& use, const PluginHosts& hosts) {
  auto actuator = made(use.plugin->make.actuator, use, hosts);
  if (!actuator) return actuator.error();
  return std::shared_ptr<Actuator>(std::move(*actuator));
}

Result<std::unique_ptr<Input>> build_input(const config::PluginUse& use, const PluginHosts& hosts) {
  return made(use.plugin->make.input, use, hosts);
}

Result<std::unique_ptr<Sink>> build_sink(const config::PluginUse& use, const PluginHosts& hosts) {
  return made(use.plugin->make.sink, use, hosts);
}

Result<Equipment> Equipment::build(std::shared_ptr<const config::Site> site, const Equipment& before,
                                   const PluginHosts& hosts) {
  Equipment made{std::move(site), {}, {}, {}};
  const config::Site& now = *made.site;
  const config::Site* old = before.site.get();
  if (auto done =
          fill(made.formats, now.credentials, before.formats, old ? &old->credentials : nullptr, hosts, build_format);
      !done)
    return done.error();
  if (auto done = fill(made.rules, now.policies, before.rules, old ? &old->policies : nullptr, hosts, build_rule);
      !done)
    return done.error();
  if (auto done = fill(made.actuators, actuators_of(now), before.actuators, old ? &old->devices : nullptr, hosts,
                       build_actuator);
      !done)
    return done.error();
  return made;
}

runtime::Parts Equipment::parts_of(const config::Lane& lane, runtime::Parts desk) const {
  for (const auto& name : lane.credentials) desk.formats.push_back({name, formats.at(name)});
  for (const auto& name : lane.policies) desk.policies.push_back(rules.at(name));
  if (!lane.actuator.empty()) desk.actuator = actuators.at(lane.actuator);
  return desk;
}

}  // namespace gatepost::supervisor
