#include "holidays.hpp"

#include <gatepost/support/calendar.hpp>
#include <gatepost/support/csv_table.hpp>
#include <gatepost/support/printable.hpp>

namespace schedule {

namespace {

using gatepost::Error;
using gatepost::Result;
using gatepost::support::Csv;
using gatepost::support::CsvTable;
using gatepost::support::parse_day;

constexpr std::size_t longest_date = 40;  // as far as an Error repeats it
constexpr std::size_t most_days = 100'000;
constexpr const char* as_a_date = "write it as 2026-12-25, or as 12-25 for each year";

}  // namespace

bool Holidays::add(std::string_view text) {
  if (text.size() == 5 && text[2] == '-') {
    const auto day = parse_day("2000-" + std::string(text));  // a leap year
    if (!day) return false;
    const std::chrono::year_month_day date(*day);
    yearly_.insert(date.month() / date.day());
    return true;
  }
  const auto day = parse_day(text);
  if (day) days_.insert(*day);
  return day.has_value();
}

bool Holidays::contains(std::chrono::local_days day) const {
  const std::chrono::year_month_day date(day);
  return days_.contains(day) || yearly_.contains(date.month() / date.day());
}

Result<Holidays> parse_holidays(const std::vector<std::string>& texts) {
  Holidays holidays;
  for (const std::string& text : texts)
    if (!holidays.add(text))
      return Error{"'" + gatepost::support::printable(text, longest_date) + "' is no date", "holidays", as_a_date};
  return holidays;
}

Result<gatepost::FileContent<Holidays>> read_holidays(const gatepost::FileState& state) {
  auto csv = Csv::open(state.path);
  if (!csv) return csv.error();
  auto table = CsvTable::of(std::move(*csv), most_days);
  if (!table) return table.error();
  const auto date = table->column("date");
  if (!date)
    return Error{"no column is called date", state.path.string(), "let its first line name the columns: date,name"};
  auto holidays = std::make_shared<Holidays>();
  const auto read = table->each_row([&]() -> Result<void> {
    if (!holidays->add(table->word(date))) return table->error(*date, "that is no date", as_a_date);
    return {};
  });
  if (!read) return read.error();
  return gatepost::file_content(std::shared_ptr<const Holidays>(holidays),
                                std::to_string(holidays->size()) + " holidays");
}

}  // namespace schedule
