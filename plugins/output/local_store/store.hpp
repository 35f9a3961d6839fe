// The file: its tables, and how Records come into it and leave it.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <tuple>
#include <vector>

#include <gatepost/record.hpp>
#include <gatepost/sink.hpp>
#include <gatepost/support/erasure.hpp>

#include "eras.hpp"
#include "rollups.hpp"

namespace local_store {

/// Turns a Record's subject into what is stored of it.
using Veil = std::function<std::string(const std::string&)>;

/// The writing side. One thread. After an Error the object is spent: open another.
class Store {
 public:
  /// Makes the file (0600) and its folders (0750) where they are not there yet. A file of an older format is brought
  /// to this one first, unless `stop` is asked for meanwhile.
  static Result<Store> open(const std::filesystem::path& file, Veil veil, gatepost::Duration keep,
                            const std::stop_token& stop);

  /// Stores Records from the front until all are or `stop` is asked for, and takes old ones out, in one synced
  /// transaction. Returns how many are safe. With an Error none of them is.
  Result<std::size_t> take(std::span<const gatepost::Record> batch, const std::stop_token& stop);

  /// The newest Record of a site that is stored; without its hash where an older program stored it.
  Result<std::optional<gatepost::Held>> newest(std::uint64_t site);

  /// SQLite's own word for how writes are synced; 2 is FULL.
  int synchronous();

 private:
  using Mark = std::pair<std::int64_t, std::int64_t>;                                 ///< site, epoch
  using Minute = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t>;  ///< site, lane, outcome, minute

  Store(Database database, Veil veil, gatepost::Duration keep);
  Result<void> prepare();
  Result<std::size_t> take_all(std::span<const gatepost::Record> batch, const std::stop_token& stop);
  Result<void> take_one(const gatepost::Record& record);
  Result<void> put_right(const gatepost::Record& record);
  Result<void> forget(std::uint64_t site, const gatepost::support::Erasure& erasure);
  Result<void> note_newest();
  Result<bool> seen(const gatepost::Record& record);
  Result<std::int64_t> lane(const std::string& name);
  Result<void> prune(std::int64_t site, std::size_t most);
  Result<bool> prune_oldest(std::int64_t site, std::int64_t before);
  Result<std::vector<std::int64_t>> walls(Statement& statement, std::int64_t site);
  Result<void> roll_up();

  Database database_;
  Veil veil_;
  gatepost::Duration keep_;
  Statement insert_, mark_, marked_, lane_, newest_, oldest_, erase_, add_, drop_empty_;
  Statement held_, note_held_, forget_;
  bool forgot_ = false;                         ///< something was erased by this transaction
  std::optional<gatepost::Held> newest_taken_;  ///< by this transaction
  std::map<std::string, std::int64_t> lanes_;
  std::map<Mark, std::int64_t> marks_;
  Eras eras_;
  std::map<Minute, std::int64_t> changes_;  ///< of counts, by this transaction
};

}  // namespace local_store
