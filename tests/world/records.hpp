// Records and journals for tests.
#pragma once

#include <sqlite3.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "journal/journal.hpp"

namespace gatepost::world {

inline Record attempt(const std::string& subject, WallTime wall = SystemClock().wall()) {
  Record record{.kind = RecordKind::attempt, .wall = wall, .lane = "main", .device = "gun", .scheme = "staff"};
  record.subject = subject;
  record.outcome = Outcome::grant;
  record.reason = "granted";
  return record;
}

/// Opens, or ends the test's program with the reason.
inline std::unique_ptr<journal::Journal> open_journal(journal::Options options) {
  static const SystemClock clock;
  if (options.clock == nullptr) options.clock = &clock;
  if (options.site == 0) options.site = 4017;
  auto journal = journal::Journal::open(std::move(options));
  if (journal) return std::move(*journal);
  std::cerr << to_line(journal.error()) << "\n";
  std::abort();
}

/// What somebody with another program does to a journal.
inline void tamper(const std::filesystem::path& file, const std::string& sql) {
  sqlite3* database = nullptr;
  char* failure = nullptr;
  sqlite3_open(file.c_str(), &database);
  if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &failure) != SQLITE_OK) {
    std::cerr << sql << ": " << failure << "\n";
    std::abort();
  }
  sqlite3_close(database);
}

}  // namespace gatepost::world
