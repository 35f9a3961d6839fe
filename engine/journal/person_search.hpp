// Which Records of a journal are of a person.
#pragma once

#include <cstdint>
#include <functional>
#include <gatepost/result.hpp>
#include <string>
#include <vector>

#include "journal/reader.hpp"

namespace gatepost::journal {

struct PersonRecords {
  std::vector<std::uint64_t> erasable{};  ///< sequences, ascending; of Records and of dead letters
  /// Of an older version: the subject is among the bytes that are hashed, and leaves with its Record alone.
  std::uint64_t in_chain = 0;
  WallTime newest_in_chain{};
};

/// Those that carry one of these subjects, none of them after `up_to`. Reads all of it; `each` is called with every
/// Record on the way, but not with dead letters.
Result<PersonRecords> find_person(Reader& reader, const std::vector<std::string>& subjects,
                                  std::uint64_t up_to = Reader::no_end,
                                  const std::function<void(const Record&)>& each = {});

}  // namespace gatepost::journal
