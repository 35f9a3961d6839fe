// A plugin's settings for people and for programs, made from its table.
#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string>

#include <gatepost/descriptor.hpp>

namespace gatepost::config {

/// One setting in words; `fallback` may be "required" or "none".
struct Told {
  std::string key, value, fallback, meaning;
};
Told told(const FieldInfo& field);

/// The settings as a Markdown table: setting, type, default, meaning. What stands in a plugin's README.
std::string markdown_table(std::span<const FieldInfo> fields);

/// The same as aligned plain text for a terminal.
std::string plain_table(std::span<const FieldInfo> fields);

/// {"key","type","text","required","secret", and where they exist "default","min","max","choices"}; values are strings
/// in the form that a site file has them.
boost::json::object to_json(const FieldInfo& field);

}  // namespace gatepost::config
