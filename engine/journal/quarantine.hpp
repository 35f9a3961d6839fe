// Journals that can no longer be trusted: kept whole under another name, and read as far as they can be.
#pragma once

#include <cstdint>
#include <filesystem>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <gatepost/support/sqlite.hpp>
#include <optional>
#include <vector>

#include "journal/disk.hpp"

namespace gatepost::journal {

/// FILE.epoch-N.
std::filesystem::path quarantined_name(const std::filesystem::path& file, std::uint64_t epoch);

/// The highest N of files FILE.epoch-N in the same folder; 0: there are none.
std::uint64_t highest_quarantined(const Disk& disk, const std::filesystem::path& file);

/// The journals of this file that were set aside.
std::vector<std::filesystem::path> quarantined_files(const Disk& disk, const std::filesystem::path& file);

/// `epoch`, or the next number under which nothing stands.
Result<std::uint64_t> free_number(const Disk& disk, const std::filesystem::path& file, std::uint64_t epoch);

/// Renames the journal with all that belongs to it: FILE.epoch-N, -wal, -shm, .head. Nobody may have it open for
/// writing.
Result<void> quarantine(const Disk& disk, const std::filesystem::path& file, std::uint64_t epoch);

/// Ends what a crash has cut short: the rest of a journal of which a part was renamed. Call it before the file is
/// opened.
void finish_quarantine(const Disk& disk, const std::filesystem::path& file);

/// Reads a journal of which parts may be spoilt: each Record by itself, those that are not what was written left out.
class DamagedJournal {
 public:
  /// A file of which nothing can be read is one whose Records are all lost; an Error says that it cannot be told now.
  static Result<DamagedJournal> open(const std::filesystem::path& file, const Disk& disk = real_disk());

  struct Found {
    std::vector<Record> records;  ///< in order
    std::uint64_t up_to = 0;      ///< looked at so far
    std::uint64_t lost = 0;       ///< between the one before and `up_to` that cannot be read
  };
  /// After `sequence`, not beyond `last`; at most `limit` Records, and no more than some thousand looked at.
  Result<Found> after(std::uint64_t sequence, std::uint64_t last, std::size_t limit);

 private:
  DamagedJournal() = default;
  Result<bool> read(std::uint64_t sequence, std::vector<Record>& records);

  support::Database database_;
  support::Statement select_;  ///< none: nothing can be read
};

/// What a journal says of itself where that can still be read; what cannot is left empty.
struct Remains {
  std::uint64_t epoch = 0;
  std::uint64_t last = 0;
  struct Cursor {
    std::string reader;
    std::uint64_t epoch = 0;  ///< of the journal that it is a place in
    std::uint64_t sequence = 0, last = 0;
  };
  std::vector<Cursor> cursors{};  ///< of this journal, and of earlier ones that were set aside
};
Remains remains_of(const Disk& disk, const std::filesystem::path& file);

}  // namespace gatepost::journal
