// A WAL that is on the disk as programs see it.
//
// After a sync that failed, the kernel shows bytes that need not be on the disk, and no further sync of them says so
// (Rebello et al., Can Applications Recover from fsync Failures?, 2020); a new process of the same boot sees the same.
// What is written once more is synced once more. A copy stands beside it meanwhile, since a power cut may spoil what is
// being overwritten.
#pragma once

#include <filesystem>
#include <gatepost/result.hpp>

#include "journal/disk.hpp"

namespace gatepost::journal {

/// Writes FILE-wal over itself and syncs it. Others may have it open.
Result<void> write_wal_over(const Disk& disk, const std::filesystem::path& file);

/// Ends what a power cut has cut short. Call it before the file is opened.
Result<void> finish_writing_wal_over(const Disk& disk, const std::filesystem::path& file);

}  // namespace gatepost::journal
