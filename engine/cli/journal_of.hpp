// The journal that a person means by a site file, or by the journal itself.
#pragma once

#include <filesystem>
#include <optional>

namespace gatepost::cli {

/// `place` is a journal (an SQLite file), or the site file that names one. Nothing: what is wrong with the site file
/// was printed; leave with Exit::usage.
std::optional<std::filesystem::path> journal_of(const std::filesystem::path& place);

}  // namespace gatepost::cli
