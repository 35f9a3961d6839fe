// The entries of a CSV file one by one, each checked: columns, subject, dates.
#pragma once

#include <array>
#include <optional>

#include <gatepost/support/csv.hpp>
#include <gatepost/support/text.hpp>

#include "listing.hpp"
#include "summary.hpp"

namespace roster {

using gatepost::Error;
using gatepost::Result;
using gatepost::support::composed;
using gatepost::support::Csv;

class Entries {
 public:
  static Result<Entries> open(const std::filesystem::path& file, const Columns& columns);
  static Result<Entries> of(Csv csv, const Columns& columns);

  /// False at the end. Strings are given over; after an Error: do not call again.
  Result<bool> next(std::string& subject, Entry& entry);

  std::uint64_t line() const { return csv_.line(); }
  /// Of those that next() has given.
  Summary summary() const;
  /// Of one that stands there twice.
  Error twice(const std::string& subject, std::uint64_t first_line) const;

 private:
  Entries(Csv csv, std::function<std::string(std::string_view)> pseudonym)
      : csv_(std::move(csv)), pseudonym_(std::move(pseudonym)) {}
  Error no_date_at(std::size_t field, const char* column) const;
  Result<void> find_columns(const Columns& columns);
  Result<void> check_dates(const Entry& entry, const Dates& dates) const;

  Csv csv_;
  std::vector<std::string> fields_;
  std::size_t width_ = 0;
  Places places_;
  std::function<std::string(std::string_view)> pseudonym_;
  Summary summary_;
  Doubts doubts_;
  DateReader dates_;
};

}  // namespace roster
