// What a site file names, as objects: the parts that lanes share.
#pragma once

#include <gatepost/actuator.hpp>
#include <gatepost/credential.hpp>
#include <gatepost/input.hpp>
#include <gatepost/sink.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/site.hpp"
#include "runtime/lane.hpp"
#include "runtime/shared_policy.hpp"
#include "supervisor/plugin_hosts.hpp"

namespace gatepost::supervisor {

/// One object for each name. A copy shares them.
struct Equipment {
  std::shared_ptr<const config::Site> site;  ///< that it was built from
  std::map<std::string, std::shared_ptr<const CredentialFormat>> formats;
  std::map<std::string, std::shared_ptr<runtime::SharedPolicy>> rules;
  std::map<std::string, std::shared_ptr<Actuator>> actuators;

  /// Builds what the site names; takes over from `before` what is the same there. Opens no device.
  static Result<Equipment> build(std::shared_ptr<const config::Site> site, const Equipment& before,
                                 const PluginHosts& hosts);

  /// What the lane names, with the writer, observer and clock of `desk`.
  runtime::Parts parts_of(const config::Lane& lane, runtime::Parts desk) const;
};

/// Builds the object of one entry; an Error names the entry and its plugin.
Result<std::shared_ptr<Actuator>> build_actuator(const config::PluginUse& use, const PluginHosts& hosts);
Result<std::unique_ptr<Input>> build_input(const config::PluginUse& use, const PluginHosts& hosts);
Result<std::unique_ptr<Sink>> build_sink(const config::PluginUse& use, const PluginHosts& hosts);

/// The entry of that name, or null.
const config::PluginUse* find_use(const std::vector<config::PluginUse>& uses, const std::string& name);

/// Whether both name one device: the same address ("serial:/dev/ttyUSB0", whatever follows a '?'), or two that lead to
/// the same file. Only one of them can have it open.
bool share_a_device(const config::PluginUse& one, const config::PluginUse& other);

}  // namespace gatepost::supervisor
