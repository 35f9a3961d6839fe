// What a command changes in a site file, for people to see, and how it is written.
#pragma once

#include <span>
#include <string>

#include <gatepost/result.hpp>

#include "config/source.hpp"

namespace gatepost::config {

/// What differs, as `diff -U0` would say it, without secrets. Both have the same number of lines.
std::string changed_lines(const Source& before, const Source& after, std::span<const std::string> secrets);

/// Writes `text` in place of what the file holds, whole or not at all: in the same folder, with the same owner and
/// mode, synced, renamed over it. A link stays one. An Error when the file no longer holds `expected`.
Result<void> replace(const std::filesystem::path& file, const std::string& expected, const std::string& text);

}  // namespace gatepost::config
