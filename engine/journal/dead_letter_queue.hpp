// Dead letters: Records that an output refused for good, kept until somebody has them sent again or drops them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <gatepost/support/sqlite.hpp>
#include <optional>
#include <string>
#include <vector>

#include "journal/disk.hpp"

namespace gatepost::journal {

struct DeadLetter {
  std::string reader;  ///< the output that refused it
  Record record;
  std::string why;
  WallTime wall{};     ///< when it was refused
  bool asked = false;  ///< it is to be sent again, and was not yet
};

/// Which letters are meant.
struct Choice {
  std::string reader{};                    ///< empty: of every output
  std::vector<std::uint64_t> sequences{};  ///< empty: all
};

enum class DeadLetterAction { resend, drop };

/// Those of a choice by output and sequence, after (reader, sequence) where those are given, at most `limit`.
Result<std::vector<DeadLetter>> dead_letters_in(support::Database& database, const Choice& choice,
                                                std::size_t limit = 1000, const std::string& after_reader = {},
                                                std::uint64_t after_sequence = 0);

/// How many the choice covers.
Result<std::uint64_t> count_dead_letters(support::Database& database, const Choice& choice);

/// Does it to the letters of a choice, within a transaction of the caller's; how many there were.
Result<std::uint64_t> apply_to_dead_letters(support::Database& database, DeadLetterAction action, const Choice& choice);

/// The table of what is to be sent again, which the first versions of the format did not have.
Result<void> prepare_dead_letters(support::Database& database);

/// A journal's letters for a person, while no engine runs.
class DeadLetterQueue {
 public:
  /// An Error names the process that has the journal.
  static Result<DeadLetterQueue> open(const std::filesystem::path& file, const Disk& disk = real_disk());
  Result<std::uint64_t> does(DeadLetterAction action, const Choice& choice);

 private:
  DeadLetterQueue(std::unique_ptr<Disk::Lock> lock, support::Database database)
      : lock_(std::move(lock)), database_(std::move(database)) {}
  std::unique_ptr<Disk::Lock> lock_;
  support::Database database_;
};

}  // namespace gatepost::journal
