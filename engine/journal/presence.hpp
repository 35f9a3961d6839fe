// Whether the journal's files are still those that are open, and as they were left.
//
// Used by the commit leader alone.
#pragma once

#include <filesystem>
#include <gatepost/result.hpp>
#include <optional>
#include <string>

#include "journal/disk.hpp"

namespace gatepost::journal {

class Presence {
 public:
  Presence(const Disk& disk, const std::filesystem::path& file)
      : disk_(disk), file_(file), wal_(file.string() + "-wal") {}

  /// As they are now they are right: after they were opened, and after a checkpoint.
  Result<void> remember();
  /// What was done to them since, in a clause; empty where nothing was. An Error where the disk does not tell.
  /// Before an own write: the WAL is as it was left. One stat(2).
  Result<std::string> look_before();
  /// After one, whatever became of it: both are there, and the database was not written. Two.
  Result<std::string> look_after();

 private:
  const Disk& disk_;
  const std::filesystem::path file_, wal_;
  std::optional<FileIdentity> database_is_, wal_is_;
};

}  // namespace gatepost::journal
