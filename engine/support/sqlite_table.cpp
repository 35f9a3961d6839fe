#include <algorithm>
#include <gatepost/support/printable.hpp>
#include <gatepost/support/sqlite_table.hpp>
#include <gatepost/support/text.hpp>

namespace gatepost::support {
namespace {

std::string named(std::string_view name) { return "'" + printable(name, 60) + "'"; }

}  // namespace

Result<SqliteTable> SqliteTable::open(const SqliteSource& source) {
  auto database = Database::open(source.file, source.access);
  if (!database) return SqliteTable(source, Database()).unreadable(database.error());
  SqliteTable table(source, std::move(*database));
  static_cast<void>(table.database_.run(
      "PRAGMA busy_timeout = 200; PRAGMA cache_size = -256; PRAGMA mmap_size = 0; PRAGMA query_only = 1"));
  if (auto found = table.find_names(); !found) return found.error();
  return table;
}

Result<void> SqliteTable::find_names() {
  auto info = database_.prepare("SELECT name FROM pragma_table_info(?)");
  if (!info) return unreadable(info.error());
  const auto read = info->bind(source_.table).each([&] { written_names_.emplace_back(info->text(0)); });
  if (!read) return unreadable(read.error());
  if (written_names_.empty())
    return header_error("the " + source_.noun + " has no table " + named(source_.table),
                        "name it in the setting `table`");
  for (const auto& name : written_names_) names_.push_back(plain_word(name));
  fields_.resize(names_.size());
  are_texts_.resize(names_.size());
  return {};
}

Result<void> SqliteTable::read_all(std::vector<std::size_t> columns) {
  has_key_ = false;
  if (auto prepared = prepare(std::move(columns), {}); !prepared) return prepared;
  rows_ = 0;
  return {};
}

Result<void> SqliteTable::read_by(std::size_t key, std::vector<std::size_t> columns) {
  has_key_ = true;
  key_column_ = key;
  if (std::ranges::find(columns, key) == columns.end()) columns.push_back(key);
  return prepare(std::move(columns), " WHERE " + quoted(key) + " = ?1");
}

// A table without row numbers is told of by counting.
Result<void> SqliteTable::prepare(std::vector<std::size_t> columns, const std::string& condition) {
  columns_ = std::move(columns);
  std::string rest;
  for (const auto column : columns_) rest += ", " + quoted(column);
  rest += " FROM " + quoted_table() + condition;
  auto query = database_.prepare("SELECT rowid" + rest);
  has_row_numbers_ = query.has_value();
  if (!query) query = database_.prepare("SELECT 0" + rest);
  if (!query) return unreadable(query.error());
  query_ = std::move(*query);
  return has_key_ ? look_for_index("SELECT 0" + rest, key_column_) : Result<void>();
}

Result<void> SqliteTable::look_for_index(const std::string& sql, std::size_t key) {
  auto plan = database_.prepare("EXPLAIN QUERY PLAN " + sql);
  if (!plan) return unreadable(plan.error());
  if (auto row = plan->step(); !row) return unreadable(row.error());
  if (plan->text(3).starts_with("SEARCH")) return {};
  return header_error("the " + source_.noun + " has no index on " + named(written_names_[key]),
                      std::string(source_.has_unique_keys ? "CREATE UNIQUE INDEX" : "CREATE INDEX") +
                          " by_subject ON " + quoted_table() + "(" + quoted(key) + ")");
}

void SqliteTable::ask(std::string_view key) {
  key_ = key;
  rows_ = 0;
  query_.bind(key);
}

Result<bool> SqliteTable::next() {
  while (true) {
    const auto more = query_.step();
    if (!more) return unreadable(more.error());
    if (!*more) return false;
    row_ = has_row_numbers_ ? query_.integer(0) : row_ + 1;
    std::size_t size = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const int place = static_cast<int>(i) + 1;
      are_texts_[columns_[i]] = query_.is_text(place);
      const auto text = query_.text(place);
      size += text.size();
      if (size > source_.longest_row)
        return row_error("a row is longer than " + std::to_string(source_.longest_row) + " bytes", "shorten it");
      fields_[columns_[i]] = text;
    }
    if (has_key_ && fields_[key_column_] != key_) continue;
    if (++rows_ > source_.most_rows)
      return row_error("there are more than " + std::to_string(source_.most_rows) + " rows",
                       "take out those that are over");
    return true;
  }
}

Error SqliteTable::header_error(std::string what, std::string remedy) const {
  return {std::move(what), source_.file.string(), std::move(remedy)};
}

Error SqliteTable::error(std::size_t column, std::string what, std::string remedy) const {
  auto error =
      rows_ == 0 ? header_error(std::move(what), std::move(remedy)) : row_error(std::move(what), std::move(remedy));
  error.where += ", column " + named(written_names_[column]);
  return error;
}

Error SqliteTable::row_error(std::string what, std::string remedy) const {
  return {std::move(what), source_.file.string() + ", table " + named(source_.table) + ", row " + std::to_string(row_),
          std::move(remedy)};
}

Error SqliteTable::unreadable(const Error& failure) const {
  return {"cannot read the " + source_.noun + ": " + failure.what, failure.where,
          "see that the file is whole and this user may read it"};
}

std::function<Result<void>(const std::filesystem::path& to)> copies_of(const std::filesystem::path& file) {
  return [file](const std::filesystem::path& to) -> Result<void> {
    auto database = Database::open(file, Database::Access::read);
    return database ? database->copy_to(to) : database.error();
  };
}

}  // namespace gatepost::support
