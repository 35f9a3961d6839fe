#include "format.hpp"

namespace local_store {

namespace {

constexpr const char* schema = R"(
  CREATE TABLE lanes(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE marks(site INTEGER, epoch INTEGER, sequence INTEGER NOT NULL, PRIMARY KEY(site, epoch)) WITHOUT ROWID;
  CREATE TABLE latest(one INTEGER PRIMARY KEY CHECK(one = 1), site INTEGER NOT NULL);
  CREATE TABLE records(site INTEGER, epoch INTEGER, sequence INTEGER, kind INTEGER NOT NULL, wall INTEGER NOT NULL,
    at INTEGER NOT NULL, boot TEXT NOT NULL, lane INTEGER NOT NULL, direction INTEGER NOT NULL, device TEXT NOT NULL,
    symbology TEXT NOT NULL, scheme TEXT NOT NULL, subject TEXT NOT NULL, verified INTEGER NOT NULL,
    outcome INTEGER NOT NULL, reason TEXT NOT NULL, about INTEGER NOT NULL, details TEXT NOT NULL,
    attributes TEXT NOT NULL DEFAULT '', PRIMARY KEY(site, epoch, sequence)) WITHOUT ROWID;
  CREATE INDEX attempts ON records(site, wall, lane, outcome) WHERE kind = 0;
  CREATE TABLE rollups(site INTEGER, span INTEGER, start INTEGER, lane INTEGER, outcome INTEGER, n INTEGER NOT NULL,
    PRIMARY KEY(site, span, start, lane, outcome)) WITHOUT ROWID;
)";

// Of 1 this format differs by spans of ten minutes and of six hours. Numbers before 1970 are rounded down too.
constexpr const char* from_format_1 = R"(
  INSERT INTO rollups SELECT site, 4, (start - (start % 10 + 10) % 10) / 10 AS whole, lane, outcome, sum(n)
    FROM rollups WHERE span = 1 GROUP BY site, whole, lane, outcome;
  INSERT INTO rollups SELECT site, 5, (start - (start % 6 + 6) % 6) / 6 AS whole, lane, outcome, sum(n)
    FROM rollups WHERE span = 2 GROUP BY site, whole, lane, outcome;
  PRAGMA user_version = 2;
)";

constexpr const char* from_format_2 = R"(
  ALTER TABLE records ADD COLUMN attributes TEXT NOT NULL DEFAULT '';
  PRAGMA user_version = 3;
)";

/// Years of minutes take seconds, and a Sink is to be back within one once it is asked to stop.
Result<void> migrate(Database& database, std::int64_t format, const std::stop_token& stop) {
  return database.transaction([&] {
    database.stop_by(stop);
    auto migrated = format == 1 ? database.run(from_format_1) : Result<void>();
    if (migrated) migrated = database.run(from_format_2);
    database.stop_by({});
    return migrated;
  });
}

Error unknown(const Database& database, std::int64_t format) {
  return {"was written in format " + std::to_string(format) + ", and this program knows " +
              std::to_string(format_version) + " and older ones",
          database.where(), "use the program's version that wrote it, or move the file away"};
}

}  // namespace

Result<Database> open_file(const std::filesystem::path& file, Database::Access access) {
  auto database = Database::open(file, access);
  if (!database) return database;
  // A look at the file itself: opening alone reads nothing. Half a MiB of cache is what an idle engine can spare.
  const auto looked = database->run(
      "PRAGMA busy_timeout = 500; PRAGMA cache_size = -512; PRAGMA mmap_size = 0; SELECT count(*) FROM sqlite_schema");
  if (looked) return database;
  // Nobody writes and this user may not make the index of a write-ahead log: then the file alone is all there is.
  std::error_code ignored;
  if (access == Database::Access::read && !std::filesystem::exists(file.string() + "-wal", ignored))
    if (auto alone = open_file(file, Database::Access::immutable)) return alone;
  return looked.error();
}

Result<std::int64_t> known_format(Database& database) {
  auto format = database.integer("PRAGMA user_version");
  if (format && (*format < 1 || *format > format_version)) return unknown(database, *format);
  return format;
}

Result<void> claim(Database& database, const std::stop_token& stop) {
  const auto tables = database.integer("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  if (*tables == 0) {
    const std::string sql = "PRAGMA application_id = " + std::to_string(application_id) +
                            "; PRAGMA user_version = " + std::to_string(format_version) + ";" + schema;
    return database.transaction([&] { return database.run(sql); });
  }
  const auto id = database.integer("PRAGMA application_id");
  if (!id) return id.error();
  if (*id != application_id)
    return Error{"is the database of another program", database.where(), "set a file of its own for this output"};
  const auto format = known_format(database);
  if (!format) return format.error();
  return *format < format_version ? migrate(database, *format, stop) : Result<void>{};
}

}  // namespace local_store
