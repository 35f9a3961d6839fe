// A CSV file whose first line names its columns.
#pragma once

#include <cstddef>
#include <gatepost/result.hpp>
#include <gatepost/support/csv.hpp>
#include <gatepost/support/list_table.hpp>
#include <string>

namespace gatepost::support {

/// Each row has as many fields as the header.
class CsvTable final : public ListTable {
 public:
  /// What is no table is an Error: two columns of one name, for example.
  static Result<CsvTable> of(Csv csv, std::size_t most_rows);

  Result<bool> next() override;
  Error header_error(std::string what, std::string remedy) const override;
  Error error(std::size_t column, std::string what, std::string remedy) const override;
  Error row_error(std::string what, std::string remedy) const override;

 private:
  CsvTable(Csv csv, std::size_t most_rows) : csv_(std::move(csv)), most_rows_(most_rows) {}
  Csv csv_;
  std::size_t most_rows_, rows_ = 0;
};

}  // namespace gatepost::support
