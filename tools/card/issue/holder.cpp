#include "card/issue/holder.hpp"

#include <algorithm>
#include <array>
#include <gatepost/support/text.hpp>
#include <map>

#include "config/suggest.hpp"

namespace gatepost::card {
namespace {

constexpr std::size_t most_holders = 100'000;
constexpr std::array<std::string_view, 7> names{"subject", "name", "class", "from", "until", "photo", "code"};
constexpr std::array<std::string Words::*, 7> places{&Words::subject, &Words::name,  &Words::group, &Words::from,
                                                     &Words::until,   &Words::photo, &Words::code};

/// Which of `places` each column of a list fills.
using Columns = std::vector<std::size_t>;

Result<Columns> columns_of(const support::Csv& csv, const std::vector<std::string>& header) {
  Columns columns;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const auto word = support::plain_word(header[i]);
    const auto found = std::ranges::find(names, word);
    if (found == names.end())
      return csv.field_error(i, "there is no column of that name",
                             config::did_you_mean(word, names, "the columns are " + config::any_of(names)));
    const auto place = static_cast<std::size_t>(found - names.begin());
    if (std::ranges::find(columns, place) != columns.end())
      return csv.field_error(i, "two columns are called '" + std::string(*found) + "'", "take one out");
    columns.push_back(place);
  }
  const auto has = [&](std::size_t place) { return std::ranges::find(columns, place) != columns.end(); };
  if (!has(0) && !has(names.size() - 1))
    return csv.record_error("the list has no column 'subject'",
                            "write the names of its columns into its first line: subject,name,until");
  return columns;
}

Result<Words> words_of(const support::Csv& csv, const Columns& columns, const std::vector<std::string>& fields) {
  if (fields.size() > columns.size())
    return csv.record_error("this line has more fields than the first line names",
                            "put a field that holds a comma between double quotes");
  Words words;
  for (std::size_t i = 0; i < fields.size(); ++i)
    words.*places.at(columns[i]) = std::string(support::trimmed(fields[i]));
  return words;
}

Result<void> check_text(const std::string& text, const char* what, std::size_t most, const std::string& where) {
  if (!support::valid_utf8(text)) return Error{std::string(what) + " is no UTF-8 text", where, "save it as UTF-8"};
  if (support::has_controls(text))
    return Error{std::string(what) + " holds characters that cannot be printed", where,
                 "write it in letters alone, on one line"};
  if (support::characters(text) > most)
    return Error{std::string(what) + " has more than " + std::to_string(most) + " characters", where,
                 "write it shorter"};
  return {};
}

}  // namespace

Result<Holder> holder_of(const Words& words, std::string where, WallTime now) {
  const std::string& subject = words.subject.empty() ? words.code : words.subject;
  if (subject.empty()) return Error{"the subject is empty", where, "say who gets the card, as the site's list does"};
  if (auto right = check_text(subject, "the subject", 100, where); !right) return right.error();
  if (auto right = check_text(words.name, "the name", 150, where); !right) return right.error();
  if (auto right = check_text(words.group, "the class", 50, where); !right) return right.error();
  auto validity = validity_of(words.from, words.until, now);
  if (!validity) return Error{validity.error().what, where, validity.error().remedy};
  return Holder{.subject = subject,
                .code = words.code,
                .name = support::composed_or_as_is(words.name),
                .group = support::composed_or_as_is(words.group),
                .validity = std::move(*validity),
                .photo = words.photo,
                .where = std::move(where)};
}

Result<std::vector<Holder>> read_holders(support::Csv& csv, const std::filesystem::path& folder, WallTime now) {
  std::vector<std::string> fields;
  auto more = csv.next(fields);
  if (!more) return more.error();
  if (!*more) return csv.error("the list is empty", "write the names of its columns into its first line: subject,name");
  const auto columns = columns_of(csv, fields);
  if (!columns) return columns.error();
  std::vector<Holder> holders;
  std::map<std::string, std::uint64_t> seen;
  while ((more = csv.next(fields)) && *more) {
    const auto words = words_of(csv, *columns, fields);
    if (!words) return words.error();
    auto holder = holder_of(*words, csv.record_error({}, {}).where, now);
    if (!holder) return holder.error();
    const auto [first, is_new] = seen.try_emplace(holder->subject, csv.line());
    if (!is_new)
      return csv.record_error("the subject is that of line " + std::to_string(first->second), "take one of them out");
    if (!holder->photo.empty()) holder->photo = folder / holder->photo;
    if (holders.size() == most_holders) return csv.error("the list has more than 100000 people", "split it");
    holders.push_back(std::move(*holder));
  }
  if (!more) return more.error();
  if (holders.empty()) return csv.error("the list names nobody", "write a line for each card below the first");
  return holders;
}

Result<std::vector<Holder>> read_holders(const std::filesystem::path& file, WallTime now) {
  auto csv = support::Csv::open(file);
  if (!csv) return csv.error();
  return read_holders(*csv, file.parent_path(), now);
}

}  // namespace gatepost::card
