#include "wanted.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <gatepost/support/day.hpp>
#include <gatepost/support/unicode.hpp>

namespace watchlist {

namespace {

using gatepost::Error;
using gatepost::Result;
using gatepost::support::Csv;
using gatepost::support::plain_word;

constexpr std::size_t most_rows = 500'000;

struct Columns {
  std::size_t subject = 0;
  std::optional<std::size_t> action{}, until{}, note{};
};

// Something that changes what a row means, and that is not read.
bool has_a_meaning(std::string_view name) {
  constexpr std::array<std::string_view, 8> words{"act", "status", "from", "until", "valid", "begin", "start", "end"};
  return std::ranges::any_of(words, [&](std::string_view word) { return name.starts_with(word); });
}

Result<Columns> find_columns(const Csv& csv, const std::vector<std::string>& header) {
  const std::string remedy =
      "let the first line name the columns: subject,action,until,note; the last three may be missing";
  std::vector<std::string> names;
  for (const std::string& name : header) names.push_back(plain_word(name));
  const auto place_of = [&](std::string_view name) -> std::optional<std::size_t> {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
  };
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::ranges::count(names, names[i]) > 1) return csv.record_error("two columns have one name", remedy);
    if (names[i] != "action" && names[i] != "until" && has_a_meaning(names[i]))
      return csv.field_error(i, "this column is nearly action or until, and is not read",
                             "call it action or until, or something else");
  }
  const auto subject = place_of("subject");
  if (!subject) return csv.record_error("the column subject is missing", remedy);
  return Columns{*subject, place_of("action"), place_of("until"), place_of("note")};
}

std::optional<Action> action_of(std::string_view word) {
  if (word.empty() || word == "deny") return Action::deny;
  if (word == "hold") return Action::hold;
  if (word == "alert") return Action::alert;
  return std::nullopt;
}

Result<Row> read_row(const Csv& csv, const Columns& columns, const std::vector<std::string>& fields) {
  Row row;
  if (columns.action) {
    const auto action = action_of(plain_word(fields[*columns.action]));
    if (!action) return csv.field_error(*columns.action, "there is no such action", "write deny, hold or alert");
    row.action = *action;
  }
  if (columns.until) {
    const std::string text = plain_word(fields[*columns.until]);
    const auto day = gatepost::support::parse_day(text);
    if (!text.empty() && !day) return csv.field_error(*columns.until, "that is no date", "write it as 2026-11-23");
    if (day) row.until = *day;
  }
  if (columns.note) row.note = fields[*columns.note];
  return row;
}

}  // namespace

Result<std::shared_ptr<const Wanted>> Wanted::read(Csv csv) {
  std::vector<std::string> fields;
  const auto header = csv.next(fields);
  if (!header) return header.error();
  const auto columns = find_columns(csv, *header ? fields : std::vector<std::string>());
  if (!columns) return columns.error();
  const std::size_t width = fields.size();
  auto wanted = std::make_shared<Wanted>();
  for (std::size_t count = 0;; ++count) {
    const auto more = csv.next(fields);
    if (!more) return more.error();
    if (!*more) break;
    if (count == most_rows)
      return csv.record_error("the list has more than 500,000 rows", "take out those that are over");
    if (fields.size() != width)
      return csv.record_error("this row has another number of fields than the header",
                              "put what holds a separator in quotes");
    const std::string subject = gatepost::support::composed(fields[columns->subject]);
    if (subject.empty())
      return csv.field_error(columns->subject, "the subject is empty", "fill it in or take the line out");
    const auto row = read_row(csv, *columns, fields);
    if (!row) return row.error();
    wanted->people_[subject].push_back(*row);
  }
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
