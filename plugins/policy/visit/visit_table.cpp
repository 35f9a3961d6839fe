#include "visit_table.hpp"

#include <algorithm>
#include <array>

#include <gatepost/support/calendar.hpp>
#include <gatepost/support/csv_table.hpp>
#include <gatepost/support/printable.hpp>
#include <gatepost/support/rfc3339.hpp>
#include <gatepost/support/text.hpp>

namespace visit {
namespace {

using gatepost::Result;
using gatepost::WallTime;
using gatepost::support::CsvTable;
using gatepost::support::LocalTime;
using gatepost::support::TimeZone;

struct Columns {
  std::size_t subject = 0, from = 0;
  std::optional<std::size_t> until{};
  std::vector<std::pair<std::string, std::size_t>> show{};
};

Result<Columns> columns_of(const CsvTable& table, const std::vector<std::string>& show) {
  constexpr std::array<std::string_view, 9> words{"from", "until", "valid",  "begin", "start",
                                                  "end",  "stat",  "cancel", "date"};
  constexpr std::array<std::string_view, 2> read{"from", "until"};
  if (auto refused = table.refuse_lookalikes(words, read); !refused) return refused.error();
  const auto subject = table.column("subject"), from = table.column("from");
  if (!subject || !from)
    return table.header_error("the column " + std::string(subject ? "from" : "subject") + " is missing",
                              "let the first line name the columns: subject,from,until and those that are shown");
  Columns columns{*subject, *from, table.column("until")};
  for (const std::string& name : show) {
    const auto place = table.column(gatepost::support::plain_word(name));
    if (!place)
      return table.header_error("there is no column " + gatepost::support::printable(name, 40),
                                "name it in the first line, or take it out of the setting show");
    columns.show.emplace_back(name, *place);
  }
  return columns;
}

Result<Expected> visit_in(const CsvTable& table, const Columns& columns, const TimeZone& zone, const Limits& limits) {
  constexpr const char* remedy = "write it as 2026-11-23 14:30";
  const auto from = moment_of(table.field(columns.from), zone);
  if (!from) return table.error(columns.from, "that is no time", remedy);
  Expected visit{.from = from->begin, .until = zone.first(zone.day(from->begin) + std::chrono::days(1))};
  if (columns.until && !gatepost::support::trimmed(table.field(*columns.until)).empty()) {
    const auto until = moment_of(table.field(*columns.until), zone);
    if (!until) return table.error(*columns.until, "that is no time", remedy);
    visit.until = until->end;
  }
  if (visit.until <= visit.from) return table.row_error("the visit ends before it begins", "exchange from and until");
  if (visit.until - visit.from > limits.longest)
    return table.row_error("the visit is longer than one may be", "write a line for each of its days");
  return visit;
}

// "14:30" or "14:30:15".
std::optional<std::chrono::seconds> time_of_day(std::string_view text) {
  constexpr std::size_t without_seconds = 5;
  const auto minute = gatepost::support::time_of_day(text.substr(0, without_seconds));
  if (!minute || text.size() == without_seconds) return minute;
  text.remove_prefix(without_seconds);
  if (text.size() != 3 || text[0] != ':' || !gatepost::support::is_digits(text.substr(1)) || text[1] > '5')
    return std::nullopt;
  return *minute + std::chrono::seconds((text[1] - '0') * 10 + (text[2] - '0'));
}

}  // namespace

std::optional<Moment> moment_of(std::string_view text, const TimeZone& zone) {
  constexpr std::size_t length_of_day = 10;
  text = gatepost::support::trimmed(text);
  const auto day = gatepost::support::parse_day(text);
  if (!day || *day < std::chrono::local_days(std::chrono::year(1970) / 1 / 1) ||
      *day > std::chrono::local_days(std::chrono::year(2200) / 1 / 1))
    return std::nullopt;
  if (text.size() == length_of_day) return Moment{zone.first(*day), zone.first(*day + std::chrono::days(1))};
  if (const auto time = time_of_day(text.substr(length_of_day + 1))) {
    const auto moment = zone.first(LocalTime(*day) + *time);
    return Moment{moment, moment};
  }
  const auto moment = gatepost::support::parse_rfc3339(text);
  if (!moment) return std::nullopt;
  return Moment{*moment, *moment};
}

Result<std::shared_ptr<const Calendar>> read_table(gatepost::support::Csv csv, const TimeZone& zone,
                                                   const std::vector<std::string>& show, const Limits& limits) {
  auto table = CsvTable::of(std::move(csv), limits.events);
  if (!table) return table.error();
  const auto columns = columns_of(*table, show);
  if (!columns) return columns.error();
  auto calendar = std::make_shared<Calendar>();
  const auto read = table->each_row([&]() -> Result<void> {
    const auto subject = table->subject(columns->subject);
    if (!subject) return subject.error();
    auto visit = visit_in(*table, *columns, zone, limits);
    if (!visit) return visit.error();
    Facts facts;
    for (const auto& [name, column] : columns->show)
      if (!table->field(column).empty()) facts[name] = shown_fact(table->field(column));
    visit->facts = std::make_shared<const Facts>(std::move(facts));
    calendar->add(*subject, std::move(*visit));
    return {};
  });
  if (!read) return read.error();
  calendar->sort();
  return std::shared_ptr<const Calendar>(std::move(calendar));
}

}  // namespace visit
