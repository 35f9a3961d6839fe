#include "journal/letters.hpp"

#include <algorithm>
#include <utility>

#include "journal/encoding.hpp"
#include "journal/journal.hpp"
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

Result<std::uint64_t> for_each(Database& database, const std::string& sql, const Choice& choice,
                               const std::function<Result<std::uint64_t>(Statement&)>& run) {
  auto statement = database.prepare(sql);
  if (!statement) return statement.error();
  std::vector<std::uint64_t> sequences = choice.sequences;
  std::sort(sequences.begin(), sequences.end());
  sequences.erase(std::unique(sequences.begin(), sequences.end()), sequences.end());
  if (sequences.empty()) sequences.push_back(0);
  std::uint64_t sum = 0;
  for (const auto sequence : sequences) {
    if (!choice.reader.empty()) statement->bind(1, choice.reader);
    if (!choice.sequences.empty()) statement->bind(2, static_cast<std::int64_t>(sequence));
    auto done = run(*statement);
    if (!done) return done.error();
    sum += *done;
  }
  return sum;
}

Result<std::uint64_t> run_for_each(Database& database, const std::string& sql, const Choice& choice) {
  return for_each(database, sql, choice, [](Statement& statement) -> Result<std::uint64_t> {
    if (auto ran = statement.run(); !ran) return ran.error();
    return std::uint64_t{0};
  });
}

// A journal that only older versions wrote has no such table, and a reader may not make it.
Result<bool> has_resends(Database& database) {
  auto found = database.integer("SELECT count(*) FROM sqlite_master WHERE name = 'resends'");
  if (!found) return found.error();
  return *found > 0;
}

Result<Letter> letter_from(const Statement& row) {
  auto record = decode(row.bytes(2));
  if (!record) return record.error();
  return Letter{std::string(row.text(0)), std::move(*record), std::string(row.text(3)),
                WallTime(Duration(row.integer(4))), row.integer(5) != 0};
}

}  // namespace

Result<void> prepare_letters(Database& database) {
  return database.run(
      "CREATE TABLE IF NOT EXISTS resends(reader TEXT, sequence INTEGER, PRIMARY KEY(reader, sequence)) WITHOUT ROWID");
}

Result<std::vector<Letter>> letters_in(Database& database, const Choice& choice, std::size_t limit,
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
  auto rows = database.prepare("SELECT d.reader, d.sequence, d.body, d.why, d.wall, " + asked +
                               " FROM dead_letters d WHERE (d.reader, d.sequence) > (?1, ?2) AND " + condition +
                               " ORDER BY d.reader, d.sequence LIMIT ?4");
  if (!rows) return rows.error();
  rows->bind(1, after_reader).bind(2, static_cast<std::int64_t>(after_sequence));
  if (!choice.reader.empty()) rows->bind(3, choice.reader);
  rows->bind(4, static_cast<std::int64_t>(limit));
  std::vector<Letter> letters;
  while (true) {
    auto row = rows->step();
    if (!row) return row.error();
    if (!*row) return letters;
    auto letter = letter_from(*rows);
    if (!letter) return letter.error();
    letters.push_back(std::move(*letter));
  }
}

Result<std::uint64_t> count_letters(Database& database, const Choice& choice) {
  return for_each(database, "SELECT count(*) FROM dead_letters WHERE " + Scope(choice).condition, choice,
                  [](Statement& statement) -> Result<std::uint64_t> {
                    auto row = statement.step();
                    if (!row) return row.error();
                    const auto count = static_cast<std::uint64_t>(statement.integer(0));
                    statement.reset();
                    return count;
                  });
}

Result<std::uint64_t> do_to_letters(Database& database, LetterDeed deed, const Choice& choice) {
  auto count = count_letters(database, choice);
  if (!count) return count.error();
  const std::string where = " WHERE " + Scope(choice).condition;
  const std::vector<std::string> steps =
      deed == LetterDeed::resend
          ? std::vector<std::string>{"INSERT OR IGNORE INTO resends SELECT reader, sequence FROM dead_letters" + where}
          : std::vector<std::string>{"DELETE FROM resends" + where, "DELETE FROM dead_letters" + where};
  for (const auto& step : steps)
    if (auto ran = run_for_each(database, step, choice); !ran) return ran.error();
  return *count;
}

Result<LetterBox> LetterBox::open(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file))
    return Error{"there is no journal yet", file.string(), "run the site first, or name its journal"};
  auto lock = FileLock::take(file);
  if (!lock) return lock.error();
  auto database = Database::open(file, Database::Access::write);
  if (!database) return database.error();
  if (auto identity = identity_of(*database); !identity)
    return Error{identity.error().what, file.string(), identity.error().remedy};
  for (const char* pragma : {"PRAGMA synchronous = FULL", "PRAGMA cache_size = -1024"})
    if (auto ran = database->run(pragma); !ran) return ran.error();
  if (auto kept = database->keep_wal(); !kept) return kept.error();
  if (auto prepared = prepare_letters(*database); !prepared) return prepared.error();
  return LetterBox(std::move(*lock), std::move(*database));
}

Result<std::uint64_t> LetterBox::does(LetterDeed deed, const Choice& choice) {
  if (auto begun = database_.run("BEGIN IMMEDIATE"); !begun) return begun.error();
  auto done = do_to_letters(database_, deed, choice);
  const auto ended = database_.run(done ? "COMMIT" : "ROLLBACK");
  if (done && !ended) return ended.error();
  return done;
}

// The journal's own part, while an engine runs.

Result<void> Journal::count_mail() {
  std::map<std::string, Mail> mail;
  auto rows = database_.prepare(
      "SELECT reader, count(*), 0 FROM dead_letters GROUP BY reader UNION ALL "
      "SELECT reader, 0, count(*) FROM resends JOIN dead_letters USING(reader, sequence) GROUP BY reader");
  if (!rows) return rows.error();
  while (true) {
    auto row = rows->step();
    if (!row) return row.error();
    if (!*row) break;
    Mail& of = mail[std::string(rows->text(0))];
    of.letters += static_cast<std::uint64_t>(rows->integer(1));
    of.asked += static_cast<std::uint64_t>(rows->integer(2));
  }
  {
    const std::scoped_lock lock(mutex_);
    mail_ = std::move(mail);
  }
  wake_readers_.notify_all();
  return {};
}

// `then` is done under the lock, once the work is on disk.
Result<void> Journal::with_turn(const std::function<Result<void>()>& work, const std::function<void()>& then) {
  Lock lock(mutex_);
  take_turn(lock);
  lock.unlock();
  Result<void> done = in_transaction(work);
  const auto counted = done ? count_mail() : done;
  lock.lock();
  if (done && then) then();
  give_turn(lock);
  return counted;
}

Result<void> Journal::bury(const std::string& reader, const Record& record, const std::string& why) {
  const std::uint64_t past = std::max(cursor(reader).sequence, record.id.sequence);
  return with_turn(
      [&]() -> Result<void> {
        if (record.id.epoch != epoch_)
          return Error{"the journal of this Record was set aside", options_.file.string(),
                       "it is delivered from there"};
        return write_burial(reader, record, why, past);
      },
      [&] { cursors_[reader] = past; });
}

Result<void> Journal::write_burial(const std::string& reader, const Record& record, const std::string& why,
                                   std::uint64_t past) {
  auto insert =
      database_.prepare("INSERT OR REPLACE INTO dead_letters(reader, sequence, body, why, wall) VALUES(?, ?, ?, ?, ?)");
  if (!insert) return insert.error();
  insert->bind(1, reader).bind(2, static_cast<std::int64_t>(record.id.sequence)).bind(3, encode(record)).bind(4, why);
  insert->bind(5, static_cast<std::int64_t>(options_.clock->wall().time_since_epoch().count()));
  if (auto kept = insert->run(); !kept) return kept.error();
  auto asked = database_.prepare("DELETE FROM resends WHERE reader = ? AND sequence = ?");
  if (!asked) return asked.error();
  if (auto done = asked->bind(1, reader).bind(2, static_cast<std::int64_t>(record.id.sequence)).run(); !done)
    return done.error();
  return write_cursors({{reader, past}});
}

Result<std::uint64_t> Journal::letters(LetterDeed deed, const Choice& choice) {
  std::uint64_t count = 0;
  auto done = with_turn([&]() -> Result<void> {
    auto did = do_to_letters(database_, deed, choice);
    if (!did) return did.error();
    count = *did;
    return {};
  });
  if (!done) return done.error();
  return count;
}

Result<void> Journal::settle(const std::string& reader, std::uint64_t sequence) {
  auto dropped = letters(LetterDeed::drop, {reader, {sequence}});
  if (!dropped) return dropped.error();
  return {};
}

std::uint64_t Journal::letters(const std::string& reader) const {
  const std::scoped_lock lock(mutex_);
  const auto found = mail_.find(reader);
  return found == mail_.end() ? 0 : found->second.letters;
}

bool Journal::letters_asked(const std::string& reader) const {
  const std::scoped_lock lock(mutex_);
  return has_asked(reader);
}

// With the lock.
bool Journal::has_asked(const std::string& reader) const {
  const auto found = mail_.find(reader);
  return found != mail_.end() && found->second.asked > 0;
}

bool Journal::wait_for_work(const std::string& reader, const std::stop_token& stop) {
  Lock lock(mutex_);
  const auto known = cursors_.find(reader);
  if (known == cursors_.end()) return false;
  return wake_readers_.wait(lock, stop, [&] {
    const auto arrears = arrears_.find(reader);
    const bool behind = arrears != arrears_.end() && !arrears->second.empty();
    return behind || last_durable_ > known->second || has_asked(reader);
  });
}

}  // namespace gatepost::journal
