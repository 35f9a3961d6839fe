#include <sqlite3.h>

#include <algorithm>
#include <gatepost/support/sqlite.hpp>
#include <iterator>

namespace gatepost::support {
namespace {

constexpr int busy_timeout_ms = 2000;
constexpr std::uintmax_t smallest_database = 512;   // one page; SQLite takes an empty file for a database
constexpr int instructions_between_looks = 10'000;  // at a stop token: a millisecond or less

const char* remedy_for(int code) {
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return "make room on the disk; what was stored before is safe";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return "let the user that runs gatepost read and write the file and its folder, on a disk that is mounted "
             "writable";
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return "move the file away with its -wal and -shm, and keep them for repair; then a new one is begun";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "close the other program that holds the file; two sites need two files";
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

int flags_of(Database::Access access) {
  switch (access) {
    case Database::Access::create:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case Database::Access::write:
      return SQLITE_OPEN_READWRITE;
    case Database::Access::read:
      return SQLITE_OPEN_READONLY;
    case Database::Access::immutable:
      return SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
  }
  return SQLITE_OPEN_READONLY;
}

// As a URI, in which ? # and % would mean something (sqlite.org/uri.html).
std::string immutable_uri(const std::string& file) {
  std::string uri = "file:";
  for (const char c : file) uri += c == '?' ? "%3f" : c == '#' ? "%23" : c == '%' ? "%25" : std::string(1, c);
  return uri + "?immutable=1";
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

void Statement::bind_integer(int place, std::int64_t value) { sqlite3_bind_int64(statement_.get(), place, value); }

// A null pointer would bind NULL.
void Statement::bind_text(int place, std::string_view text) {
  const char* data = text.data() == nullptr ? "" : text.data();
  sqlite3_bind_text64(statement_.get(), place, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::bind_bytes(int place, std::span<const std::byte> bytes) {
  const void* data = bytes.empty() ? "" : static_cast<const void*>(bytes.data());
  sqlite3_bind_blob64(statement_.get(), place, data, bytes.size(), SQLITE_STATIC);
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
  return each([] {});
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::int64_t Statement::integer_at(int column) const { return sqlite3_column_int64(statement_.get(), column); }

bool Statement::is_text(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_TEXT; }

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
  const std::string name = access == Access::immutable ? immutable_uri(database.where_) : database.where_;
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &opened, flags_of(access) | SQLITE_OPEN_NOMUTEX, vfs);
  database.database_.reset(opened);
  if (code != SQLITE_OK) return database.error();
  sqlite3_extended_result_codes(opened, 1);
  // Who only reads never writes the database on leaving, also where he is the last: only one connection may checkpoint.
  if (access == Access::read) sqlite3_db_config(opened, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_busy_timeout(opened, busy_timeout_ms);
  return database;
}

Result<void> Database::run(std::string_view script) {
  if (sqlite3_exec(database_.get(), std::string(script).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return error();
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

Result<void> Database::prepare(std::initializer_list<std::pair<Statement*, std::string_view>> statements) {
  for (const auto& [statement, sql] : statements) {
    auto prepared = prepare(sql);
    if (!prepared) return prepared.error();
    *statement = std::move(*prepared);
  }
  return {};
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

void Database::stop_by(std::stop_token stop) {
  const auto look = [](void* asked) { return static_cast<const std::stop_token*>(asked)->stop_requested() ? 1 : 0; };
  const bool may_stop = stop.stop_possible();
  auto kept = std::make_unique<std::stop_token>(std::move(stop));
  sqlite3_progress_handler(database_.get(), may_stop ? instructions_between_looks : 0, look, kept.get());
  stop_ = std::move(kept);
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

// Where somebody writes meanwhile SQLite begins again by itself.
Result<void> Database::copy_to(const std::filesystem::path& file) {
  constexpr int pages = 256, most_busy = 50;
  auto copy = open(file, Access::create);
  if (!copy) return copy.error();
  struct Finish {
    void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
  };
  std::unique_ptr<sqlite3_backup, Finish> backup(
      sqlite3_backup_init(copy->database_.get(), "main", database_.get(), "main"));
  if (!backup) return copy->error();
  int code = SQLITE_OK;
  for (int busy = 0; code == SQLITE_OK || ((code & 0xFF) == SQLITE_BUSY && ++busy < most_busy);)
    code = sqlite3_backup_step(backup.get(), pages);
  backup.reset();
  if (code != SQLITE_DONE) return copy->error();
  return copy->run("PRAGMA journal_mode = DELETE");  // a copy in WAL mode would need another file beside it
}

Error Database::error() const { return error_of(database_.get(), where_, *health_); }

bool is_database(const std::filesystem::path& file) {
  std::error_code failure;
  if (const auto size = std::filesystem::file_size(file, failure); failure || size < smallest_database) return false;
  auto database = Database::open(file, Database::Access::read);
  if (!database) return false;
  static_cast<void>(database->run("PRAGMA schema_version"));
  return (sqlite3_errcode(database->database_.get()) & 0xFF) != SQLITE_NOTADB;
}

std::string quoted_identifier(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

std::uint32_t random_number() {
  std::uint32_t number = 0;
  sqlite3_randomness(sizeof number, &number);
  return number;
}

}  // namespace gatepost::support
