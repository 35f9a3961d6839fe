#include "journal/rewrite.hpp"

#include <string>
#include <utility>

#include "journal/encoding.hpp"
#include "journal/quarantine.hpp"

namespace gatepost::journal {
namespace {

constexpr std::size_t at_once = 256;  // Records: runs may have been long before an output could be asked
constexpr const char* copy_of = "copy_of";

std::string name_of(std::uint64_t epoch, std::uint64_t sequence) {
  return std::to_string(epoch) + "/" + std::to_string(sequence);
}

// What it follows from has a new number too, or stays in the journal that was set aside.
void follow(Record& record, const std::map<std::string, std::uint64_t>& numbers) {
  const std::string old = name_of(record.id.epoch, record.about);
  const auto moved = numbers.find(old);
  record.about = moved != numbers.end() ? moved->second : 0;
  if (moved == numbers.end()) record.details["about"] = old;
}

}  // namespace

Result<std::uint64_t> Rewrite::write(const std::filesystem::path& set_aside, std::uint64_t after, std::uint64_t last) {
  std::uint64_t lost = 0;
  if (after >= last) return lost;
  auto damaged = DamagedJournal::open(set_aside, *options_.disk);
  if (!damaged) return damaged.error();
  auto numbers = find_written();
  if (!numbers) return numbers.error();
  while (after < last) {
    auto found = damaged->after(after, last, at_once);
    if (!found) return found.error();
    if (auto written = write_some(std::move(found->records), *numbers); !written) return written.error();
    after = found->up_to;
    lost += found->lost;
  }
  return lost;
}

// Nothing else is in the new journal before all of them are. Who follows the journal was not told of those whose write
// was in doubt.
Result<Rewrite::Numbers> Rewrite::find_written() {
  Numbers numbers;
  BatchWriter::Batch untold;
  auto rows = store_.database().prepare("SELECT sequence, body, personal FROM records ORDER BY sequence");
  if (!rows) return rows.error();
  while (true) {
    auto row = rows->step();
    if (!row) return row.error();
    if (!*row) break;
    auto record = decode(rows->bytes(1), rows->bytes(2));
    if (!record) return record.error();
    if (const auto of = record->details.find(copy_of); of != record->details.end())
      numbers[of->second] = record->id.sequence;
    if (record->id.sequence > store_.promised()) untold.push_back({std::move(*record)});
  }
  batches_.tell(untold);
  store_.promise_found();
  return numbers;
}

Result<void> Rewrite::write_some(std::vector<Record> records, Numbers& numbers) {
  BatchWriter::Batch batch;
  std::uint64_t next = store_.end().sequence;
  for (Record& record : records) {
    const std::string old = name_of(record.id.epoch, record.id.sequence);
    if (!numbers.try_emplace(old, next + 1).second) continue;
    ++next;
    record.details[copy_of] = old;
    if (record.about != 0) follow(record, numbers);
    batch.push_back({std::move(record)});
  }
  return batches_.write(batch, {});
}

}  // namespace gatepost::journal
