// A list whose columns have names: what a CSV file and a table of a database have in common.
#pragma once

#include <chrono>
#include <cstddef>
#include <gatepost/result.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::support {

/// Read row by row. Of names and words case, blanks around them and how their letters are composed make no difference.
class ListTable {
 public:
  virtual ~ListTable() = default;

  /// The place of that column.
  std::optional<std::size_t> column(std::string_view name) const;
  /// An Error for two columns of one name.
  Result<void> refuse_twins() const;
  /// An Error for a column that begins with one of these words and is none of those that are `read`: what is passed
  /// over must not change what a row means.
  Result<void> refuse_lookalikes(std::span<const std::string_view> words, std::span<const std::string_view> read) const;

  /// The next row; false at the end. After an Error: do not call again.
  virtual Result<bool> next() = 0;
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

  /// About the names of the columns.
  virtual Error header_error(std::string what, std::string remedy) const = 0;
  /// About a field of the row, before the first one of the names; or about the whole row.
  virtual Error error(std::size_t column, std::string what, std::string remedy) const = 0;
  virtual Error row_error(std::string what, std::string remedy) const = 0;

 protected:
  ListTable() = default;
  ListTable(ListTable&&) = default;
  ListTable& operator=(ListTable&&) = default;
  std::vector<std::string> names_;  ///< as plain words
  std::vector<std::string> fields_;
};

}  // namespace gatepost::support
