// SQLite with its resources owned and its failures as Errors.
#pragma once

#include <cstdint>
#include <filesystem>
#include <gatepost/result.hpp>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace gatepost::support {

/// What a connection's failures so far say of its file.
struct Health {
  bool spoilt = false;   ///< its content is not what was written
  bool failing = false;  ///< the disk did not do what it was asked: nothing may be believed until it is written anew
  unsigned blocked = 0;  ///< how often something stood in the way that says nothing of the content
};

/// A prepared statement. Bind, then step until it has no row, then it is ready to be bound again. It may outlive its
/// Database.
class Statement {
 public:
  /// Binds the parameters from the first on: integers, enumerators, text and bytes; one that the statement does not
  /// have is ignored. Nothing is copied: text and bytes stay as they are until the statement has run.
  template <class... T>
  Statement& bind(const T&... values) {
    reset();
    [[maybe_unused]] int place = 0;
    (bind_at(++place, values), ...);
    return *this;
  }
  /// One more, of a number of parameters that is known at run time only.
  template <class T>
  Statement& bind_at(int place, const T& value) {
    if constexpr (std::is_integral_v<T> || std::is_enum_v<T>)
      bind_integer(place, static_cast<std::int64_t>(value));
    else if constexpr (std::is_convertible_v<const T&, std::string_view>)
      bind_text(place, value);
    else
      bind_bytes(place, value);
    return *this;
  }

  /// True when there is a row; at the end, or after an Error, the statement is reset.
  Result<bool> step();
  /// Steps to the end.
  Result<void> run();
  /// Calls `row` for each row; where it returns a bool, until it returns false.
  template <class Row>
  Result<void> each(Row&& row) {
    while (true) {
      const auto found = step();
      if (!found) return found.error();
      if (!*found) return {};
      if constexpr (std::is_same_v<std::invoke_result_t<Row>, bool>) {
        if (!row()) break;
      } else {
        row();
      }
    }
    reset();
    return {};
  }
  /// Lets go of what it reads, so that a transaction may end.
  void reset();

  /// A column of the present row, as an integer or an enumerator.
  template <class T = std::int64_t>
  T integer(int column) const {
    return static_cast<T>(integer_at(column));
  }
  std::string_view text(int column) const;             ///< valid until the next step
  bool is_text(int column) const;                      ///< as it is stored; ask before text()
  std::span<const std::byte> bytes(int column) const;  ///< valid until the next step

  /// Whether it was prepared.
  explicit operator bool() const { return statement_ != nullptr; }

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  void bind_integer(int place, std::int64_t value);
  void bind_text(int place, std::string_view text);
  void bind_bytes(int place, std::span<const std::byte> bytes);
  std::int64_t integer_at(int column) const;

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::string where_;
  std::shared_ptr<Health> health_;
};

/// One connection. Used by one thread at a time.
class Database {
 public:
  /// `immutable`: it is only read, and nobody writes it, so that neither a lock nor a log beside it is looked for.
  enum class Access : std::uint8_t { create, write, read, immutable };
  /// `vfs`: the SQLite VFS to open it with; null: the default one. Another program's lock is waited for as long as
  /// `PRAGMA busy_timeout` says, which is 2 s unless it is set.
  static Result<Database> open(const std::filesystem::path& file, Access access, const char* vfs = nullptr);

  /// Runs statements that give nothing.
  Result<void> run(std::string_view script);
  /// The same of one statement, with its parameters.
  template <class First, class... Rest>
  Result<void> run(std::string_view sql, const First& first, const Rest&... rest) {
    auto statement = prepare(sql);
    if (!statement) return statement.error();
    return statement->bind(first, rest...).run();
  }
  Result<Statement> prepare(std::string_view sql);
  /// Several at once.
  Result<void> prepare(std::initializer_list<std::pair<Statement*, std::string_view>> statements);
  /// The first column of the first row; 0 where there is none.
  template <class T = std::int64_t, class... Values>
  Result<T> integer(std::string_view sql, const Values&... values) {
    auto statement = prepare(sql);
    if (!statement) return statement.error();
    const auto row = statement->bind(values...).step();
    if (!row) return row.error();
    return *row ? statement->template integer<T>(0) : T{};
  }

  /// What `work` does, whole; nothing of it where it returns an Error.
  template <class Work>
  std::invoke_result_t<Work> transaction(Work&& work) {
    if (auto begun = run("BEGIN IMMEDIATE"); !begun) return begun.error();
    auto done = work();
    if (done)
      if (auto kept = run("COMMIT"); !kept) done = kept.error();
    if (!done && in_transaction()) static_cast<void>(run("ROLLBACK"));  // the first Error is the one to tell
    return done;
  }
  bool in_transaction() const;

  /// From now on what runs ends with an Error soon after `stop` is asked for. One that cannot be asked for ends that.
  void stop_by(std::stop_token stop);

  /// A whole copy as it is after some commit, into a file that is not there yet. Whoever writes meanwhile waits for no
  /// more than some pages of it.
  Result<void> copy_to(const std::filesystem::path& file);

  /// Leaves the WAL file at its size when the last connection closes: one that has to grow makes a sync cost twice.
  Result<void> keep_wal();
  /// Pages in the WAL since the last checkpoint, as of this connection's last commit.
  std::int64_t wal_pages() const { return *wal_pages_; }
  /// From now on nothing is written into the database itself but by `PRAGMA wal_checkpoint`.
  void checkpoint_by_hand();

  const Health& health() const { return *health_; }
  /// The file's name.
  const std::string& where() const { return where_; }
  /// The Error for SQLite's latest failure here, with what to do about it.
  Error error() const;

 private:
  friend bool is_database(const std::filesystem::path& file);
  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::unique_ptr<std::stop_token> stop_;  // of what may still run while the connection is closed
  std::unique_ptr<sqlite3, Close> database_;
  std::string where_;
  std::shared_ptr<Health> health_ = std::make_shared<Health>();
  std::unique_ptr<std::int64_t> wal_pages_ = std::make_unique<std::int64_t>(0);
};

/// Whether a file is an SQLite database, a damaged one too. SQLite is asked: whoever closes a file that he opened
/// himself loses this process's locks on it, and with them other connections their sight of what is written there.
bool is_database(const std::filesystem::path& file);

/// An identifier inside SQL, quoted.
std::string quoted_identifier(std::string_view name);

/// Of SQLite, whose VFS gives the seed.
std::uint32_t random_number();

}  // namespace gatepost::support
