// The attempts of a journal, answered by a changed site file.
#pragma once

#include <string>

#include "cli/command.hpp"

namespace gatepost::cli {

struct ReplayOfRecords {
  std::string site;     ///< whose Records: its file, its name, its code, or the journal
  std::string against;  ///< the changed site file
  std::string since{};  ///< a time in words; empty: all that the journal keeps
  bool json = false;
};

/// Prints each verdict that would be another one, and how many were looked at. 0: none would; 1: some, or it did not
/// work; 2: what was asked makes no sense.
int replay_records(const Command& command, const ReplayOfRecords& replay);

}  // namespace gatepost::cli
