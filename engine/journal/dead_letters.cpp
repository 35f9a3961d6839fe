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
  Database& database = store_.database();
  auto insert =
      database.prepare("INSERT OR REPLACE INTO dead_letters(reader, sequence, body, why, wall) VALUES(?, ?, ?, ?, ?)");
  if (!insert) return insert.error();
  const auto body = encode(record);
  insert->bind(1, reader).bind(2, static_cast<std::int64_t>(record.id.sequence)).bind(3, body).bind(4, why);
  insert->bind(5, static_cast<std::int64_t>(options_.clock->wall().time_since_epoch().count()));
  if (auto kept = insert->run(); !kept) return kept;
  auto asked = database.prepare("DELETE FROM resends WHERE reader = ? AND sequence = ?");
  if (!asked) return asked.error();
  if (auto done = asked->bind(1, reader).bind(2, static_cast<std::int64_t>(record.id.sequence)).run(); !done)
    return done;
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
  while (true) {
    auto row = rows->step();
    if (!row) return row.error();
    if (!*row) break;
    auto& of = all[std::string(rows->text(0))];
    of.all += static_cast<std::uint64_t>(rows->integer(1));
    of.asked += static_cast<std::uint64_t>(rows->integer(2));
  }
  cursors_.letters(std::move(all));
  return {};
}

}  // namespace gatepost::journal
