// What stood behind the wall times of the rows, and their correction once a better clock is known.
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include <gatepost/record.hpp>

#include "format.hpp"

namespace local_store {

/// A row is of an era: a stretch of Records of one boot with the same source of time. Where the journal says that the
/// clock was set, or that something better stands behind it now, the rows of that boot that knew it no better get the
/// time that they should have had: a boot's monotonic clock runs evenly, whatever was believed. Times that were
/// synchronised are never touched. Used within the store's transaction.
class Eras {
 public:
  /// Makes the table where it is not there yet.
  Result<void> open(Database& database);

  /// A Record has been stored.
  Result<void> follow(const gatepost::Record& record);

  /// Whether the Record tells of the clock.
  static bool tells(const gatepost::Record& record);

  struct Row {
    std::int64_t site, epoch, sequence, kind, lane, outcome;
    gatepost::WallTime before, after;
  };
  /// Puts right what a Record that tells lets us put right; `moved` hears of each row.
  Result<void> put_right(const gatepost::Record& record, const std::function<void(const Row&)>& moved);

 private:
  using Place = std::pair<std::int64_t, std::int64_t>;  ///< epoch, sequence
  Result<std::optional<Place>> reach(const gatepost::Record& record);
  Result<std::vector<Row>> rows_since(const Place& place, const gatepost::Record& record);

  Statement begin_, back_, rows_, move_, better_;
  std::string boot_;
  std::optional<gatepost::ClockSource> source_;
};

}  // namespace local_store
