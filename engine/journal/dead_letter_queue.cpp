#include "journal/dead_letter_queue.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "journal/encoding.hpp"
#include "journal/schema.hpp"

namespace gatepost::journal {
namespace {

// A choice names few letters or all: one statement per sequence named, or one for all.
struct Scope {
  std::string condition;
  explicit Scope(const Choice& choice) {
    condition = choice.reader.empty() ? "1" : "reader = ?1";
    if (!choice.sequences.empty()) condition += " AND sequence = ?2";
  }
};

Result<std::uint64_t> for_each(support::Database& database, const std::string& sql, const Choice& choice,
                               const std::function<Result<std::uint64_t>(support::Statement&)>& run) {
  auto statement = database.prepare(sql);
  if (!statement) return statement.error();
  std::vector<std::uint64_t> sequences = choice.sequences;
  std::sort(sequences.begin(), sequences.end());
  sequences.erase(std::unique(sequences.begin(), sequences.end()), sequences.end());
  if (sequences.empty()) sequences.push_back(0);
  std::uint64_t sum = 0;
  for (const auto sequence : sequences) {
    auto done = run(statement->bind(choice.reader, sequence));
    if (!done) return done.error();
    sum += *done;
  }
  return sum;
}

Result<std::uint64_t> run_for_each(support::Database& database, const std::string& sql, const Choice& choice) {
  return for_each(database, sql, choice, [](support::Statement& statement) -> Result<std::uint64_t> {
    if (auto ran = statement.run(); !ran) return ran.error();
    return std::uint64_t{0};
  });
}

// A journal that only older versions wrote has no such table, and a reader may not make it.
Result<bool> has_resends(support::Database& database) {
  auto found = database.integer("SELECT count(*) FROM sqlite_master WHERE name = 'resends'");
  if (!found) return found.error();
  return *found > 0;
}

Result<DeadLetter> letter_from(const support::Statement& row) {
  auto record = decode(row.bytes(2), row.bytes(6));
  if (!record) return record.error();
  return DeadLetter{std::string(row.text(0)), std::move(*record), std::string(row.text(3)),
                    WallTime(Duration(row.integer(4))), row.integer(5) != 0};
}

}  // namespace

Result<void> prepare_dead_letters(support::Database& database) {
  return database.run(
      "CREATE TABLE IF NOT EXISTS resends(reader TEXT, sequence INTEGER, PRIMARY KEY(reader, sequence)) WITHOUT ROWID");
}

Result<std::vector<DeadLetter>> dead_letters_in(support::Database& database, const Choice& choice, std::size_t limit,
                                                const std::string& after_reader, std::uint64_t after_sequence) {
  auto resends = has_resends(database);
  if (!resends) return resends.error();
  const std::string asked = *resends ? "EXISTS(SELECT 1 FROM resends r WHERE r.reader = d.reader AND r.sequence = "
                                       "d.sequence)"
                                     : "0";
  std::string condition = choice.reader.empty() ? "1" : "d.reader = ?3";
  if (!choice.sequences.empty()) {
    condition += " AND d.sequence IN (0";
    for (const auto sequence : choice.sequences) condition += "," + std::to_string(sequence);
    condition += ")";
  }
  const auto personal = personal_column(database);
  if (!personal) return personal.error();
  auto rows = database.prepare("SELECT d.reader, d.sequence, d.body, d.why, d.wall, " + asked + ", " + *personal +
                               " FROM dead_letters d WHERE (d.reader, d.sequence) > (?1, ?2) AND " + condition +
                               " ORDER BY d.reader, d.sequence LIMIT ?4");
  if (!rows) return rows.error();
  rows->bind(after_reader, after_sequence, choice.reader, limit);
  std::vector<DeadLetter> letters;
  while (true) {
    auto row = rows->step();
    if (!row) return row.error();
    if (!*row) return letters;
    auto letter = letter_from(*rows);
    if (!letter) return letter.error();
    letters.push_back(std::move(*letter));
  }
}

Result<std::uint64_t> count_dead_letters(support::Database& database, const Choice& choice) {
  return for_each(database, "SELECT count(*) FROM dead_letters WHERE " + Scope(choice).condition, choice,
                  [](support::Statement& statement) -> Result<std::uint64_t> {
                    auto row = statement.step();
                    if (!row) return row.error();
                    const auto count = static_cast<std::uint64_t>(statement.integer(0));
                    statement.reset();
                    return count;
                  });
}

Result<std::uint64_t> apply_to_dead_letters(support::Database& database, DeadLetterAction action,
                                            const Choice& choice) {
  auto count = count_dead_letters(database, choice);
  if (!count) return count.error();
  const std::string where = " WHERE " + Scope(choice).condition;
  const std::vector<std::string> steps =
      action == DeadLetterAction::resend
          ? std::vector<std::string>{"INSERT OR IGNORE INTO resends SELECT reader, sequence FROM dead_letters" + where}
          : std::vector<std::string>{"DELETE FROM resends" + where, "DELETE FROM dead_letters" + where};
  for (const auto& step : steps)
    if (auto ran = run_for_each(database, step, choice); !ran) return ran.error();
  return *count;
}

Result<DeadLetterQueue> DeadLetterQueue::open(const std::filesystem::path& file, const Disk& disk) {
  if (!disk.exists(file))
    return Error{"there is no journal yet", file.string(), "run the site first, or name its journal"};
  auto lock = disk.lock(file);
  if (!lock) return lock.error();
  auto database = support::Database::open(file, support::Database::Access::write, disk.vfs());
  if (!database) return database.error();
  if (auto identity = identity_of(*database); !identity)
    return Error{identity.error().what, file.string(), identity.error().remedy};
  for (const char* pragma : {"PRAGMA synchronous = FULL", "PRAGMA cache_size = -1024"})
    if (auto ran = database->run(pragma); !ran) return ran.error();
  if (auto kept = database->keep_wal(); !kept) return kept.error();
  if (auto prepared = prepare_dead_letters(*database); !prepared) return prepared.error();
  return DeadLetterQueue(std::move(*lock), std::move(*database));
}

Result<std::uint64_t> DeadLetterQueue::does(DeadLetterAction action, const Choice& choice) {
  return database_.transaction([&] { return apply_to_dead_letters(database_, action, choice); });
}

}  // namespace gatepost::journal
