// Rosters that stay on disk, asked by one prepared statement a connection.
#include <algorithm>
#include <chrono>
#include <mutex>

#include "listing.hpp"

namespace roster {

namespace {

using gatepost::Error;
using gatepost::Result;
using gatepost::support::Database;
using gatepost::support::quoted_identifier;
using gatepost::support::Statement;

constexpr std::int64_t most_counted = 2'000'000;  ///< rows: about a second
constexpr auto count_every = std::chrono::seconds(10);
constexpr int count_share = 50;  ///< no more than one part in so many of all time goes into counting

/// A connection with its one query. One thread at a time.
struct Line {
  Database database;
  Statement query;
};

Error unreadable(const Error& failure) {
  return {"cannot read the roster: " + failure.what, failure.where,
          "see that the file is whole and this user may read it"};
}

class OnDisk final : public Listing {
 public:
  OnDisk(std::filesystem::path file, Database::Access access, const Columns& columns)
      : file_(std::move(file)), access_(access), columns_(columns) {}

  /// Opens the first connection and looks whether the query is one that an index answers.
  Result<void> begin() {
    auto line = connect();
    if (!line) return line.error();
    auto plan = line->database.prepare("EXPLAIN QUERY PLAN " + sql_);
    if (!plan) return unreadable(plan.error());
    if (auto row = plan->step(); !row) return unreadable(row.error());
    if (!plan->text(3).starts_with("SEARCH"))
      return Error{"the roster has no index on " + shown(columns_.subject), file_.string(),
                   "CREATE UNIQUE INDEX by_subject ON " + quoted_identifier(columns_.table) + "(" +
                       quoted_identifier(columns_.subject) + ")"};
    plan->reset();
    free_.push_back(std::move(*line));
    return {};
  }

  Result<std::optional<Entry>> find(std::string_view subject) const override {
    auto line = borrow();
    if (!line) return line.error();
    auto found = ask(line->query, subject);
    if (found) {  // a connection that failed is not kept
      const std::lock_guard lock(mutex_);
      free_.push_back(std::move(*line));
    }
    return found;
  }

  std::optional<Summary> summary(gatepost::WallTime now) const override {
    {
      const std::lock_guard lock(mutex_);
      if (counted_ && now >= counted_at_ && now - counted_at_ < counted_for_) return counted_;
    }
    const auto begun = std::chrono::steady_clock::now();
    auto counted = count();
    const std::lock_guard lock(mutex_);
    counted_ = counted;
    counted_at_ = now;
    counted_for_ = std::max<gatepost::Duration>(count_every, count_share * (std::chrono::steady_clock::now() - begun));
    return counted;
  }

 private:
  // By each status and dates, of which a list has few.
  std::optional<Summary> count() const {
    auto line = connect();
    if (!line) return {};
    const auto size =
        line->database.integer("SELECT count(*) FROM (SELECT 1 FROM " + table() + " LIMIT ?)", most_counted + 1);
    if (!size || *size > most_counted) return {};
    auto groups = line->database.prepare(count_sql_);
    if (!groups) return {};
    Summary whole;
    Doubts doubts;
    DateReader reader;
    const auto read = groups->each([&] {
      const Entry entry{std::string(groups->text(0)), std::string(groups->text(1)), std::string(groups->text(2))};
      const auto times = groups->integer<std::uint64_t>(3);
      const Dates dates = reader.read(entry);
      whole.add(entry, dates, times);
      doubts.look_at({}, entry, dates, 0, times);
    });
    if (!read) return {};
    doubts.tell(whole);
    whole.leaves_out(unused_);
    return whole;
  }
  std::string table() const { return quoted_identifier(columns_.table); }

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
    auto database = Database::open(file_, access_);
    if (!database) return unreadable(database.error());
    static_cast<void>(database->run(
        "PRAGMA busy_timeout = 200; PRAGMA cache_size = -256; PRAGMA mmap_size = 0; PRAGMA query_only = 1"));
    if (sql_.empty())
      if (auto made = make_sql(*database); !made) return made.error();
    auto query = database->prepare(sql_);
    if (!query) return unreadable(query.error());
    return Line{std::move(*database), std::move(*query)};
  }

  /// By the columns that the table has. Called by begin(), before there is a second thread.
  Result<void> make_sql(Database& database) const {
    auto info = database.prepare("SELECT name FROM pragma_table_info(?)");
    if (!info) return unreadable(info.error());
    std::vector<std::string> names;
    auto read = info->bind(columns_.table).each([&] { names.emplace_back(info->text(0)); });
    if (!read) return unreadable(read.error());
    if (names.empty())
      return Error{"the roster has no table " + shown(columns_.table), file_.string(),
                   "name it in the setting `table`"};
    const auto places = find_columns(names, columns_);
    if (!places) return Error{places.error().what, file_.string(), places.error().remedy};
    const std::string subject = quoted_identifier(names[places->subject]);
    std::string sql = "SELECT " + subject;
    for (const auto& place : {places->status, places->valid_from, places->valid_until})
      sql += place ? ", " + quoted_identifier(names[*place]) : ", ''";
    for (const auto& [name, place] : places->show) sql += ", " + quoted_identifier(names[place]);
    count_sql_ = "SELECT ";
    for (const auto& place : {places->status, places->valid_from, places->valid_until})
      count_sql_ += (place ? quoted_identifier(names[*place]) : "''") + ", ";
    count_sql_ += "count(*) FROM " + table() + " GROUP BY 1, 2, 3";
    unused_ = places->unused;
    sql_ = sql + " FROM " + quoted_identifier(columns_.table) + " WHERE " + subject + " = ?1 LIMIT 2";
    return {};
  }

  Result<std::optional<Entry>> ask(Statement& query, std::string_view subject) const {
    std::optional<Entry> found;
    bool twice = false;
    const auto text = [&](std::size_t column) { return std::string(query.text(static_cast<int>(column))); };
    auto read =
        query.bind(subject).each([&] {  // at its end the read transaction ends: the next lookup sees the next commit
          if (query.text(0) != subject) return true;  // '007' finds the number 7, and a collation finds more
          twice = found.has_value();
          found = Entry{text(1), text(2), text(3), {}};
          for (std::size_t i = 0; i < columns_.show.size(); ++i) found->facts[columns_.show[i]] = text(4 + i);
          return !twice;
        });
    if (!read) return unreadable(read.error());
    if (twice) return Error{"a subject stands in the roster twice", file_.string(), "make its column UNIQUE"};
    return found;
  }

  std::filesystem::path file_;
  Database::Access access_;
  Columns columns_;
  mutable std::string sql_, count_sql_, unused_;
  mutable std::mutex mutex_;
  mutable std::vector<Line> free_;  ///< at most as many as lanes asked at once
  mutable std::optional<Summary> counted_;
  mutable gatepost::WallTime counted_at_{};
  mutable gatepost::Duration counted_for_{};
};

}  // namespace

Result<ListingPtr> open_sqlite(const std::filesystem::path& file, Database::Access access, const Columns& columns) {
  auto listing = std::make_shared<OnDisk>(file, access, columns);
  if (auto begun = listing->begin(); !begun) return begun.error();
  return ListingPtr(std::move(listing));
}

}  // namespace roster
