// A table of a SQLite file that somebody else writes: all its rows, or those with one key, by an index.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <gatepost/result.hpp>
#include <gatepost/support/list_table.hpp>
#include <gatepost/support/sqlite.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatepost::support {

/// Which table of which file, and what messages call it: "the roster has no table 'x'".
struct SqliteSource {
  std::filesystem::path file;
  std::string table;
  std::string noun;
  Database::Access access = Database::Access::read;
  bool has_unique_keys = false;               ///< for the remedy where there is no index
  std::size_t most_rows = std::size_t(-1);    ///< of one reading
  std::size_t longest_row = std::size_t(-1);  ///< in bytes of the columns that are read
};

/// One connection. Used by one thread at a time; what it reads is let go of at the end of each reading, so that the
/// next one sees the last commit.
class SqliteTable final : public ListTable {
 public:
  /// An Error where the file cannot be read or there is no such table.
  static Result<SqliteTable> open(const SqliteSource& source);

  /// The names of the columns as they were given.
  const std::vector<std::string>& written_names() const { return written_names_; }

  /// Begins a reading of all rows; of these columns, the others are empty.
  Result<void> read_all(std::vector<std::size_t> columns);
  /// Prepares readings of the rows that have a key. An Error where no index answers that.
  Result<void> read_by(std::size_t key, std::vector<std::size_t> columns);
  /// Begins one, of the rows whose key is that text, byte for byte: a collation or a number finds more. The text stays
  /// as it is until the reading has ended.
  void ask(std::string_view key);
  Result<bool> next() override;
  /// Ends a reading before its last row.
  void end() { query_.reset(); }

  /// Whether a field is text, and no number, bytes or NULL.
  bool is_text(std::size_t column) const { return are_texts_[column]; }

  Error header_error(std::string what, std::string remedy) const override;
  Error error(std::size_t column, std::string what, std::string remedy) const override;
  Error row_error(std::string what, std::string remedy) const override;

  /// For other questions about it.
  Database& database() { return database_; }
  /// The table's name, and a column's, quoted for SQL.
  std::string quoted_table() const { return quoted_identifier(source_.table); }
  std::string quoted(std::size_t column) const { return quoted_identifier(written_names_[column]); }

 private:
  SqliteTable(SqliteSource source, Database database) : source_(std::move(source)), database_(std::move(database)) {}
  Result<void> find_names();
  Result<void> prepare(std::vector<std::size_t> columns, const std::string& condition);
  Result<void> look_for_index(const std::string& sql, std::size_t key);
  Error unreadable(const Error& failure) const;

  SqliteSource source_;
  Database database_;
  Statement query_;
  std::vector<std::string> written_names_;
  std::vector<std::size_t> columns_;  ///< those that are read
  std::vector<bool> are_texts_;
  bool has_row_numbers_ = true;
  std::int64_t row_ = 0;  ///< SQLite's number of the row, or how many have been read
  std::size_t rows_ = 0;
  std::string_view key_;
  std::size_t key_column_ = 0;
  bool has_key_ = false;
};

/// The rows of a table by their key, asked from several threads at a time: a connection each, at most as many as ask at
/// once. `Columns`: what the list's owner makes of the names of its columns.
template <class Columns>
class SqliteLookup {
 public:
  struct Line {
    SqliteTable table;
    Columns columns;
  };
  /// Finds the columns of a connection, and calls read_by() for them.
  using Prepare = std::function<Result<Columns>(SqliteTable&)>;

  SqliteLookup(SqliteSource source, Prepare prepare) : source_(std::move(source)), prepare_(std::move(prepare)) {}

  /// Opens the first connection, so that what is wrong is known before anybody is asked about.
  Result<void> begin() {
    auto line = connect();
    if (!line) return line.error();
    free_.push_back(std::move(*line));
    return {};
  }

  /// Calls `take`, which gives a Result<bool>, with the Line at each row, until it gives false or an Error.
  template <class Take>
  Result<void> each(std::string_view key, Take take) const {
    auto line = borrow();
    if (!line) return line.error();
    line->table.ask(key);
    while (true) {
      const auto more = line->table.next();
      if (!more) return more.error();  // a connection that failed is not kept
      if (!*more) break;
      const auto goes_on = take(*line);
      if (!goes_on) return goes_on.error();
      if (!*goes_on) break;
    }
    line->table.end();
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(*line));
    return {};
  }

  /// A connection of one's own.
  Result<Line> connect() const {
    auto table = SqliteTable::open(source_);
    if (!table) return table.error();
    auto columns = prepare_(*table);
    if (!columns) return columns.error();
    return Line{std::move(*table), std::move(*columns)};
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

  const SqliteSource source_;
  const Prepare prepare_;
  mutable std::mutex mutex_;
  mutable std::vector<Line> free_;
};

/// Makes a whole copy of a SQLite file: FileContent::copy of a value that reads it in place.
std::function<Result<void>(const std::filesystem::path& to)> copies_of(const std::filesystem::path& file);

}  // namespace gatepost::support
