// The index of a CSV file: built once for each state of it, in a SQLite file that is asked like any other.
#include <malloc.h>

#include "entries.hpp"
#include "listing.hpp"

namespace roster {

namespace {

using gatepost::Error;
using gatepost::Result;
using gatepost::support::Database;
using gatepost::support::quoted_identifier;

/// Columns of an index: fixed names, and the shown ones by number, so that no name of the CSV clashes.
Columns index_columns(const Columns& columns) {
  Columns names{.subject = "subject", .show = {}, .table = "roster"};
  for (std::size_t i = 0; i < columns.show.size(); ++i) names.show.push_back("show" + std::to_string(i));
  return names;
}

/// An index answers with the names that the CSV uses.
class Index final : public Listing {
 public:
  Index(ListingPtr disk, Columns columns, Summary whole)
      : disk_(std::move(disk)), columns_(std::move(columns)), whole_(std::move(whole)) {}

  std::optional<Summary> summary(gatepost::WallTime) const override { return whole_; }

  Result<std::optional<Entry>> find(std::string_view subject) const override {
    auto found = disk_->find(subject);
    if (!found || !*found) return found;
    std::map<std::string, std::string> facts;
    for (std::size_t i = 0; i < columns_.show.size(); ++i)
      facts[columns_.show[i]] = std::move((*found)->facts["show" + std::to_string(i)]);
    (*found)->facts = std::move(facts);
    return found;
  }

 private:
  ListingPtr disk_;
  Columns columns_;
  const Summary whole_;
};

/// What an index must agree with to be used: its own form, and what was taken from the CSV.
std::string identity(const Columns& columns) {
  std::string text = "4\n" + columns.subject;
  for (const auto& name : columns.show) text += "\n" + name;
  return text;
}

/// Writes the rows of a CSV in their order, then sorts them once: random inserts would read the file over and over.
class Builder {
 public:
  Builder(std::filesystem::path csv, std::filesystem::path file, const std::stop_token& stop)
      : csv_(std::move(csv)), file_(std::move(file)), stop_(stop) {}

  Result<void> build(const Columns& columns, const std::string& identity_text) {
    auto database = Database::open(file_, Database::Access::create);
    if (!database) return not_built(database.error());
    database_ = std::move(*database);
    database_.stop_by(stop_);
    std::string shown;
    for (const auto& name : index_columns(columns).show) shown += ", " + quoted_identifier(name);
    // No journal: the file is thrown away when this does not end well.
    if (auto made =
            database_.run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -4096; BEGIN; "
                          "CREATE TABLE source(identity TEXT, summary TEXT); "
                          "CREATE TABLE roster(line INTEGER PRIMARY KEY, subject, status, valid_from, valid_until" +
                          shown + ")");
        !made)
      return not_built(made.error());
    if (auto filled = fill(columns); !filled) return filled;
    if (auto sorted = sort(columns); !sorted) return sorted;
    auto ended = database_.run("INSERT INTO source VALUES(?, ?)", identity_text, summary_.saved());
    if (ended) ended = database_.run("COMMIT");
    return ended ? ended : not_built(ended.error());
  }

 private:
  static Error not_built(const Error& failure) {
    return {"cannot build the roster's index: " + failure.what, failure.where, "see that its disk has space"};
  }

  Result<void> fill(const Columns& columns) {
    auto entries = Entries::open(csv_, columns);
    if (!entries) return entries.error();
    std::string places = "?,?,?,?,?";
    for (std::size_t i = 0; i < columns.show.size(); ++i) places += ",?";
    auto insert = database_.prepare("INSERT INTO roster VALUES(" + places + ")");
    if (!insert) return not_built(insert.error());
    std::string subject;
    Entry entry;
    for (std::size_t count = 0;; ++count) {
      if (count % 1024 == 0 && stop_.stop_requested()) return Error{"stopped", csv_.string(), "start again"};
      const auto more = entries->next(subject, entry);
      if (!more) return more.error();
      if (!*more) {
        summary_ = entries->summary();
        return {};
      }
      insert->bind(entries->line(), subject, entry.status, entry.valid_from, entry.valid_until);
      for (std::size_t i = 0; i < columns.show.size(); ++i)
        insert->bind_at(static_cast<int>(6 + i), entry.facts.at(columns.show[i]));
      if (auto put = insert->run(); !put) return not_built(put.error());
    }
  }

  Result<void> sort(const Columns& columns) {
    const auto sorted = database_.run("CREATE UNIQUE INDEX by_subject ON roster(subject)");
    if (sorted) return sorted;
    auto twice = database_.prepare(
        "SELECT min(line), max(line), subject FROM roster GROUP BY subject HAVING count(*) > 1 LIMIT 1");
    const auto found = twice ? twice->step() : Result<bool>(false);
    if (!found || !*found) return not_built(sorted.error());
    const std::string named = columns.pseudonym ? columns.pseudonym(twice->text(2)) : std::string();
    return Error{"the subject " + (named.empty() ? "of this record" : shown(named)) + " stands in line " +
                     std::string(twice->text(0)) + " too",
                 csv_.string() + ":" + std::string(twice->text(1)), "take one of the two out"};
  }

  std::filesystem::path csv_, file_;
  std::stop_token stop_;
  Database database_;
  Summary summary_;
};

}  // namespace

ListingPtr open_index(const std::filesystem::path& index, const Columns& columns) {
  auto database = Database::open(index, Database::Access::immutable);
  if (!database) return nullptr;
  auto source = database->prepare("SELECT identity, summary FROM source");
  const auto row = source ? source->step() : Result<bool>(false);
  if (!row || !*row || source->text(0) != identity(columns)) return nullptr;
  auto whole = Summary::load(source->text(1));
  auto disk = open_sqlite(index, Database::Access::immutable, index_columns(columns));
  return disk && whole ? std::make_shared<Index>(*disk, columns, std::move(*whole)) : nullptr;
}

Result<void> build_index(const std::filesystem::path& file, const std::filesystem::path& index, const Columns& columns,
                         const std::stop_token& stop) {
  auto built = Builder(file, index, stop).build(columns, identity(columns));
  ::malloc_trim(0);  // sorting took megabytes that an idle engine has no use for
  return built;
}

}  // namespace roster
