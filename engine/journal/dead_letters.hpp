// Dead letters of a journal that is at work: parked by an output, sent again or dropped by a person, and counted.
//
// Used by the commit leader alone; the counts go to Cursors, where anybody may ask for them.
#pragma once

#include <cstdint>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <string>

#include "journal/cursors.hpp"
#include "journal/dead_letter_queue.hpp"
#include "journal/options.hpp"
#include "journal/store.hpp"

namespace gatepost::journal {

class DeadLetters {
 public:
  DeadLetters(const Options& options, Store& store, Cursors& cursors)
      : options_(options), store_(store), cursors_(cursors) {}

  /// Keeps a Record with the reason for its refusal and moves the reader's cursor past it, in one transaction.
  Result<void> park(const std::string& reader, const Record& record, const std::string& why);
  /// Does it to the letters of a choice; how many there were.
  Result<std::uint64_t> change(DeadLetterAction action, const Choice& choice);
  /// Counts them anew.
  Result<void> count();

 private:
  Result<void> write(const std::string& reader, const Record& record, const std::string& why, std::uint64_t past);

  const Options& options_;
  Store& store_;
  Cursors& cursors_;
};

}  // namespace gatepost::journal
