// The sites of this machine, by name and by the code of their checkpoint.
#pragma once

#include <cstdint>
#include <filesystem>
#include <gatepost/result.hpp>
#include <optional>
#include <string_view>
#include <vector>

namespace gatepost::cli {

/// Where their files are: /etc/gatepost, or what GATEPOST_SITES says.
std::filesystem::path sites_folder();

/// A checkpoint's code as people type it: digits. Nothing: it is none.
std::optional<std::uint64_t> checkpoint_code(std::string_view text);

/// The file of the site with this code. An Error where there is none; where there are two, it names both: a code is to
/// be unique, and nobody could tell whose counts and Records are meant.
Result<std::filesystem::path> site_of_code(std::uint64_t code);

/// The file of the only site of this machine. An Error where there are none or several.
Result<std::filesystem::path> only_site();

/// Other sites of this machine that have the code of the site in `file`; none unless that is one of them itself.
std::vector<std::filesystem::path> sites_with_the_code_of(const std::filesystem::path& file);

}  // namespace gatepost::cli
