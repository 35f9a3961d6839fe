// SQLite with an owner and errors as values.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <gatepost/result.hpp>

namespace local_store {

using gatepost::Error;
using gatepost::Result;

enum class Access : std::uint8_t { write, read };

/// One connection; for one thread at a time.
class Database {
 public:
  /// Opens a file that is there. Waits 500 ms for another program's lock, so that a Sink is back within its second.
  static Result<Database> open(const std::filesystem::path& file, Access access);

  Result<void> run(const char* sql);
  /// The first column of the first row.
  Result<std::int64_t> number(const char* sql) const;

  /// What SQLite says of its last failure, with what to do about it.
  Error error(const std::string& doing) const;

  const std::filesystem::path& file() const { return file_; }
  sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  Result<void> try_open(const std::string& name, int flags);

  std::unique_ptr<sqlite3, Close> handle_;
  std::filesystem::path file_;
};

/// A prepared statement, used where its Database is; either may be destroyed first.
class Statement {
 public:
  Statement() = default;
  static Result<Statement> prepare(const Database& database, std::string_view sql);

  /// Binds the parameters from the first on. Text is not copied: it must live until the next step().
  template <class... T>
  Statement& bind(const T&... values) {
    reset();
    int place = 0;
    (bind_one(++place, values), ...);
    return *this;
  }

  /// After `failed`, Database::error says why.
  enum class Step : std::uint8_t { row, done, failed };
  Step step() {
    const int code = sqlite3_step(handle_.get());
    return code == SQLITE_ROW ? Step::row : code == SQLITE_DONE ? Step::done : Step::failed;
  }
  bool run() {
    const bool done = step() == Step::done;
    reset();
    return done;
  }

  /// Lets go of what it reads, so that a transaction may end.
  void reset() { sqlite3_reset(handle_.get()); }

  std::int64_t integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }
  std::string text(int column) const {
    const auto* bytes = sqlite3_column_text(handle_.get(), column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
    return bytes == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(bytes), size);
  }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };
  void bind_one(int place, std::int64_t value) { sqlite3_bind_int64(handle_.get(), place, value); }
  void bind_one(int place, std::string_view text) {
    const char* bytes = text.data() == nullptr ? "" : text.data();  // a null pointer would bind NULL
    sqlite3_bind_text64(handle_.get(), place, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8);
  }

  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

}  // namespace local_store
