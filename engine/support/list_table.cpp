#include <algorithm>
#include <gatepost/support/calendar.hpp>
#include <gatepost/support/list_table.hpp>
#include <gatepost/support/text.hpp>

namespace gatepost::support {

std::optional<std::size_t> ListTable::column(std::string_view name) const {
  const auto found = std::ranges::find(names_, name);
  if (found == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

Result<void> ListTable::refuse_twins() const {
  for (const std::string& name : names_)
    if (!name.empty() && std::ranges::count(names_, name) > 1)
      return header_error("two columns have one name", "give each column a name of its own");
  return {};
}

Result<void> ListTable::refuse_lookalikes(std::span<const std::string_view> words,
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

Result<std::string> ListTable::subject(std::size_t column) const {
  std::string subject = composed_or_as_is(fields_[column]);
  if (subject.empty()) return error(column, "the subject is empty", "fill it in or take the line out");
  return subject;
}

std::string ListTable::word(std::optional<std::size_t> column) const {
  return column ? plain_word(fields_[*column]) : std::string();
}

Result<std::optional<std::chrono::local_days>> ListTable::day(std::optional<std::size_t> column) const {
  const std::string text = word(column);
  const auto day = parse_day(text);
  if (!text.empty() && !day) return error(*column, "that is no date", "write it as 2026-11-23");
  return day;
}

}  // namespace gatepost::support
