// A CSV file whose first line names its columns.
#pragma once

#include <chrono>
#include <cstddef>
#include <gatepost/result.hpp>
#include <gatepost/support/csv.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::support {

/// Read row by row. Of names and words case, blanks around them and how their letters are composed make no difference.
class CsvTable {
 public:
  /// What is no table is an Error: two columns of one name, for example.
  static Result<CsvTable> of(Csv csv, std::size_t most_rows);

  /// The place of that column.
  std::optional<std::size_t> column(std::string_view name) const;
  /// An Error for a column that begins with one of these words and is none of those that are `read`: what is passed
  /// over must not change what a row means.
  Result<void> refuse_lookalikes(std::span<const std::string_view> words, std::span<const std::string_view> read) const;
  /// About the first line.
  Error header_error(std::string what, std::string remedy) const;

  /// The next row; false at the end. It has as many fields as the header. After an Error: do not call again.
  Result<bool> next();
  /// Calls `take`, which gives a Result<void>, at each row that is left; the first Error ends it.
  template <class Take>
  Result<void> each_row(Take take) {
    while (true) {
      const auto more = next();
      if (!more) return more.error();
      if (!*more) return {};
      if (auto taken = take(); !taken) return taken;
    }
  }
  const std::string& field(std::size_t column) const { return fields_[column]; }
  /// In composed form (NFC); an Error where it is empty.
  Result<std::string> subject(std::size_t column) const;
  /// Empty where there is no such column.
  std::string word(std::optional<std::size_t> column) const;
  /// Nothing where there is no such column, or nothing in it.
  Result<std::optional<std::chrono::local_days>> day(std::optional<std::size_t> column) const;
  /// About a field of the row, or the whole row.
  Error error(std::size_t column, std::string what, std::string remedy) const;
  Error row_error(std::string what, std::string remedy) const;

 private:
  CsvTable(Csv csv, std::size_t most_rows) : csv_(std::move(csv)), most_rows_(most_rows) {}
  Csv csv_;
  std::size_t most_rows_, rows_ = 0;
  std::vector<std::string> names_, fields_;
};

}  // namespace gatepost::support
