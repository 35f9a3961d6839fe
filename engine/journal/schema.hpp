// The tables of a journal file, and the facts about it as a whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <gatepost/result.hpp>
#include <gatepost/support/sqlite.hpp>
#include <gatepost/time.hpp>
#include <map>
#include <optional>
#include <string>

#include "journal/encoding.hpp"

namespace gatepost::journal {

/// What this program writes; it reads older ones.
constexpr std::int64_t newest_format = 3;

struct Identity {
  std::uint64_t site = 0, epoch = 0;
};

/// A place in the chain: the sequence of a Record and the hash of its bytes. Sequence 0, hash 0: before the first one.
struct Link {
  std::uint64_t sequence = 0;
  Hash hash{};
};

/// Makes the tables where the file is new; refuses a file of another site or of a later format. Sets WAL and full sync.
/// A new file's epoch is the present second, or one more than `after`, whichever is larger.
struct NewFile {
  std::uint64_t site = 0;
  std::uint64_t after = 0;  ///< the highest epoch that is known of; 0: none is
  WallTime now{};
};
Result<Identity> prepare_file(support::Database& database, const std::filesystem::path& file, const NewFile& wanted);

/// Whose journal this is.
Result<Identity> identity_of(support::Database& database);

/// Where the chain of the rows begins: what stood before the oldest row, when older ones were pruned.
Result<Link> anchor_of(support::Database& database);
Result<void> set_anchor(support::Database& database, const Link& anchor);

/// The column of personal fields in `records` and `dead_letters`, as it is selected: files of older formats have none.
Result<std::string> personal_column(support::Database& database);

/// How far each reader has got.
Result<std::map<std::string, std::uint64_t>> places_in(support::Database& database);

/// The last Record of the run of the engine that wrote Record `sequence`; nothing where it is the newest run.
Result<std::optional<std::uint64_t>> end_of_run(support::Database& database, std::uint64_t sequence);
/// The first Record of the run of the engine that wrote Record `sequence`.
Result<std::uint64_t> start_of_run(support::Database& database, std::uint64_t sequence);

/// The newest row, or the anchor where there is none.
Result<Link> end_of(support::Database& database);

}  // namespace gatepost::journal
