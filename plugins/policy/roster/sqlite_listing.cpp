// Rosters that stay on disk, asked by one prepared statement a connection.
#include <algorithm>
#include <chrono>
#include <mutex>

#include <gatepost/support/sqlite_table.hpp>

#include "listing.hpp"

namespace roster {

namespace {

using gatepost::Error;
using gatepost::Result;
using gatepost::support::Database;
using gatepost::support::SqliteLookup;
using gatepost::support::SqliteTable;

constexpr std::int64_t most_counted = 2'000'000;  ///< rows: about a second
constexpr auto count_every = std::chrono::seconds(10);
constexpr int count_share = 50;  ///< no more than one part in so many of all time goes into counting

class OnDisk final : public Listing {
 public:
  using Lookup = SqliteLookup<Places>;

  OnDisk(std::filesystem::path file, Database::Access access, const Columns& columns)
      : file_(std::move(file)),
        columns_(columns),
        lookup_({.file = file_, .table = columns.table, .noun = "roster", .access = access, .has_unique_keys = true},
                [this](SqliteTable& table) { return prepare(table); }) {}

  Result<void> begin() { return lookup_.begin(); }

  Result<std::optional<Entry>> find(std::string_view subject) const override {
    std::optional<Entry> found;
    const auto read = lookup_.each(subject, [&](const Lookup::Line& line) -> Result<bool> {
      if (found) return Error{"a subject stands in the roster twice", file_.string(), "make its column UNIQUE"};
      found = entry_of(line);
      return true;
    });
    if (!read) return read.error();
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
  Result<Places> prepare(SqliteTable& table) const {
    auto places = find_columns(table.written_names(), columns_);
    if (!places) return Error{places.error().what, file_.string(), places.error().remedy};
    std::vector<std::size_t> read{places->subject};
    for (const auto& place : {places->status, places->valid_from, places->valid_until})
      if (place) read.push_back(*place);
    for (const auto& [name, place] : places->show) read.push_back(place);
    if (auto prepared = table.read_by(places->subject, std::move(read)); !prepared) return prepared.error();
    return places;
  }

  static Entry entry_of(const Lookup::Line& line) {
    const Places& places = line.columns;
    const auto text = [&](std::optional<std::size_t> place) {
      return place ? line.table.field(*place) : std::string();
    };
    Entry entry{text(places.status), text(places.valid_from), text(places.valid_until), {}};
    for (const auto& [name, place] : places.show) entry.facts[name] = line.table.field(place);
    return entry;
  }

  // By each status and dates, of which a list has few.
  std::optional<Summary> count() const {
    auto line = lookup_.connect();
    if (!line) return {};
    auto& [table, places] = *line;
    const auto size = table.database().integer(
        "SELECT count(*) FROM (SELECT 1 FROM " + table.quoted_table() + " LIMIT ?)", most_counted + 1);
    if (!size || *size > most_counted) return {};
    std::string sql = "SELECT ";
    for (const auto& place : {places.status, places.valid_from, places.valid_until})
      sql += (place ? table.quoted(*place) : "''") + ", ";
    auto groups = table.database().prepare(sql + "count(*) FROM " + table.quoted_table() + " GROUP BY 1, 2, 3");
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
    whole.leaves_out(places.unused);
    return whole;
  }

  const std::filesystem::path file_;
  const Columns columns_;
  Lookup lookup_;
  mutable std::mutex mutex_;
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
