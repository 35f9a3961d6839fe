// A roster as it was at one moment, ready to be asked. Never changes; a changed file becomes another Listing.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <gatepost/result.hpp>
#include <gatepost/support/sqlite.hpp>

#include "columns.hpp"
#include "entry.hpp"
#include "summary.hpp"

namespace roster {

/// Asked from several threads at a time.
class Listing {
 public:
  virtual ~Listing() = default;
  virtual gatepost::Result<std::optional<Entry>> find(std::string_view subject) const = 0;
  /// Of a file that others change in place it is counted anew, at most every 10 s by `now`; nothing: it is too long for
  /// that, or cannot be read.
  virtual std::optional<Summary> summary(gatepost::WallTime now) const = 0;
};

using ListingPtr = std::shared_ptr<const Listing>;  // lanes may still be asking an old one when a new one comes

/// A name in quotes for an error, cut when it is absurdly long.
std::string shown(std::string_view name);

/// A CSV file, whole in memory: for those of a few MiB.
gatepost::Result<ListingPtr> read_csv(const std::filesystem::path& file, const Columns& columns);

/// A SQLite file. Where others may write it, each lookup sees their last commit.
gatepost::Result<ListingPtr> open_sqlite(const std::filesystem::path& file, gatepost::support::Database::Access access,
                                         const Columns& columns);

/// The index of a CSV file, when `index` is there and whole and has these columns; else nothing.
ListingPtr open_index(const std::filesystem::path& index, const Columns& columns);

/// Builds that index of the file. An Error when the CSV is not right or `stop` is asked for.
gatepost::Result<void> build_index(const std::filesystem::path& file, const std::filesystem::path& index,
                                   const Columns& columns, const std::stop_token& stop);

}  // namespace roster
