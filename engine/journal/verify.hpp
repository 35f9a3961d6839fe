// Proving a journal whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <gatepost/result.hpp>
#include <optional>
#include <string>

#include "journal/disk.hpp"
#include "journal/high_water_mark.hpp"
#include "journal/schema.hpp"

namespace gatepost::journal {

struct Proof {
  Identity identity{};
  std::uint64_t first = 0, last = 0;  ///< sequences of the rows that were proved; 0: none
  std::uint64_t proved = 0;
  struct Broken {
    std::uint64_t sequence;
    std::string what;
  };
  std::optional<Broken> broken{};  ///< the first row that is wrong
};

/// What is known of a journal from elsewhere.
struct Witnesses {
  std::optional<Mark> mark{};  ///< what was promised last
  /// The highest epoch of those that were set aside beside it, or that somebody is known to hold; 0: none.
  std::uint64_t quarantined = 0;
};

/// The marks beside the file and in the folder `marks` (none where it is empty), and what was set aside.
Result<Witnesses> witnesses_of(const Disk& disk, const std::filesystem::path& file, std::uint64_t site,
                               const std::filesystem::path& marks);

/// The one judgement, of an engine's start and of `gatepost verify` alike: rows after `link`, which moves on with each,
/// are numbered without gaps, their bytes as hashed, their fields those of this site and epoch, each `previous` the
/// hash of the row before; no output has taken what is not there; and all that was promised is there. The first fault;
/// its sequence is 0 where it is the file's as a whole.
Result<std::optional<Proof::Broken>> judge(support::Database& database, const Identity& identity,
                                           const Witnesses& witnesses, Link& link, std::uint64_t& proved);

/// Judges every row. Works while an engine writes.
Result<Proof> verify(const std::filesystem::path& file, const Disk& disk = real_disk(),
                     const std::filesystem::path& marks = {});

}  // namespace gatepost::journal
