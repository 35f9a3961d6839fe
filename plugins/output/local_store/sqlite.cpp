#include "sqlite.hpp"

namespace local_store {

namespace {

const char* remedy_of(int code) {
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return "free space on that disk; the Records wait in the journal until then";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "close the other program that writes this file; two sites need two files";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "move the file away, with its -wal and -shm beside it; a new one begins with the next Record";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
      return "let this user read and write the file and its folder";
    case SQLITE_IOERR:
      return "look at the disk: its space, its limits and the kernel's log";
    default:
      return "see https://www.sqlite.org/rescode.html";
  }
}

/// A path as a URI, in which ? # and % would mean something.
std::string uri_of(const std::filesystem::path& file) {
  std::string uri = "file:";
  for (const char c : file.string()) {
    if (c == '?')
      uri += "%3f";
    else if (c == '#')
      uri += "%23";
    else if (c == '%')
      uri += "%25";
    else
      uri += c;
  }
  return uri;
}

}  // namespace

Error Database::error(const std::string& doing) const {
  const int code = sqlite3_extended_errcode(handle_.get());
  return {"cannot " + doing + ": " + sqlite3_errmsg(handle_.get()), file_.string(), remedy_of(code)};
}

Result<void> Database::run(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return error("use the store");
  return {};
}

Result<std::int64_t> Database::number(const char* sql) const {
  auto statement = Statement::prepare(*this, sql);
  if (!statement) return statement.error();
  if (statement->step() != Statement::Step::row) return error("read the store");
  return statement->integer(0);
}

Result<void> Database::try_open(const std::string& name, int flags) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI, nullptr);
  handle_.reset(handle);
  if (handle == nullptr) return Error{"no memory for SQLite", file_.string(), "free memory on this machine"};
  if (code != SQLITE_OK) return error("open the store");
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, 500);
  // A look at the file itself: opening alone reads nothing. Half a MiB of cache is what an idle engine can spare.
  return run("PRAGMA cache_size = -512; PRAGMA mmap_size = 0; SELECT count(*) FROM sqlite_schema");
}

Result<Database> Database::open(const std::filesystem::path& file, Access access) {
  Database database;
  database.file_ = file;
  const int flags = access == Access::write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  auto opened = database.try_open(uri_of(file), flags);
  // Nobody writes and this user may not make the index of a write-ahead log: then the file alone is all there is.
  auto log = file;
  log += "-wal";
  std::error_code ignored;
  if (!opened && access == Access::read && !std::filesystem::exists(log, ignored))
    if (database.try_open(uri_of(file) + "?immutable=1", flags)) return database;
  if (!opened) return opened.error();
  return database;
}

Result<Statement> Statement::prepare(const Database& database, std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  Statement statement;
  statement.handle_.reset(handle);
  if (code != SQLITE_OK) return database.error("use the store");
  return statement;
}

}  // namespace local_store
