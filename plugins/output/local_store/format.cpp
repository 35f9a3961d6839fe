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
    PRIMARY KEY(site, epoch, sequence)) WITHOUT ROWID;
  CREATE INDEX attempts ON records(site, wall, lane, outcome) WHERE kind = 0;
  CREATE TABLE rollups(site INTEGER, span INTEGER, start INTEGER, lane INTEGER, outcome INTEGER, n INTEGER NOT NULL,
    PRIMARY KEY(site, span, start, lane, outcome)) WITHOUT ROWID;
)";

// Of 1 this format differs by spans of ten minutes and of six hours. Numbers before 1970 are rounded down too.
constexpr const char* from_format_1 = R"(
  BEGIN IMMEDIATE;
  INSERT INTO rollups SELECT site, 4, (start - (start % 10 + 10) % 10) / 10 AS whole, lane, outcome, sum(n)
    FROM rollups WHERE span = 1 GROUP BY site, whole, lane, outcome;
  INSERT INTO rollups SELECT site, 5, (start - (start % 6 + 6) % 6) / 6 AS whole, lane, outcome, sum(n)
    FROM rollups WHERE span = 2 GROUP BY site, whole, lane, outcome;
  PRAGMA user_version = 2;
  COMMIT;
)";

int stop_asked(void* stop) { return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0; }

/// Years of minutes take seconds, and a Sink is to be back within one once it is asked to stop.
Result<void> migrate(Database& database, std::stop_token stop) {
  constexpr int instructions = 100'000;  // between two looks at `stop`: some milliseconds
  sqlite3_progress_handler(database.handle(), instructions, stop_asked, &stop);
  auto migrated = database.run(from_format_1);
  sqlite3_progress_handler(database.handle(), 0, nullptr, nullptr);
  if (!migrated) static_cast<void>(database.run("ROLLBACK"));  // the first Error is the one to tell
  return migrated;
}

Error unknown(const Database& database, std::int64_t format) {
  return {"was written in format " + std::to_string(format) + ", and this program knows " +
              std::to_string(format_version) + " and older ones",
          database.file().string(), "use the program's version that wrote it, or move the file away"};
}

}  // namespace

Result<std::int64_t> known_format(const Database& database) {
  auto format = database.number("PRAGMA user_version");
  if (format && (*format < 1 || *format > format_version)) return unknown(database, *format);
  return format;
}

Result<void> claim(Database& database, const std::stop_token& stop) {
  const auto tables = database.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  if (*tables == 0) {
    const std::string sql = "BEGIN IMMEDIATE; PRAGMA application_id = " + std::to_string(application_id) +
                            "; PRAGMA user_version = " + std::to_string(format_version) + ";" + schema + "COMMIT";
    return database.run(sql.c_str());
  }
  const auto id = database.number("PRAGMA application_id");
  if (!id) return id.error();
  if (*id != application_id)
    return Error{"is the database of another program", database.file().string(),
                 "set a file of its own for this output"};
  const auto format = known_format(database);
  if (!format) return format.error();
  return *format == 1 ? migrate(database, stop) : Result<void>{};
}

}  // namespace local_store
