// In place of journals that were set aside: the Records of the one before the present one can all be read.
#pragma once

#include <filesystem>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <string>
#include <vector>

#include "journal/reader.hpp"

namespace gatepost::journal {

inline std::filesystem::path quarantined_name(const std::filesystem::path& file, std::uint64_t epoch) {
  return file.string() + ".epoch-" + std::to_string(epoch);
}

class DamagedJournal {
 public:
  static Result<DamagedJournal> open(const std::filesystem::path&) { return DamagedJournal(); }
  struct Found {
    std::vector<Record> records;
    std::uint64_t up_to = 0, lost = 0;
  };
  static Result<Found> after(std::uint64_t sequence, std::uint64_t last, std::size_t limit) {
    Found found{.records = KeptRecords::some(1, sequence, last, limit)};
    found.up_to = sequence + found.records.size();
    return found;
  }
};

struct Remains {
  std::uint64_t epoch = 0, last = 0;
  struct Cursor {
    std::string reader;
    std::uint64_t epoch = 0, sequence = 0, last = 0;
  };
  std::vector<Cursor> cursors{};
};

}  // namespace gatepost::journal
