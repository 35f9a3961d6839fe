#include "journal/sqlite.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <iterator>

namespace gatepost::journal {
namespace {

constexpr int busy_timeout_ms = 2000;

const char* remedy_for(int code) {
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return "make room on the disk; what was recorded before is safe";
    case SQLITE_READONLY:
      return "mount the disk writable, or give the file to the user that runs gatepost";
    case SQLITE_CANTOPEN:
      return "check that the folder exists and that the user that runs gatepost may write there";
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return "move the file aside with its -wal and -shm, keep them for repair, and start again";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "close the other program that holds the file";
    case SQLITE_IOERR:
      return "look in the kernel's log for errors of this disk";
    default:
      return "see sqlite.org/rescode.html for this code";
  }
}

Error error_of(sqlite3* database, const std::string& where, Health& health) {
  const int code = sqlite3_extended_errcode(database);
  const int kind = code & 0xFF;
  const bool is_cut_short = code == SQLITE_IOERR_SHORT_READ;  // the disk has answered: there is less than was written
  health.spoilt = health.spoilt || kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB || is_cut_short;
  constexpr int others[] = {SQLITE_BUSY,  SQLITE_LOCKED,    SQLITE_READONLY, SQLITE_CANTOPEN,
                            SQLITE_FULL,  SQLITE_PERM,      SQLITE_AUTH,     SQLITE_NOMEM,
                            SQLITE_IOERR, SQLITE_INTERRUPT, SQLITE_PROTOCOL, SQLITE_NOLFS};
  if (!is_cut_short && std::ranges::find(others, kind) != std::end(others)) ++health.blocked;
  health.failing = health.failing || (kind == SQLITE_IOERR && !is_cut_short);
  return {std::string(sqlite3_errmsg(database)) + " (SQLite " + std::to_string(code) + ")", where, remedy_for(code)};
}

}  // namespace

std::uint32_t random_number() {
  std::uint32_t number = 0;
  sqlite3_randomness(sizeof number, &number);
  return number;
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Statement& Statement::bind(int place, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), place, value);
  return *this;
}

Statement& Statement::bind(int place, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), place, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind(int place, std::span<const std::byte> bytes) {
  sqlite3_bind_blob64(statement_.get(), place, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::bind_lasting(int place, std::span<const std::byte> bytes) {
  sqlite3_bind_blob64(statement_.get(), place, bytes.data(), bytes.size(), SQLITE_STATIC);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(statement_.get());
    return false;
  }
  Error failure = error_of(sqlite3_db_handle(statement_.get()), where_, *health_);
  sqlite3_reset(statement_.get());
  return failure;
}

Result<void> Statement::run() {
  while (true) {
    auto row = step();
    if (!row) return row.error();
    if (!*row) return {};
  }
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::string_view Statement::text(int column) const {
  const auto* text = sqlite3_column_text(statement_.get(), column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text), size);
}

std::span<const std::byte> Statement::bytes(int column) const {
  const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(statement_.get(), column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Result<Database> Database::open(const std::filesystem::path& file, Access access, const char* vfs) {
  Database database;
  database.where_ = file.string();
  const int flags = access == Access::read    ? SQLITE_OPEN_READONLY
                    : access == Access::write ? SQLITE_OPEN_READWRITE
                                              : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &opened, flags | SQLITE_OPEN_NOMUTEX, vfs);
  database.database_.reset(opened);
  if (code != SQLITE_OK) return error_of(opened, database.where_, *database.health_);
  sqlite3_extended_result_codes(opened, 1);
  // Who only reads never writes the database on leaving, also where he is the last: only one connection may checkpoint.
  if (access == Access::read) sqlite3_db_config(opened, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_busy_timeout(opened, busy_timeout_ms);
  return database;
}

Result<void> Database::run(std::string_view sql) {
  if (sqlite3_exec(database_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return error();
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                         &prepared, nullptr) != SQLITE_OK)
    return error();
  Statement statement;
  statement.statement_.reset(prepared);
  statement.where_ = where_;
  statement.health_ = health_;
  return statement;
}

Result<std::int64_t> Database::integer(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  auto row = statement->step();
  if (!row) return row.error();
  return *row ? statement->integer(0) : 0;
}

Result<void> Database::keep_wal() {
  int on = 1;
  if (sqlite3_file_control(database_.get(), "main", SQLITE_FCNTL_PERSIST_WAL, &on) != SQLITE_OK) return error();
  return {};
}

void Database::checkpoint_by_hand() {
  const auto count = [](void* pages, sqlite3*, const char*, int in_wal) {
    *static_cast<std::int64_t*>(pages) = in_wal;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(database_.get(), count, wal_pages_.get());  // in place of SQLite's own, which checkpoints
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

Error Database::error() const { return error_of(database_.get(), where_, *health_); }

}  // namespace gatepost::journal
