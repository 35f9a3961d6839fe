#include <gatepost/support/csv_table.hpp>
#include <gatepost/support/text.hpp>
#include <utility>

namespace gatepost::support {

Result<CsvTable> CsvTable::of(Csv csv, std::size_t most_rows) {
  CsvTable table(std::move(csv), most_rows);
  const auto header = table.csv_.next(table.names_);
  if (!header) return header.error();
  if (!*header) table.names_.clear();
  for (std::string& name : table.names_) name = plain_word(name);
  if (auto single = table.refuse_twins(); !single) return single.error();
  return table;
}

Error CsvTable::header_error(std::string what, std::string remedy) const {
  return csv_.record_error(std::move(what), std::move(remedy));
}

Result<bool> CsvTable::next() {
  const auto more = csv_.next(fields_);
  if (!more || !*more) return more;
  if (++rows_ > most_rows_)
    return row_error("there are more than " + std::to_string(most_rows_) + " rows", "take out those that are over");
  if (fields_.size() != names_.size())
    return row_error("this row has another number of fields than the header", "put what holds a separator in quotes");
  return true;
}

Error CsvTable::error(std::size_t column, std::string what, std::string remedy) const {
  return csv_.field_error(column, std::move(what), std::move(remedy));
}

Error CsvTable::row_error(std::string what, std::string remedy) const {
  return csv_.record_error(std::move(what), std::move(remedy));
}

}  // namespace gatepost::support
