// What the columns of a watchlist mean, whatever file they stand in.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <gatepost/support/list_table.hpp>

#include "wanted.hpp"

namespace watchlist {

/// Where the columns stand.
struct Places {
  std::size_t subject = 0;
  std::optional<std::size_t> action{}, until{}, note{};

  std::vector<std::size_t> all() const;
};

/// An Error where there is no column of the subjects, or one that looks as if it changed what a row means.
gatepost::Result<Places> find_columns(const gatepost::support::ListTable& table, const std::string& subject);

/// The row at which the table stands.
gatepost::Result<Row> read_row(const gatepost::support::ListTable& table, const Places& places);

}  // namespace watchlist
