// A list that stays on disk, where others write it.
#include <gatepost/support/sqlite_table.hpp>
#include <gatepost/support/text.hpp>

#include "rows.hpp"

namespace watchlist {

namespace {

using gatepost::Result;
using gatepost::support::SqliteLookup;
using gatepost::support::SqliteTable;

constexpr std::size_t longest_row = 65'536;  // bytes, as of a CSV's record

// A subject that is not found as it stands lets somebody pass.
Result<void> can_be_found(const SqliteTable& table, std::size_t column) {
  const auto subject = table.subject(column);
  if (!subject) return subject.error();
  if (!table.is_text(column))
    return table.error(column, "the subject is not text: as a number 007 is 7", "let the column be TEXT");
  if (!gatepost::support::valid_utf8(table.field(column)))
    return table.error(column, "the subject is no UTF-8", "write it in UTF-8");
  if (*subject != table.field(column))
    return table.error(column, "the subject's letters are not in composed form (NFC)", "write them composed");
  return {};
}

class OnDisk final : public Wanted {
 public:
  using Lookup = SqliteLookup<Places>;

  OnDisk(const std::filesystem::path& file, const Columns& columns)
      : columns_(columns),
        lookup_({.file = file,
                 .table = columns.table,
                 .noun = "watchlist",
                 .most_rows = most_rows,
                 .longest_row = longest_row},
                [this](SqliteTable& table) { return prepare(table); }) {}

  Result<void> begin() {
    if (auto begun = lookup_.begin(); !begun) return begun;
    return look_at_every_row();
  }

  // A row that is not right may be a strict one.
  Result<std::optional<Row>> find(const std::string& subject,
                                  std::optional<std::chrono::local_days> today) const override {
    std::optional<Row> strictest;
    const auto read = lookup_.each(subject, [&](const Lookup::Line& line) -> Result<bool> {
      auto row = read_row(line.table, line.columns);
      if (!row) return row.error();
      if (row->holds(today) && (!strictest || row->action > strictest->action)) strictest = std::move(*row);
      return true;
    });
    if (!read) return read.error();
    return strictest;
  }

  std::optional<std::uint64_t> people() const override {
    auto line = lookup_.connect();
    if (!line) return {};
    auto& [table, places] = *line;
    const auto count = table.database().integer<std::uint64_t>("SELECT count(DISTINCT " + table.quoted(places.subject) +
                                                               ") FROM " + table.quoted_table());
    return count ? std::optional(*count) : std::nullopt;
  }

 private:
  Result<Places> prepare(SqliteTable& table) const {
    auto places = find_columns(table, columns_.subject);
    if (!places) return places.error();
    if (auto prepared = table.read_by(places->subject, places->all()); !prepared) return prepared.error();
    return places;
  }

  Result<void> look_at_every_row() const {
    auto line = lookup_.connect();
    if (!line) return line.error();
    SqliteTable& table = line->table;
    const Places& places = line->columns;
    if (auto begun = table.read_all(places.all()); !begun) return begun;
    return table.each_row([&]() -> Result<void> {
      if (auto found = can_be_found(table, places.subject); !found) return found;
      const auto row = read_row(table, places);
      return row ? Result<void>() : row.error();
    });
  }

  const Columns columns_;
  Lookup lookup_;
};

}  // namespace

Result<WantedPtr> open_sqlite(const std::filesystem::path& file, const Columns& columns) {
  auto wanted = std::make_shared<OnDisk>(file, columns);
  if (auto begun = wanted->begin(); !begun) return begun.error();
  return WantedPtr(std::move(wanted));
}

}  // namespace watchlist
