#include "plan.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <gatepost/support/day.hpp>
#include <gatepost/support/printable.hpp>
#include <gatepost/support/unicode.hpp>

namespace schedule {

namespace {

using gatepost::Error;
using gatepost::Result;
using gatepost::support::Csv;
using gatepost::support::plain_word;

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

// A column that looks like a bound and is not read would let somebody in for ever.
bool looks_like_a_bound(std::string_view name) {
  constexpr std::array<std::string_view, 8> words{"from", "until", "valid", "begin", "start", "end", "to", "date"};
  return std::ranges::any_of(words, [&](std::string_view word) { return name.starts_with(word); });
}

Result<Columns> find_columns(const Csv& csv, const std::vector<std::string>& header) {
  const std::string remedy =
      "let the first line name the columns: subject,shift,from,until; the last two may be missing";
  std::vector<std::string> names;
  for (const std::string& name : header) names.push_back(plain_word(name));
  const auto place_of = [&](std::string_view name) -> std::optional<std::size_t> {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
  };
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::ranges::count(names, names[i]) > 1) return csv.record_error("two columns have one name", remedy);
    if (names[i] != "from" && names[i] != "until" && looks_like_a_bound(names[i]))
      return csv.field_error(i, "this column is nearly one that bounds a shift",
                             "call it from or until, or something else");
  }
  const auto subject = place_of("subject"), shift = place_of("shift");
  if (!subject || !shift) return csv.record_error("the column subject or shift is missing", remedy);
  return Columns{*subject, *shift, place_of("from"), place_of("until")};
}

/// Reads one row after the other.
struct Rows {
  Csv& csv;
  const Columns& columns;
  const std::vector<Shift>& shifts;
  const std::vector<std::string>& fields;

  Result<void> day(const std::optional<std::size_t>& column, std::chrono::local_days& into) const {
    if (!column) return {};
    const std::string text = plain_word(fields[*column]);
    if (text.empty()) return {};
    const auto day = gatepost::support::parse_day(text);
    if (!day) return csv.field_error(*column, "that is no date", "write it as 2026-11-23");
    into = *day;
    return {};
  }

  Result<Assignment> assignment() const {
    Assignment one;
    const auto shift = std::ranges::find(shifts, plain_word(fields[columns.shift]), &Shift::name);
    if (shift == shifts.end())
      return csv.field_error(columns.shift, "there is no such shift", "write one of: " + names_of(shifts));
    one.shift = static_cast<std::size_t>(shift - shifts.begin());
    if (auto read = day(columns.from, one.from); !read) return read.error();
    if (auto read = day(columns.until, one.until); !read) return read.error();
    if (one.until < one.from) return csv.record_error("it ends before it begins", "change from or until");
    return one;
  }
};

}  // namespace

Result<std::shared_ptr<const Plan>> Plan::read(Csv csv, const std::vector<Shift>& shifts) {
  std::vector<std::string> fields;
  const auto header = csv.next(fields);
  if (!header) return header.error();
  const auto columns = find_columns(csv, fields);
  if (!columns) return columns.error();
  const std::size_t width = fields.size();
  auto plan = std::make_shared<Plan>();
  const Rows rows{csv, *columns, shifts, fields};
  for (std::size_t count = 0;; ++count) {
    const auto more = csv.next(fields);
    if (!more) return more.error();
    if (!*more) break;
    if (count == most_rows)
      return csv.record_error("the plan has more than 500,000 rows", "take out those that are over");
    if (fields.size() != width)
      return csv.record_error("this row has another number of fields than the header",
                              "put what holds a separator in quotes");
    const std::string subject = gatepost::support::composed(fields[columns->subject]);
    if (subject.empty())
      return csv.field_error(columns->subject, "the subject is empty", "fill it in or take the line out");
    const auto assignment = rows.assignment();
    if (!assignment) return assignment.error();
    plan->people_[subject].push_back(*assignment);
  }
  if (plan->people_.empty())
    return csv.error("the plan has a header and nobody in it", "see whether the file is whole");
  return std::shared_ptr<const Plan>(std::move(plan));
}

std::span<const Assignment> Plan::of(const std::string& subject) const {
  const auto found = people_.find(subject);
  if (found == people_.end()) return {};
  return found->second;
}

}  // namespace schedule
