// The index of a CSV file: built once for each state of it, in a SQLite file that is asked like any other.
#include <malloc.h>

#include "entries.hpp"
#include "sqlite.hpp"

namespace roster {

namespace {

/// Columns of an index: fixed names, and the shown ones by number, so that no name of the CSV clashes.
Columns index_columns(const Columns& columns) {
  Columns names{.subject = "subject", .show = {}, .table = "roster"};
  for (std::size_t i = 0; i < columns.show.size(); ++i) names.show.push_back("show" + std::to_string(i));
  return names;
}

/// An index answers with the names that the CSV uses.
class Index final : public Listing {
 public:
  Index(ListingPtr disk, Columns columns) : disk_(std::move(disk)), columns_(std::move(columns)) {}

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
};

/// What an index must agree with to be used: its own form, and what was taken from the CSV.
std::string identity(const Columns& columns) {
  std::string text = "3\n" + columns.subject;
  for (const auto& name : columns.show) text += "\n" + name;
  return text;
}

/// Writes the rows of a CSV in their order, then sorts them once: random inserts would read the file over and over.
class Builder {
 public:
  Builder(std::filesystem::path csv, std::filesystem::path file, const std::stop_token& stop)
      : csv_(std::move(csv)), file_(std::move(file)), stop_(stop) {}

  Result<void> build(const Columns& columns, const std::string& identity_text) {
    sqlite3* raw = nullptr;
    const int code =
        sqlite3_open_v2(file_.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    handle_.reset(raw);
    if (code != SQLITE_OK) return failure(raw, file_);
    const auto stopped = [](void* stop) { return static_cast<std::stop_token*>(stop)->stop_requested() ? 1 : 0; };
    sqlite3_progress_handler(raw, 10'000, stopped, &stop_);
    std::string shown;
    for (const auto& name : index_columns(columns).show) shown += ", " + identifier(name);
    // No journal: the file is thrown away when this does not end well.
    if (auto made = run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -4096; BEGIN; "
                        "CREATE TABLE source(identity TEXT); "
                        "CREATE TABLE roster(line INTEGER PRIMARY KEY, subject, status, valid_from, valid_until" +
                        shown + ")");
        !made)
      return made;
    if (auto filled = fill(columns); !filled) return filled;
    if (auto sorted = sort(); !sorted) return sorted;
    auto mark = prepare(raw, "INSERT INTO source VALUES(?)", file_);
    if (!mark) return mark.error();
    sqlite3_bind_text64(mark->get(), 1, identity_text.data(), identity_text.size(), SQLITE_STATIC, SQLITE_UTF8);
    if (sqlite3_step(mark->get()) != SQLITE_DONE) return failure(raw, file_);
    mark->reset();
    return run("COMMIT");
  }

 private:
  Result<void> run(const std::string& sql) {
    if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      return Error{std::string("cannot build the roster's index: ") + sqlite3_errmsg(handle_.get()), file_.string(),
                   "see that its disk has space"};
    return {};
  }

  Result<void> fill(const Columns& columns) {
    auto entries = Entries::open(csv_, columns);
    if (!entries) return entries.error();
    std::string places = "?,?,?,?,?";
    for (std::size_t i = 0; i < columns.show.size(); ++i) places += ",?";
    auto insert = prepare(handle_.get(), "INSERT INTO roster VALUES(" + places + ")", file_);
    if (!insert) return insert.error();
    std::string subject;
    Entry entry;
    for (std::size_t count = 0;; ++count) {
      if (count % 1024 == 0 && stop_.stop_requested()) return Error{"stopped", csv_.string(), "start again"};
      const auto more = entries->next(subject, entry);
      if (!more) return more.error();
      if (!*more) return {};
      if (!put(insert->get(), static_cast<std::int64_t>(entries->line()), subject, entry, columns)) return run("");
    }
  }

  bool put(sqlite3_stmt* insert, std::int64_t line, const std::string& subject, const Entry& entry,
           const Columns& columns) {
    int place = 1;
    sqlite3_bind_int64(insert, place, line);
    const auto bind = [&](const std::string& text) {
      sqlite3_bind_text64(insert, ++place, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    };
    bind(subject);
    for (const auto* text : {&entry.status, &entry.valid_from, &entry.valid_until}) bind(*text);
    for (const auto& name : columns.show) bind(entry.facts.at(name));
    const bool done = sqlite3_step(insert) == SQLITE_DONE;
    sqlite3_reset(insert);
    return done;
  }

  Result<void> sort() {
    auto sorted = run("CREATE UNIQUE INDEX by_subject ON roster(subject)");
    if (sorted || sqlite3_errcode(handle_.get()) != SQLITE_CONSTRAINT) return sorted;
    auto twice = prepare(handle_.get(),
                         "SELECT min(line), max(line) FROM roster GROUP BY subject HAVING count(*) > 1 "
                         "LIMIT 1",
                         file_);
    if (!twice || sqlite3_step(twice->get()) != SQLITE_ROW) return sorted;
    return Error{"the subject of this record stands in line " + text_of(twice->get(), 0) + " too",
                 csv_.string() + ":" + text_of(twice->get(), 1), "take one of the two out"};
  }

  std::filesystem::path csv_, file_;
  std::stop_token stop_;
  Handle handle_;
};

}  // namespace

ListingPtr open_index(const std::filesystem::path& index, const Columns& columns) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(uri_of(index, "?immutable=1").c_str(), &raw,
                                   SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, nullptr);
  const Handle handle(raw);
  if (code != SQLITE_OK) return nullptr;
  const auto source = prepare(raw, "SELECT identity FROM source", index);
  if (!source || sqlite3_step(source->get()) != SQLITE_ROW) return nullptr;
  if (text_of(source->get(), 0) != identity(columns)) return nullptr;
  auto disk = open_disk(index, "?immutable=1", index_columns(columns));
  return disk ? std::make_shared<Index>(*disk, columns) : nullptr;
}

Result<void> build_index(const std::filesystem::path& file, const std::filesystem::path& index, const Columns& columns,
                         const std::stop_token& stop) {
  auto built = Builder(file, index, stop).build(columns, identity(columns));
  ::malloc_trim(0);  // sorting took megabytes that an idle engine has no use for
  return built;
}

}  // namespace roster
