#include "entries.hpp"

#include <algorithm>

namespace roster {

Result<Entries> Entries::open(const std::filesystem::path& file, const Columns& columns) {
  auto csv = Csv::open(file);
  if (!csv) return csv.error();
  return of(std::move(*csv), columns);
}

Result<Entries> Entries::of(Csv csv, const Columns& columns) {
  Entries entries(std::move(csv));
  if (auto found = entries.find_columns(columns); !found) return found.error();
  return entries;
}

Result<void> Entries::find_columns(const Columns& columns) {
  const auto header = csv_.next(fields_);
  if (!header) return header.error();
  if (!*header) return csv_.error("the roster is empty", "its first line names the columns: subject,name,valid_until");
  width_ = fields_.size();
  const auto place = [&](std::string_view name) -> std::optional<std::size_t> {
    const auto found = std::find(fields_.begin(), fields_.end(), name);
    if (found == fields_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - fields_.begin());
  };
  for (auto field = fields_.begin(); field != fields_.end(); ++field)
    if (std::find(field + 1, fields_.end(), *field) != fields_.end())
      return csv_.error("two columns are called " + shown(*field), "rename one");
  const auto subject = place(columns.subject);
  if (!subject)
    return csv_.error("the roster has no column " + shown(columns.subject), "name its column in the setting `column`");
  subject_ = *subject;
  for (const auto& name : columns.show) {
    const auto column = place(name);
    if (!column) return csv_.error("the roster has no column " + shown(name), "take it out of the setting `show`");
    show_.emplace_back(name, *column);
  }
  status_ = place("status");
  from_ = place("valid_from");
  until_ = place("valid_until");
  return {};
}

Result<bool> Entries::next(std::string& subject, Entry& entry) {
  const auto more = csv_.next(fields_);
  if (!more || !*more) return more;
  if (fields_.size() != width_)
    return csv_.error(
        "the record has " + std::to_string(fields_.size()) + " fields and the header " + std::to_string(width_),
        "put fields that hold a comma in quotes");
  subject = composed(fields_[subject_]);
  if (subject.empty()) return csv_.error("the subject is empty", "fill it in or take the line out");
  entry.status = status_ ? fields_[*status_] : std::string();
  entry.valid_from = from_ ? fields_[*from_] : std::string();
  entry.valid_until = until_ ? fields_[*until_] : std::string();
  for (const auto& [name, column] : show_) entry.facts[name] = fields_[column];
  if (const auto checked = objection(entry, {}); !checked)
    return csv_.error(checked.error().what, checked.error().remedy);
  return true;
}

}  // namespace roster
