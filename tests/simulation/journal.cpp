#include "journal.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <utility>

namespace gatepost::simulation {

using namespace std::chrono_literals;

namespace {

constexpr int channel = 1;  // of the thread that commits

Error disk_trouble(const char* what) { return {what, "journal", "look at the disk"}; }

}  // namespace

void JournalModel::commit(Record record, BootTime not_after, Done done) {
  queue_.push_back({std::move(record), not_after, std::move(done)});
  begin();
}

void JournalModel::post(Record record) {
  queue_.push_back({std::move(record), {}, {}});
  begin();
}

// What was synced last stands on the disk; a cursor may be behind, never ahead.
void JournalModel::process_died(bool) {
  queue_.clear();
  busy_ = false;
  for (auto& [name, reader] : readers_) reader.cursor = reader.saved;
}

void JournalModel::begin() {
  if (busy_ || queue_.empty()) return;
  busy_ = true;
  scheduler_.in_process(1us, channel, [this] {
    Stream random(seed_, "journal", ++batches_);
    std::vector<Item> batch;
    for (Item& item : std::exchange(queue_, {})) {
      if (item.not_after && scheduler_.clocks().boot > *item.not_after)
        item.done(disk_trouble("came too late"));
      else
        batch.push_back(std::move(item));
    }
    write(std::move(batch), random);
  });
}

void JournalModel::write(std::vector<Item> batch, Stream random) {
  if (pace_.stalls())
    return pace_.when_it_goes_on(
        [this, batch = std::move(batch), random]() mutable { write(std::move(batch), random); });
  const Duration latency = pace_.latency(random);
  const bool fails = faults_.active(FaultKind::disk_fails) != nullptr;
  const bool doubt = faults_.active(FaultKind::disk_doubt) != nullptr;
  if (fails) faults_.noticed(FaultKind::disk_fails);
  if (doubt) faults_.noticed(FaultKind::disk_doubt);
  const auto life = scheduler_.life();
  // The kernel ends a sync, whatever has become of the process.
  scheduler_.in_world(latency, [this, life, fails, doubt, random, batch = std::move(batch)]() mutable {
    std::vector<RecordId> ids;
    const bool kept = !fails && (!doubt || random.one_in(2));
    if (kept)
      for (const Item& item : batch) ids.push_back(keep(item.record));
    if (life != scheduler_.life()) return;
    scheduler_.in_process(10us, channel, [this, fails, doubt, kept, ids, batch = std::move(batch)] {
      busy_ = false;
      for (std::size_t i = 0; i < batch.size(); ++i) {
        const Item& item = batch[i];
        if (!item.done) {
          if (!kept) queue_.push_back(item);  // what is posted waits for better times
        } else if (fails || doubt) {
          item.done(disk_trouble("is not kept"));
          if (kept && item.record.outcome == gatepost::Outcome::grant)
            post({.kind = RecordKind::alarm, .reason = "kept_after_all", .about = ids[i].sequence});
        } else {
          item.done(ids[i]);
        }
      }
      if (kept)
        begin();
      else if (!queue_.empty())  // tried again
        scheduler_.in_process(100ms, 0, [this] { begin(); });
    });
  });
}

RecordId JournalModel::keep(const Record& record) {
  durable_.push_back(record);
  Record& kept = durable_.back();
  kept.id = {1, 1, durable_.size()};
  for (std::size_t i = 0; i < 8; ++i) kept.hash[i] = static_cast<std::byte>(kept.id.sequence >> (8 * i));
  kept.hash[8] = std::byte{1};
  history_[kept.id] = {kept.id, kept.hash, scheduler_.life(), record.kind == RecordKind::attempt};
  for (auto& [name, reader] : readers_) reader.saved = reader.cursor;
  tell();
  return kept.id;
}

void JournalModel::tell() {
  if (changed) changed();
}

// ---- Outputs

core::Output::Outlook JournalModel::outlook(const std::string& output) const {
  core::Output::Outlook outlook{.epoch = 1, .last = durable_.size()};
  const auto found = readers_.find(output);
  if (found == readers_.end()) return outlook;
  outlook.cursor = found->second.cursor;
  outlook.letters = found->second.letters.size();
  for (const auto& [sequence, asked] : found->second.letters) outlook.letters_asked = outlook.letters_asked || asked;
  return outlook;
}

core::Output::Rows JournalModel::read(const std::string& output, const core::Output::Read& call) {
  auto records = std::make_shared<std::vector<Record>>();
  if (call.from == core::Output::From::letters) {
    for (const auto& [sequence, asked] : readers_[output].letters)
      if (asked && records->empty()) records->push_back(durable_.at(sequence - 1));
  } else {
    for (std::uint64_t next = call.after; next < call.up_to && records->size() < call.limit; ++next)
      records->push_back(durable_.at(next));
  }
  return {call.id, core::Output::Batch(std::move(records))};
}

void JournalModel::move_cursor(const std::string& output, const core::Output::MoveCursor& move) {
  readers_[output].cursor = move.sequence;
}

void JournalModel::report_damage(const std::string&, const core::Output::ReportDamage&) {
  throw std::logic_error("damage is reported of a journal that has none");
}

Result<void> JournalModel::park(const std::string& output, const Record& record, const std::string&) {
  Reader& reader = readers_[output];
  reader.letters[record.id.sequence] = false;
  reader.cursor = reader.saved = std::max(reader.cursor, record.id.sequence);
  return {};
}

Result<void> JournalModel::acknowledge(const std::string& output, std::uint64_t sequence) {
  readers_[output].letters.erase(sequence);
  return {};
}

void JournalModel::resend(const std::string& output) {
  for (auto& [sequence, asked] : readers_[output].letters) asked = true;
  tell();
}

}  // namespace gatepost::simulation
