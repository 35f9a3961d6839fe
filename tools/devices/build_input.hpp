// An Input for one address, without a site file.
#pragma once

#include <gatepost/input.hpp>
#include <gatepost/result.hpp>
#include <memory>
#include <string>

#include "config/no_scans.hpp"
#include "plugin/catalogue.hpp"

namespace gatepost::devices {

/// The plugin that reads such an address: by what is plugged in there, else by the address's scheme. Null: none does.
const plugin::Plugin* input_for(const std::string& address, const plugin::Catalogue& catalogue);

struct BuiltInput {
  std::unique_ptr<Input> input;
  config::NoScans no_scans;
};

/// `more`: further settings as a site file has them, "layout: de, idle: 50ms, ignore: [NoRead]". The Error's text may
/// have several lines: a finding each.
Result<BuiltInput> build_input(const plugin::Plugin& plugin, const std::string& address, const std::string& more);

}  // namespace gatepost::devices
