// Former keys of a site file ▶ the keys of today, and nothing else changed.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <gatepost/result.hpp>

#include "config/rename.hpp"

namespace gatepost::config {

/// The text with those keys renamed where they stand; comments, quotes and layout stay. `renames` are of this file. An
/// Error when a key is not written there as it is read (with an escape in it, say).
Result<std::string> migrated(const Source& source, std::span<const Rename> renames);

/// What differs, as `diff -U0` would say it, without secrets. Both have the same number of lines.
std::string changed_lines(const Source& before, const Source& after, std::span<const std::string> secrets);

/// Writes `text` in place of what the file holds, whole or not at all: in the same folder, with the same owner and
/// mode, synced, renamed over it. A link stays one. An Error when the file no longer holds `expected`.
Result<void> replace(const std::filesystem::path& file, const std::string& expected, const std::string& text);

}  // namespace gatepost::config
