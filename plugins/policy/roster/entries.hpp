// The entries of a CSV file one by one, each checked: columns, subject, dates.
#pragma once

#include <array>
#include <optional>

#include "csv.hpp"
#include "listing.hpp"

namespace roster {

class Entries {
 public:
  static Result<Entries> open(const std::filesystem::path& file, const Columns& columns);
  static Result<Entries> of(Csv csv, const Columns& columns);

  /// False at the end. Strings are given over; after an Error: do not call again.
  Result<bool> next(std::string& subject, Entry& entry);

  std::uint64_t line() const { return csv_.line(); }
  Error error(std::string what, std::string remedy) const {
    return csv_.record_error(std::move(what), std::move(remedy));
  }

 private:
  explicit Entries(Csv csv) : csv_(std::move(csv)) {}
  Result<void> find_columns(const Columns& columns);

  Csv csv_;
  std::vector<std::string> fields_;
  std::size_t width_ = 0;
  Places places_;
};

}  // namespace roster
