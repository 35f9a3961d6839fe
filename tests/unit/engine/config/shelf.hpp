// A few small plugins, part of the test program, and a site file around them.
#pragma once

#include <gatepost/descriptor.hpp>

#include "config/load.hpp"

namespace gatepost::config::shelf {

/// scanner (input), relay (actuator), pattern (credential), roster (policy), store (sink), page (service).
plugin::Catalogue catalogue();

/// A site file that is right; `changed` replaces one of its parts.
std::string good_site();
std::string with(std::string_view part, std::string_view changed);

/// What `gatepost check` prints for a text that stands in site.yaml.
std::string told(const std::string& text);

}  // namespace gatepost::config::shelf
