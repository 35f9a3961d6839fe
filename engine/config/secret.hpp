// Values that are kept outside the site file: `!env NAME` and `!file PATH`.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "config/tree.hpp"

namespace gatepost::config {

/// A file with a value holds at most this much.
inline constexpr std::size_t secret_limit = 64 * 1024;

/// What a node with a tag stands for; or nothing, and a diagnostic at its place. A file's name begins at `folder`; it
/// must be a regular one that others can neither read nor write; one line end at its end is no part of the value.
std::optional<std::string> fetch(const Node& node, const std::filesystem::path& folder, Diagnostics& diagnostics);

/// The node as a site file has it, with the path made absolute: `!env NAME`, `!file /etc/gatepost/token`.
std::string tag_text(const Node& node, const std::filesystem::path& folder);

}  // namespace gatepost::config
