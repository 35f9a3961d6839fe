// Rosters that stay on disk, asked by one prepared statement a connection.
#include <mutex>

#include "sqlite.hpp"

namespace roster {

namespace {

constexpr std::uintmax_t smallest_database = 512;  ///< one page; SQLite takes an empty file for a database

/// A connection with its one query. One thread at a time.
struct Line {
  Handle handle;
  Query query;
};

class OnDisk final : public Listing {
 public:
  OnDisk(std::filesystem::path file, const char* options, const Columns& columns)
      : file_(std::move(file)), options_(options), columns_(columns) {}

  /// Opens the first connection and looks whether the query is one that an index answers.
  Result<void> begin() {
    auto line = connect();
    if (!line) return line.error();
    auto plan = prepare(line->handle.get(), "EXPLAIN QUERY PLAN " + sql_, file_);
    if (!plan) return plan.error();
    if (sqlite3_step(plan->get()) != SQLITE_ROW) return failure(line->handle.get(), file_);
    if (!text_of(plan->get(), 3).starts_with("SEARCH"))
      return Error{
          "the roster has no index on " + shown(columns_.subject), file_.string(),
          "CREATE UNIQUE INDEX by_subject ON " + identifier(columns_.table) + "(" + identifier(columns_.subject) + ")"};
    plan->reset();  // finalized before its connection may go
    free_.push_back(std::move(*line));
    return {};
  }

  Result<std::optional<Entry>> find(std::string_view subject) const override {
    auto line = borrow();
    if (!line) return line.error();
    auto found = ask(*line, subject);
    if (found) {  // a connection that failed is not kept
      const std::lock_guard lock(mutex_);
      free_.push_back(std::move(*line));
    }
    return found;
  }

 private:
  Result<Line> borrow() const {
    {
      const std::lock_guard lock(mutex_);
      if (!free_.empty()) {
        Line line = std::move(free_.back());
        free_.pop_back();
        return line;
      }
    }
    return connect();
  }

  Result<Line> connect() const {
    sqlite3* raw = nullptr;
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
    const int code = sqlite3_open_v2(uri_of(file_, options_).c_str(), &raw, flags, nullptr);
    Line line{Handle(raw), {}};
    if (code != SQLITE_OK) return failure(raw, file_);
    sqlite3_busy_timeout(raw, 200);
    sqlite3_exec(raw, "PRAGMA cache_size = -256; PRAGMA mmap_size = 0; PRAGMA query_only = 1", nullptr, nullptr,
                 nullptr);
    if (sql_.empty())
      if (auto made = make_sql(raw); !made) return made.error();
    auto query = prepare(raw, sql_, file_);
    if (!query) return query.error();
    line.query = std::move(*query);
    return line;
  }

  /// By the columns that the table has. Called by begin(), before there is a second thread.
  Result<void> make_sql(sqlite3* handle) const {
    auto info = prepare(handle, "SELECT name FROM pragma_table_info(?)", file_);
    if (!info) return info.error();
    sqlite3_bind_text(info->get(), 1, columns_.table.c_str(), -1, SQLITE_STATIC);
    std::vector<std::string> names;
    int code = 0;
    while ((code = sqlite3_step(info->get())) == SQLITE_ROW) names.push_back(text_of(info->get(), 0));
    if (code != SQLITE_DONE) return failure(handle, file_);
    if (names.empty())
      return Error{"the roster has no table " + shown(columns_.table), file_.string(),
                   "name it in the setting `table`"};
    const auto places = find_columns(names, columns_);
    if (!places) return Error{places.error().what, file_.string(), places.error().remedy};
    const std::string subject = identifier(names[places->subject]);
    std::string sql = "SELECT " + subject;
    for (const auto& place : {places->status, places->valid_from, places->valid_until})
      sql += place ? ", " + identifier(names[*place]) : ", ''";
    for (const auto& [name, place] : places->show) sql += ", " + identifier(names[place]);
    sql_ = sql + " FROM " + identifier(columns_.table) + " WHERE " + subject + " = ?1 LIMIT 2";
    return {};
  }

  Result<std::optional<Entry>> ask(const Line& line, std::string_view subject) const {
    sqlite3_stmt* query = line.query.get();
    sqlite3_bind_text64(query, 1, subject.data(), subject.size(), SQLITE_STATIC, SQLITE_UTF8);
    std::optional<Entry> found;
    int code = 0;
    while ((code = sqlite3_step(query)) == SQLITE_ROW) {
      if (text_of(query, 0) != subject) continue;  // '007' finds the number 7, and a collation finds more
      if (found) {
        sqlite3_reset(query);
        return Error{"a subject stands in the roster twice", file_.string(), "make its column UNIQUE"};
      }
      found = Entry{text_of(query, 1), text_of(query, 2), text_of(query, 3), {}};
      for (std::size_t i = 0; i < columns_.show.size(); ++i)
        found->facts[columns_.show[i]] = text_of(query, static_cast<int>(4 + i));
    }
    const auto result = code == SQLITE_DONE ? Result<std::optional<Entry>>(std::move(found))
                                            : Result<std::optional<Entry>>(failure(line.handle.get(), file_));
    sqlite3_reset(query);  // ends the read transaction: the next lookup sees the next commit
    return result;
  }

  std::filesystem::path file_;
  const char* options_;
  Columns columns_;
  mutable std::string sql_;
  mutable std::mutex mutex_;
  mutable std::vector<Line> free_;  ///< at most as many as lanes asked at once
};

}  // namespace

// SQLite is asked: whoever closes a file of his own loses this process's locks on it, and with them another roster of
// the same file its sight of what is written there.
bool is_sqlite(const std::filesystem::path& file) {
  std::error_code failure;
  if (const auto size = std::filesystem::file_size(file, failure); failure || size < smallest_database) return false;
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(uri_of(file, "").c_str(), &raw,
                                     SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, nullptr);
  const Handle handle(raw);
  return opened == SQLITE_OK && sqlite3_exec(raw, "PRAGMA schema_version", nullptr, nullptr, nullptr) != SQLITE_NOTADB;
}

Result<ListingPtr> open_disk(const std::filesystem::path& file, const char* options, const Columns& columns) {
  auto listing = std::make_shared<OnDisk>(file, options, columns);
  if (auto begun = listing->begin(); !begun) return begun.error();
  return ListingPtr(std::move(listing));
}

// Some pages at a time, so that no writer waits for long; where one writes meanwhile SQLite begins again.
Result<void> copy_sqlite(const std::filesystem::path& file, const std::filesystem::path& to) {
  constexpr int pages = 256, most_busy = 50;
  sqlite3 *from = nullptr, *made = nullptr;
  sqlite3_open_v2(uri_of(file, "").c_str(), &from, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI,
                  nullptr);
  const Handle source(from);
  sqlite3_open_v2(to.c_str(), &made, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  const Handle copy(made);
  const auto close = [](sqlite3_backup* backup) { sqlite3_backup_finish(backup); };
  std::unique_ptr<sqlite3_backup, decltype(close)> backup(sqlite3_backup_init(made, "main", from, "main"), close);
  if (!backup) return failure(made, to);
  sqlite3_busy_timeout(from, 200);
  int code = SQLITE_OK;
  for (int busy = 0; code == SQLITE_OK || (code == SQLITE_BUSY && ++busy < most_busy) || code == SQLITE_LOCKED;)
    code = sqlite3_backup_step(backup.get(), pages);
  backup.reset();
  if (code != SQLITE_DONE) return failure(made, to);
  // A copy in WAL mode would need another file beside it.
  if (sqlite3_exec(made, "PRAGMA journal_mode = DELETE", nullptr, nullptr, nullptr) != SQLITE_OK)
    return failure(made, to);
  return {};
}

Result<ListingPtr> open_sqlite(const std::filesystem::path& file, const Columns& columns) {
  return open_disk(file, "", columns);
}

}  // namespace roster
