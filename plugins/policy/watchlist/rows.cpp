#include "rows.hpp"

#include <array>
#include <string_view>

#include <gatepost/support/printable.hpp>
#include <gatepost/support/text.hpp>

namespace watchlist {

namespace {

std::optional<Action> action_of(std::string_view word) {
  if (word.empty() || word == "deny") return Action::deny;
  if (word == "hold") return Action::hold;
  if (word == "alert") return Action::alert;
  return std::nullopt;
}

}  // namespace

std::vector<std::size_t> Places::all() const {
  std::vector<std::size_t> places{subject};
  for (const auto& place : {action, until, note})
    if (place) places.push_back(*place);
  return places;
}

gatepost::Result<Places> find_columns(const gatepost::support::ListTable& table, const std::string& subject) {
  const std::string wanted = gatepost::support::plain_word(subject);
  constexpr std::array<std::string_view, 8> words{"act", "status", "from", "until", "valid", "begin", "start", "end"};
  const std::array<std::string_view, 3> read{"action", "until", wanted};
  if (auto single = table.refuse_twins(); !single) return single.error();
  if (auto refused = table.refuse_lookalikes(words, read); !refused) return refused.error();
  const auto place = table.column(wanted);
  if (!place) {
    const std::string name = gatepost::support::printable(subject, 60);
    return table.header_error("the column " + name + " is missing",
                              "name the columns " + name +
                                  ",action,until,note, of which the last three may be missing; "
                                  "or name the subjects' column in the setting `column`");
  }
  return Places{*place, table.column("action"), table.column("until"), table.column("note")};
}

gatepost::Result<Row> read_row(const gatepost::support::ListTable& table, const Places& places) {
  Row row;
  const auto action = action_of(table.word(places.action));
  if (!action) return table.error(*places.action, "there is no such action", "write deny, hold or alert");
  row.action = *action;
  const auto until = table.day(places.until);
  if (!until) return until.error();
  row.until = until->value_or(row.until);
  if (places.note) row.note = table.field(*places.note);
  return row;
}

}  // namespace watchlist
