// The form of a site file for editors: JSON Schema 2020-12, made from the settings tables.
#pragma once

#include <boost/json/object.hpp>

#include "plugin/catalogue.hpp"

namespace gatepost::config {

/// Of a whole site file that uses these plugins. A file that includes others may leave to them what is required. Text
/// may be a word that YAML takes for a number; bounds of times and sizes are told in the descriptions.
/// Source: json-schema.org/draft/2020-12.
boost::json::object schema(const plugin::Catalogue& catalogue);

}  // namespace gatepost::config
