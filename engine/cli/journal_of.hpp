// What a person means by a site: its file, its name, or its journal.
#pragma once

#include <filesystem>
#include <gatepost/result.hpp>
#include <optional>
#include <string>

#include "cli/command.hpp"

namespace gatepost::cli {

/// Whether that is a journal, and no site file.
bool is_journal(const std::filesystem::path& place);

/// A name without a folder that is no file here is that of a service: /etc/gatepost/NAME.yaml.
std::filesystem::path site_file_of(const std::filesystem::path& place);

/// The site file that a word means: a file that is here, before a checkpoint's code, before a site's name.
Result<std::filesystem::path> site_meant(const std::string& word);

/// Where the site of this file keeps its Records, by as much of the file as can be read.
Result<std::filesystem::path> journal_of(const std::filesystem::path& site_file);

/// `place` is a journal (an SQLite file), or the site that names one: an
/// edit that is not finished, a broken list or a missing variable keep nobody from looking. Nothing: why was printed,
/// as `command` says such things; leave with Exit::usage.
std::optional<std::filesystem::path> journal_of(const Command& command, const std::filesystem::path& place);

}  // namespace gatepost::cli
