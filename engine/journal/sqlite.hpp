// SQLite with its resources owned and its failures as Errors.
#pragma once

#include <cstdint>
#include <filesystem>
#include <gatepost/result.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace gatepost::journal {

/// What a connection's failures so far say of its file.
struct Health {
  bool spoilt = false;   ///< its content is not what was written
  bool failing = false;  ///< the disk did not do what it was asked: nothing may be believed until it is written anew
  unsigned blocked = 0;  ///< how often something stood in the way that says nothing of the content
};

/// A prepared statement. Bind, then step until it has no row, then it is ready to be bound again.
class Statement {
 public:
  Statement& bind(int place, std::int64_t value);
  Statement& bind(int place, std::string_view text);
  Statement& bind(int place, std::span<const std::byte> bytes);
  /// The same without a copy: they stay as they are until the statement has run.
  Statement& bind_lasting(int place, std::span<const std::byte> bytes);

  /// True when there is a row; at the end, or after an Error, the statement is reset.
  Result<bool> step();
  /// Steps to the end.
  Result<void> run();
  void reset();

  std::int64_t integer(int column) const;
  std::string_view text(int column) const;             ///< valid until the next step
  std::span<const std::byte> bytes(int column) const;  ///< valid until the next step

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::string where_;
  std::shared_ptr<Health> health_;
};

/// Of SQLite, whose VFS gives the seed.
std::uint32_t random_number();

/// One connection. Used by one thread at a time.
class Database {
 public:
  enum class Access { create, write, read };
  /// `vfs`: the SQLite VFS to open it with; null: the default one.
  static Result<Database> open(const std::filesystem::path& file, Access access, const char* vfs = nullptr);

  Result<void> run(std::string_view sql);
  Result<Statement> prepare(std::string_view sql);
  Result<std::int64_t> integer(std::string_view sql);

  /// Leaves the WAL file at its size when the last connection closes: one that has to grow makes a sync cost twice.
  Result<void> keep_wal();

  /// Pages in the WAL since the last checkpoint, as of this connection's last commit.
  std::int64_t wal_pages() const { return *wal_pages_; }
  /// From now on nothing is written into the database itself but by `PRAGMA wal_checkpoint`.
  void checkpoint_by_hand();

  bool in_transaction() const;
  const Health& health() const { return *health_; }
  /// The Error for SQLite's latest failure here, with what to do about it.
  Error error() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::unique_ptr<sqlite3, Close> database_;
  std::string where_;
  std::shared_ptr<Health> health_ = std::make_shared<Health>();
  std::unique_ptr<std::int64_t> wal_pages_ = std::make_unique<std::int64_t>(0);
};

}  // namespace gatepost::journal
