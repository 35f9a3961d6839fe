#include "journal/dead_letters.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "journal/encoding.hpp"

namespace gatepost::journal {

Result<void> DeadLetters::park(const std::string& reader, const Record& record, const std::string& why) {
  if (record.id.epoch != store_.epoch())
    return Error{"the journal of this Record was set aside", options_.file.string(), "it is delivered from there"};
  const std::uint64_t past = std::max(cursors_.place(reader), record.id.sequence);
  auto kept = store_.in_transaction([&] { return write(reader, record, why, past); });
  if (!kept) return kept;
  cursors_.placed(reader, past);
  return count();
}

Result<void> DeadLetters::write(const std::string& reader, const Record& record, const std::string& why,
                                std::uint64_t past) {
  support::Database& database = store_.database();
  // Of its personal fields only what still stands in the journal, or in the letter where the Record has left: this
  // reader may have had it in hand while they were erased.
  auto kept = database.run(
      "INSERT OR REPLACE INTO dead_letters(reader, sequence, body, why, wall, personal) VALUES(?1, ?2, ?3, ?4, ?5, "
      "CASE WHEN EXISTS(SELECT 1 FROM records WHERE sequence = ?2) "
      "THEN (SELECT personal FROM records WHERE sequence = ?2) "
      "ELSE (SELECT personal FROM dead_letters WHERE reader = ?1 AND sequence = ?2) END)",
      reader, record.id.sequence, encode(record), why, options_.clock->wall().time_since_epoch().count());
  if (!kept) return kept;
  auto done = database.run("DELETE FROM resends WHERE reader = ? AND sequence = ?", reader, record.id.sequence);
  if (!done) return done;
  return store_.write_places({{reader, past}});
}

Result<std::uint64_t> DeadLetters::change(DeadLetterAction action, const Choice& choice) {
  std::uint64_t changed = 0;
  auto done = store_.in_transaction([&]() -> Result<void> {
    auto did = apply_to_dead_letters(store_.database(), action, choice);
    if (!did) return did.error();
    changed = *did;
    return {};
  });
  if (done) done = count();
  if (!done) return done.error();
  return changed;
}

Result<void> DeadLetters::count() {
  std::map<std::string, Cursors::Letters> all;
  auto rows = store_.database().prepare(
      "SELECT reader, count(*), 0 FROM dead_letters GROUP BY reader UNION ALL "
      "SELECT reader, 0, count(*) FROM resends JOIN dead_letters USING(reader, sequence) GROUP BY reader");
  if (!rows) return rows.error();
  auto read = rows->each([&] {
    auto& of = all[std::string(rows->text(0))];
    of.all += rows->integer<std::uint64_t>(1);
    of.asked += rows->integer<std::uint64_t>(2);
  });
  if (!read) return read;
  cursors_.letters(std::move(all));
  return {};
}

}  // namespace gatepost::journal
