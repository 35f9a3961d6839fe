#include "plan.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <gatepost/support/csv_table.hpp>
#include <gatepost/support/printable.hpp>

namespace schedule {

namespace {

using gatepost::Error;
using gatepost::Result;
using gatepost::support::CsvTable;

constexpr std::size_t most_rows = 500'000;
constexpr std::size_t longest_names = 120;  // as far as an Error lists shifts

struct Columns {
  std::size_t subject = 0, shift = 0;
  std::optional<std::size_t> from{}, until{};
};

std::string names_of(const std::vector<Shift>& shifts) {
  std::string names;
  for (const Shift& shift : shifts) names += (names.empty() ? "" : ", ") + shift.name;
  return gatepost::support::printable(names, longest_names);
}

// A bound that is not read would let somebody in for ever.
Result<Columns> find_columns(const CsvTable& table) {
  constexpr std::array<std::string_view, 8> bounds{"from", "until", "valid", "begin", "start", "end", "to", "date"};
  constexpr std::array<std::string_view, 2> read{"from", "until"};
  if (auto refused = table.refuse_lookalikes(bounds, read); !refused) return refused.error();
  const auto subject = table.column("subject"), shift = table.column("shift");
  if (!subject || !shift)
    return table.header_error(
        "the column subject or shift is missing",
        "let the first line name the columns: subject,shift,from,until; the last two may be missing");
  return Columns{*subject, *shift, table.column("from"), table.column("until")};
}

Result<Assignment> read_assignment(const CsvTable& table, const Columns& columns, const std::vector<Shift>& shifts) {
  Assignment one;
  const auto shift = std::ranges::find(shifts, table.word(columns.shift), &Shift::name);
  if (shift == shifts.end())
    return table.error(columns.shift, "there is no such shift", "write one of: " + names_of(shifts));
  one.shift = static_cast<std::size_t>(shift - shifts.begin());
  const auto from = table.day(columns.from), until = table.day(columns.until);
  if (!from) return from.error();
  if (!until) return until.error();
  one.from = from->value_or(one.from);
  one.until = until->value_or(one.until);
  if (one.until < one.from) return table.row_error("it ends before it begins", "change from or until");
  return one;
}

}  // namespace

Result<std::shared_ptr<const Plan>> Plan::read(gatepost::support::Csv csv, const std::vector<Shift>& shifts) {
  auto table = CsvTable::of(std::move(csv), most_rows);
  if (!table) return table.error();
  const auto columns = find_columns(*table);
  if (!columns) return columns.error();
  auto plan = std::make_shared<Plan>();
  const auto read = table->each_row([&]() -> Result<void> {
    const auto subject = table->subject(columns->subject);
    if (!subject) return subject.error();
    const auto assignment = read_assignment(*table, *columns, shifts);
    if (!assignment) return assignment.error();
    plan->people_[*subject].push_back(*assignment);
    return {};
  });
  if (!read) return read.error();
  if (plan->people_.empty())
    return table->header_error("the plan has a header and nobody in it", "see whether the file is whole");
  return std::shared_ptr<const Plan>(std::move(plan));
}

std::span<const Assignment> Plan::of(const std::string& subject) const {
  const auto found = people_.find(subject);
  if (found == people_.end()) return {};
  return found->second;
}

}  // namespace schedule
