// One setting: text ▶ Value, and back.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <gatepost/settings.hpp>

#include "config/tree.hpp"

namespace gatepost::config {

/// The Value of the type that `info` names, within its bounds; or nothing, and diagnostics that say why. A secret's
/// text is in none of them; so is that of a value behind a tag, which is fetched here. A relative path is taken from
/// `folder`.
std::optional<Value> read_value(const Node& node, const FieldInfo& info, const std::filesystem::path& folder,
                                Diagnostics& diagnostics);

/// The Value as a site file has it: what read_value reads back as the same. A list in its one-line form.
std::string to_yaml(const Value& value);

/// A Value's type for people: "length of time", "one of clear, hash or none".
std::string type_text(const FieldInfo& info);

/// Bounds for people, in the units that they would write: "1ms to 10s". Empty when there are none worth saying.
std::string bounds_text(const FieldInfo& info);

}  // namespace gatepost::config
