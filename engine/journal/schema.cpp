#include "journal/schema.hpp"

#include <algorithm>

#include "core/hooks.hpp"
#include "core/time.hpp"

namespace gatepost::journal {
namespace {

constexpr std::int64_t application_id = 0x47505430;  // "GPT0"
constexpr std::int64_t oldest_format = 1;
constexpr std::int64_t format = newest_format;

constexpr const char* tables = R"(
CREATE TABLE records(sequence INTEGER PRIMARY KEY, body BLOB NOT NULL, hash BLOB NOT NULL, personal BLOB);
CREATE TABLE facts(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE cursors(reader TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE dead_letters(reader TEXT, sequence INTEGER, body BLOB NOT NULL, why TEXT NOT NULL, wall INTEGER NOT NULL,
                          personal BLOB, PRIMARY KEY(reader, sequence)) WITHOUT ROWID;
CREATE TABLE clocks(boot TEXT PRIMARY KEY, offset INTEGER NOT NULL, at INTEGER NOT NULL, source INTEGER NOT NULL,
                    bound INTEGER NOT NULL) WITHOUT ROWID;
)";

// What format 2 has more than format 1. Rows stay as they are: their hashes are known elsewhere.
constexpr const char* from_1_to_2 = R"(
BEGIN IMMEDIATE;
CREATE TABLE clocks(boot TEXT PRIMARY KEY, offset INTEGER NOT NULL, at INTEGER NOT NULL, source INTEGER NOT NULL,
                    bound INTEGER NOT NULL) WITHOUT ROWID;
PRAGMA user_version = 2;
COMMIT;
)";

// What format 3 has more than format 2. Records that stand there already keep their subjects in the bytes that are
// hashed.
constexpr const char* from_2_to_3 = R"(
BEGIN IMMEDIATE;
ALTER TABLE records ADD COLUMN personal BLOB;
ALTER TABLE dead_letters ADD COLUMN personal BLOB;
PRAGMA user_version = 3;
COMMIT;
)";

Result<std::int64_t> fact(support::Database& database, std::string_view name) {
  return database.integer("SELECT value FROM facts WHERE name = ?", name);
}

Result<void> set_fact(support::Database& database, std::string_view name, std::int64_t value) {
  return database.run("INSERT OR REPLACE INTO facts(name, value) VALUES(?, ?)", name, value);
}

// Later than any that is known of. A machine that does not know the time begins its count at about the same second each
// time, so where it loses its journals too, the same number would come twice: it draws one.
std::uint64_t next_epoch(std::uint64_t after, WallTime now) {
  if (now < core::earliest_wall_time && after == 0) return 1 + support::random_number() % (1U << 30);
  const auto second = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  return std::max<std::uint64_t>(static_cast<std::uint64_t>(std::max<std::int64_t>(second, 1)), after + 1);
}

Result<void> create(support::Database& database, std::uint64_t site, std::uint64_t epoch) {
  const auto made = database.transaction([&]() -> Result<void> {
    for (const std::string& sql : {std::string(tables), "PRAGMA application_id = " + std::to_string(application_id),
                                   "PRAGMA user_version = " + std::to_string(format)})
      if (auto ran = database.run(sql); !ran) return ran;
    if (auto set = set_fact(database, "site", static_cast<std::int64_t>(site)); !set) return set;
    return set_fact(database, "epoch", static_cast<std::int64_t>(epoch));
  });
  if (!made) return made;
  return database.run("PRAGMA wal_checkpoint(TRUNCATE)");  // a WAL that is lost takes Records along, not the tables
}

// What earlier versions of format 2 did not have.
constexpr const char* later_tables = R"(
CREATE TABLE IF NOT EXISTS arrears(reader TEXT, epoch INTEGER, sequence INTEGER NOT NULL, last INTEGER NOT NULL,
                                   PRIMARY KEY(reader, epoch)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs(first INTEGER PRIMARY KEY);
)";

Hash hash_from(std::span<const std::byte> bytes) {
  Hash hash{};
  std::ranges::copy(bytes.first(std::min(bytes.size(), hash.size())), hash.begin());
  return hash;
}

}  // namespace

Result<Identity> prepare_file(support::Database& database, const std::filesystem::path& file, const NewFile& wanted) {
  auto version = database.integer("PRAGMA user_version");
  if (!version) return version.error();
  auto tables_there = database.integer("SELECT count(*) FROM sqlite_master");
  if (!tables_there) return tables_there.error();
  if (*version == 0 && *tables_there > 0)
    return Error{"is a database of another program", file.string(), "give this site a journal of its own"};
  const bool syncs = !core::mutant(core::Mutant::commit_not_synced);
  for (const char* pragma :
       {"PRAGMA journal_mode = WAL", syncs ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL",
        "PRAGMA cache_size = -1024", "PRAGMA secure_delete = ON"})  // what is erased leaves the file, too
    if (auto ran = database.run(pragma); !ran) return ran.error();
  if (auto kept = database.keep_wal(); !kept) return kept.error();
  if (*version == 0) {
    if (auto made = create(database, wanted.site, next_epoch(wanted.after, wanted.now)); !made) return made.error();
  }
  if (*version == 1)
    if (auto migrated = database.run(from_1_to_2); !migrated) return migrated.error();
  if (*version == 1 || *version == 2)
    if (auto migrated = database.run(from_2_to_3); !migrated) return migrated.error();
  if (auto made = database.run(later_tables); !made) return made.error();
  auto identity = identity_of(database);
  if (!identity) return Error{identity.error().what, file.string(), identity.error().remedy};
  if (identity->site != wanted.site)
    return Error{
        "is the journal of checkpoint " + std::to_string(identity->site) + ", not of " + std::to_string(wanted.site),
        file.string(), "give this site a journal of its own, or put its code right"};
  return identity;
}

Result<Identity> identity_of(support::Database& database) {
  auto id = database.integer("PRAGMA application_id");
  if (!id) return id.error();
  auto version = database.integer("PRAGMA user_version");
  if (!version) return version.error();
  if (*id != application_id || *version < oldest_format || *version > format)
    return Error{
        "is no journal of this format", {}, "name the journal file of a site, or use the gatepost that wrote it"};
  auto site = fact(database, "site");
  if (!site) return site.error();
  auto epoch = fact(database, "epoch");
  if (!epoch) return epoch.error();
  return Identity{static_cast<std::uint64_t>(*site), static_cast<std::uint64_t>(*epoch)};
}

Result<Link> anchor_of(support::Database& database) {
  auto sequence = fact(database, "anchor_sequence");
  if (!sequence) return sequence.error();
  Link anchor{static_cast<std::uint64_t>(*sequence), {}};
  auto row = database.prepare("SELECT value FROM facts WHERE name = 'anchor_hash'");
  if (!row) return row.error();
  auto found = row->step();
  if (!found) return found.error();
  if (*found) anchor.hash = hash_from(row->bytes(0));
  return anchor;
}

Result<void> set_anchor(support::Database& database, const Link& anchor) {
  if (auto set = set_fact(database, "anchor_sequence", static_cast<std::int64_t>(anchor.sequence)); !set)
    return set.error();
  return database.run("INSERT OR REPLACE INTO facts(name, value) VALUES('anchor_hash', ?)", anchor.hash);
}

Result<std::string> personal_column(support::Database& database) {
  const auto version = database.integer("PRAGMA user_version");
  if (!version) return version.error();
  return std::string(*version >= 3 ? "personal" : "NULL");
}

Result<std::map<std::string, std::uint64_t>> places_in(support::Database& database) {
  auto rows = database.prepare("SELECT reader, sequence FROM cursors");
  if (!rows) return rows.error();
  std::map<std::string, std::uint64_t> places;
  auto read = rows->each([&] { places[std::string(rows->text(0))] = rows->integer<std::uint64_t>(1); });
  if (!read) return read.error();
  return places;
}

Result<std::optional<std::uint64_t>> end_of_run(support::Database& database, std::uint64_t sequence) {
  const auto next = database.integer<std::uint64_t>("SELECT min(first) FROM runs WHERE first > ?", sequence);
  if (!next) return next.error();
  return *next == 0 ? std::nullopt : std::optional(*next - 1);
}

Result<std::uint64_t> start_of_run(support::Database& database, std::uint64_t sequence) {
  const auto first = database.integer<std::uint64_t>("SELECT max(first) FROM runs WHERE first <= ?", sequence);
  if (!first) return first.error();
  return std::max<std::uint64_t>(*first, 1);
}

Result<Link> end_of(support::Database& database) {
  auto row = database.prepare("SELECT sequence, hash FROM records ORDER BY sequence DESC LIMIT 1");
  if (!row) return row.error();
  auto found = row->step();
  if (!found) return found.error();
  if (!*found) return anchor_of(database);
  return Link{row->integer<std::uint64_t>(0), hash_from(row->bytes(1))};
}

}  // namespace gatepost::journal
