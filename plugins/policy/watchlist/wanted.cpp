#include "wanted.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <gatepost/support/csv_table.hpp>

namespace watchlist {

namespace {

using gatepost::Result;
using gatepost::support::CsvTable;

constexpr std::size_t most_rows = 500'000;

struct Columns {
  std::size_t subject = 0;
  std::optional<std::size_t> action{}, until{}, note{};
};

Result<Columns> find_columns(const CsvTable& table) {
  constexpr std::array<std::string_view, 8> words{"act", "status", "from", "until", "valid", "begin", "start", "end"};
  constexpr std::array<std::string_view, 2> read{"action", "until"};
  if (auto refused = table.refuse_lookalikes(words, read); !refused) return refused.error();
  const auto subject = table.column("subject");
  if (!subject)
    return table.header_error(
        "the column subject is missing",
        "let the first line name the columns: subject,action,until,note; the last three may be missing");
  return Columns{*subject, table.column("action"), table.column("until"), table.column("note")};
}

std::optional<Action> action_of(std::string_view word) {
  if (word.empty() || word == "deny") return Action::deny;
  if (word == "hold") return Action::hold;
  if (word == "alert") return Action::alert;
  return std::nullopt;
}

Result<Row> read_row(const CsvTable& table, const Columns& columns) {
  Row row;
  const auto action = action_of(table.word(columns.action));
  if (!action) return table.error(*columns.action, "there is no such action", "write deny, hold or alert");
  row.action = *action;
  const auto until = table.day(columns.until);
  if (!until) return until.error();
  row.until = until->value_or(row.until);
  if (columns.note) row.note = table.field(*columns.note);
  return row;
}

}  // namespace

Result<std::shared_ptr<const Wanted>> Wanted::read(gatepost::support::Csv csv) {
  auto table = CsvTable::of(std::move(csv), most_rows);
  if (!table) return table.error();
  const auto columns = find_columns(*table);
  if (!columns) return columns.error();
  auto wanted = std::make_shared<Wanted>();
  const auto read = table->each_row([&]() -> Result<void> {
    const auto subject = table->subject(columns->subject);
    if (!subject) return subject.error();
    const auto row = read_row(*table, *columns);
    if (!row) return row.error();
    wanted->people_[*subject].push_back(*row);
    return {};
  });
  if (!read) return read.error();
  for (auto& [subject, rows] : wanted->people_)
    std::ranges::stable_sort(rows, [](const Row& one, const Row& other) { return one.action > other.action; });
  return std::shared_ptr<const Wanted>(std::move(wanted));
}

const Row* Wanted::find(const std::string& subject, std::optional<std::chrono::local_days> today) const {
  const auto found = people_.find(subject);
  if (found == people_.end()) return nullptr;
  const auto row = std::ranges::find_if(found->second, [&](const Row& one) { return !today || *today <= one.until; });
  return row == found->second.end() ? nullptr : &*row;
}

}  // namespace watchlist
