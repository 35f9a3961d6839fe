// Reading a journal, beside the process that writes it or without one.
#pragma once

#include <filesystem>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <limits>
#include <vector>

#include "journal/dead_letter_queue.hpp"
#include "journal/disk.hpp"
#include "journal/schema.hpp"

namespace gatepost::journal {

/// Used by one thread.
class Reader {
 public:
  static Result<Reader> open(const std::filesystem::path& file, const Disk& disk = real_disk());

  const Identity& identity() const { return identity_; }

  /// The Records after `sequence`, in order, at most `limit`, none beyond `up_to`: what comes after Journal::last() may
  /// stand in the file and not on the disk. An Error where a row cannot be understood.
  Result<std::vector<Record>> after(std::uint64_t sequence, std::size_t limit, std::uint64_t up_to = no_end);
  static constexpr std::uint64_t no_end = std::numeric_limits<std::int64_t>::max();

  /// A sequence after which all Records of `since` or later stand; 0: maybe all. Read from the newest backwards, until
  /// `stretch` on end are older: so much a clock that was wrong for a time may hide. One that nobody had set is young.
  Result<std::uint64_t> before_all_since(WallTime since);
  static constexpr std::size_t stretch = 1024;

  /// What it met so far: spoilt once a row was not what was written.
  support::Health health() const { return {database_.health().spoilt || spoilt_, database_.health().failing}; }

  /// The first of an output's letters that is to be sent again.
  Result<std::optional<DeadLetter>> asked_letter(const std::string& output);

  /// Letters, as dead_letters_in.
  Result<std::vector<DeadLetter>> letters(const Choice& choice, std::size_t limit, const std::string& after_reader = {},
                                          std::uint64_t after_sequence = 0);

  /// Of the newest Record; 0: there is none.
  Result<std::uint64_t> last();

 private:
  Reader(support::Database database, support::Statement select, Identity identity)
      : database_(std::move(database)), select_(std::move(select)), identity_(identity) {}
  support::Database database_;
  support::Statement select_;
  Identity identity_;
  bool spoilt_ = false;
};

}  // namespace gatepost::journal
