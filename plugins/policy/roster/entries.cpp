#include "entries.hpp"

#include <algorithm>

#include <gatepost/support/text.hpp>

namespace roster {

Result<Entries> Entries::open(const std::filesystem::path& file, const Columns& columns) {
  auto csv = Csv::open(file);
  if (!csv) return csv.error();
  return of(std::move(*csv), columns);
}

Result<Entries> Entries::of(Csv csv, const Columns& columns) {
  Entries entries(std::move(csv), columns.pseudonym);
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
  subject = gatepost::support::composed(fields_[places_.subject]).value_or(std::string());  // a field is UTF-8
  if (subject.empty())
    return csv_.field_error(places_.subject, "the subject is empty", "fill it in or take the line out");
  entry.status = places_.status ? fields_[*places_.status] : std::string();
  entry.valid_from = places_.valid_from ? fields_[*places_.valid_from] : std::string();
  entry.valid_until = places_.valid_until ? fields_[*places_.valid_until] : std::string();
  for (const auto& [name, column] : places_.show) entry.facts[name] = fields_[column];
  const Dates dates = dates_.read(entry);
  if (auto checked = check_dates(entry, dates); !checked) return checked.error();
  summary_.add(entry, dates);
  doubts_.look_at(subject, entry, dates, csv_.line());
  return true;
}

Result<void> Entries::check_dates(const Entry& entry, const Dates& dates) const {
  if (!entry.valid_from.empty() && !dates.from) return no_date_at(*places_.valid_from, "valid_from");
  if (!entry.valid_until.empty() && !dates.until) return no_date_at(*places_.valid_until, "valid_until");
  return {};
}

Error Entries::no_date_at(std::size_t field, const char* column) const {
  const Error error = no_date(column);
  return csv_.field_error(field, error.what, error.remedy);
}

Summary Entries::summary() const {
  Summary whole = summary_;
  doubts_.tell(whole);
  whole.leaves_out(places_.unused);
  return whole;
}

Error Entries::twice(const std::string& subject, std::uint64_t first_line) const {
  const std::string named = pseudonym_ ? pseudonym_(subject) : std::string();
  return csv_.field_error(places_.subject,
                          "the subject " + (named.empty() ? "of this record" : shown(named)) + " stands in line " +
                              std::to_string(first_line) + " too",
                          "take one of the two out");
}

}  // namespace roster
