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
  auto places = roster::find_columns(fields_, columns);
  if (!places) return csv_.record_error(places.error().what, places.error().remedy);
  places_ = std::move(*places);
  return {};
}

Result<bool> Entries::next(std::string& subject, Entry& entry) {
  const auto more = csv_.next(fields_);
  if (!more || !*more) return more;
  if (fields_.size() != width_)
    return csv_.record_error(
        "the record has " + std::to_string(fields_.size()) + " fields and the header " + std::to_string(width_),
        "put fields that hold the separator in quotes");
  subject = composed(fields_[places_.subject]);
  if (subject.empty()) return csv_.record_error("the subject is empty", "fill it in or take the line out");
  entry.status = places_.status ? fields_[*places_.status] : std::string();
  entry.valid_from = places_.valid_from ? fields_[*places_.valid_from] : std::string();
  entry.valid_until = places_.valid_until ? fields_[*places_.valid_until] : std::string();
  for (const auto& [name, column] : places_.show) entry.facts[name] = fields_[column];
  if (const auto checked = objection(entry, {}); !checked)
    return csv_.record_error(checked.error().what, checked.error().remedy);
  return true;
}

}  // namespace roster
