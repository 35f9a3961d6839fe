// FILE.epoch-N.pending: stands beside a journal that is being set aside until the one after it has all that it needs of
// it. A start that finds it goes on from there.
//
// It is on the disk, whole, before the first of that journal's files gets another name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <gatepost/result.hpp>
#include <optional>
#include <vector>

#include "journal/disk.hpp"

namespace gatepost::journal {

/// Of a journal that was put back from a copy.
struct PutBack {
  std::uint64_t after = 0;  ///< Records after this one may have numbers that were given before
  std::uint64_t held = 0;   ///< an epoch of which somebody holds Records: the next journal's is above it
};

struct PendingNote {
  std::uint64_t last = 0;  ///< Records were promised up to here
  std::optional<PutBack> put_back{};
};

std::filesystem::path pending_name(const std::filesystem::path& file, std::uint64_t epoch);
/// The N of all that stand beside `file`, ascending.
std::vector<std::uint64_t> pending_epochs(const Disk& disk, const std::filesystem::path& file);

/// Nothing where there is none that is whole; an Error where the disk does not tell.
Result<std::optional<PendingNote>> read_note(const Disk& disk, const std::filesystem::path& file, std::uint64_t epoch);
/// Ends well once it is on the disk.
Result<void> write_note(const Disk& disk, const std::filesystem::path& file, std::uint64_t epoch,
                        const PendingNote& note);
/// What it was there for is done.
void remove_note(const Disk& disk, const std::filesystem::path& file, std::uint64_t epoch);

}  // namespace gatepost::journal
