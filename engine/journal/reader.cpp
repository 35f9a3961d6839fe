#include "journal/reader.hpp"

#include <algorithm>
#include <mutex>
#include <shared_mutex>

#include "journal/encoding.hpp"

namespace gatepost::journal {

// Another process may be setting the journal aside: then its parts may be those of two.
Result<Reader> Reader::open(const std::filesystem::path& file, const Disk& disk) {
  const std::shared_lock names(disk.names());
  const auto before = disk.identity(file);
  if (before && !*before)
    return Error{"there is no journal yet", file.string(), "run the site first, or name its journal"};
  auto database = support::Database::open(file, support::Database::Access::read, disk.vfs());
  if (!database) return database.error();
  if (auto set = database->run("PRAGMA cache_size = -512"); !set) return set.error();
  auto identity = identity_of(*database);
  if (!identity) return Error{identity.error().what, file.string(), identity.error().remedy};
  const auto personal = personal_column(*database);
  if (!personal) return personal.error();
  auto select = database->prepare("SELECT body, hash, " + *personal +
                                  " FROM records WHERE sequence > ?1 AND sequence <= ?3 ORDER BY sequence LIMIT ?2");
  if (!select) return select.error();
  const auto after = disk.identity(file);
  if (before && after && (!*after || !(*after)->is_same_file(**before)))
    return Error{"was set aside while it was being opened", file.string(), "open it again"};
  return Reader(std::move(*database), std::move(*select), *identity);
}

Result<std::vector<Record>> Reader::after(std::uint64_t sequence, std::size_t limit, std::uint64_t up_to) {
  select_.bind(sequence, limit, up_to);
  std::vector<Record> records;
  while (true) {
    auto row = select_.step();
    if (!row) return row.error();
    if (!*row) return records;
    auto record = decode(select_.bytes(0), select_.bytes(2));
    if (record && !std::ranges::equal(select_.bytes(1), record->hash))
      record = Error{"a Record was changed: its hash does not fit", "journal", "run gatepost verify"};
    if (!record) {
      select_.reset();
      spoilt_ = true;
      return record.error();
    }
    records.push_back(std::move(*record));
  }
}

Result<std::uint64_t> Reader::before_all_since(WallTime since) {
  const auto is_young = [since](const Record& record) {
    return record.wall >= since || record.clock.source <= ClockSource::unset;
  };
  auto newest = last();
  if (!newest) return newest.error();
  for (std::uint64_t end = *newest; end > 0;) {
    const std::uint64_t begin = end > stretch ? end - stretch : 0;
    const auto records = after(begin, stretch, end);
    if (!records) return records.error();
    if (std::ranges::none_of(*records, is_young)) return end;
    end = begin;
  }
  return 0;
}

Result<std::optional<DeadLetter>> Reader::asked_letter(const std::string& output) {
  auto first = database_.prepare(
      "SELECT sequence FROM resends JOIN dead_letters USING(reader, sequence) WHERE reader = ? ORDER BY sequence LIMIT "
      "1");
  if (!first) return first.error();
  auto found = first->bind(output).step();
  if (!found) return found.error();
  if (!*found) return std::optional<DeadLetter>();
  const auto sequence = first->integer<std::uint64_t>(0);
  first->reset();
  auto letters = dead_letters_in(database_, {output, {sequence}}, 1);
  if (!letters) return letters.error();
  if (letters->empty()) return std::optional<DeadLetter>();
  return std::optional(std::move(letters->front()));
}

Result<std::vector<DeadLetter>> Reader::letters(const Choice& choice, std::size_t limit,
                                                const std::string& after_reader, std::uint64_t after_sequence) {
  return dead_letters_in(database_, choice, limit, after_reader, after_sequence);
}

Result<std::uint64_t> Reader::last() {
  auto end = end_of(database_);
  if (!end) return end.error();
  return end->sequence;
}

}  // namespace gatepost::journal
