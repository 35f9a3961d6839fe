// Records of a journal that turned out to be a copy put back, written once more under numbers of their own.
//
// Used by the commit leader alone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <map>
#include <vector>

#include "journal/batch_writer.hpp"
#include "journal/options.hpp"
#include "journal/store.hpp"

namespace gatepost::journal {

class Rewrite {
 public:
  Rewrite(const Options& options, Store& store, BatchWriter& batches)
      : options_(options), store_(store), batches_(batches) {}

  /// Those after `after`, up to `last`, of the file that was set aside, into the journal that is open now, with what
  /// they say of each other, their boot and clock, and `copy_of` (EPOCH/SEQUENCE) in their details. What an attempt
  /// before has written, in this run or in one that was cut short, is found there and not written again. How many
  /// cannot be read.
  Result<std::uint64_t> write(const std::filesystem::path& set_aside, std::uint64_t after, std::uint64_t last);

 private:
  using Numbers = std::map<std::string, std::uint64_t>;  ///< EPOCH/SEQUENCE to the new sequence
  Result<Numbers> find_written();
  Result<void> write_some(std::vector<Record> records, Numbers& numbers);

  const Options& options_;
  Store& store_;
  BatchWriter& batches_;
};

}  // namespace gatepost::journal
