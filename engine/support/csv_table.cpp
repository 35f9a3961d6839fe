#include <algorithm>
#include <gatepost/support/calendar.hpp>
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
  for (const std::string& name : table.names_)
    if (!name.empty() && std::ranges::count(table.names_, name) > 1)
      return table.header_error("two columns have one name", "give each column a name of its own");
  return table;
}

std::optional<std::size_t> CsvTable::column(std::string_view name) const {
  const auto found = std::ranges::find(names_, name);
  if (found == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

Result<void> CsvTable::refuse_lookalikes(std::span<const std::string_view> words,
                                         std::span<const std::string_view> read) const {
  for (std::size_t column = 0; column < names_.size(); ++column) {
    const std::string& name = names_[column];
    if (std::ranges::find(read, name) != read.end()) continue;
    if (std::ranges::any_of(words, [&](std::string_view word) { return name.starts_with(word); }))
      return error(column, "this column looks like one that changes what a row means, and is not read",
                   "call it as the documentation says, or something else");
  }
  return {};
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

Result<std::string> CsvTable::subject(std::size_t column) const {
  std::string subject = composed_or_as_is(fields_[column]);
  if (subject.empty()) return error(column, "the subject is empty", "fill it in or take the line out");
  return subject;
}

std::string CsvTable::word(std::optional<std::size_t> column) const {
  return column ? plain_word(fields_[*column]) : std::string();
}

Result<std::optional<std::chrono::local_days>> CsvTable::day(std::optional<std::size_t> column) const {
  const std::string text = word(column);
  const auto day = parse_day(text);
  if (!text.empty() && !day) return error(*column, "that is no date", "write it as 2026-11-23");
  return day;
}

Error CsvTable::error(std::size_t column, std::string what, std::string remedy) const {
  return csv_.field_error(column, std::move(what), std::move(remedy));
}

Error CsvTable::row_error(std::string what, std::string remedy) const {
  return csv_.record_error(std::move(what), std::move(remedy));
}

}  // namespace gatepost::support
