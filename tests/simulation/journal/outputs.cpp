// Outputs that take Records as the engine's delivery does: what was set aside first, then what is new.
#include "simulation/journal/world.hpp"

namespace gatepost::simulation {

void World::take(const std::string& name, const Record& record) {
  const Hash hash = record.hash;
  give(record.id, hash, name.c_str());
  const auto [place, is_new] = receivers_.at(name).taken.try_emplace(record.id, hash);
  if (!is_new && place->second != hash && is_honest())
    violate("8, numbers", name + " was given another Record as " + std::to_string(record.id.epoch) + "/" +
                              std::to_string(record.id.sequence));
}

void World::deliver(const std::string& name, std::size_t most) {
  if (const auto backlog = journal_->standing(name).backlog) return deliver_backlog(name, *backlog, most);
  auto& receiver = receivers_.at(name);
  const auto cursor = journal_->standing(name).cursor;
  if (cursor.sequence >= journal_->last()) return;
  if (!receiver.reader || receiver.reader->identity().epoch != cursor.epoch) {
    receiver.reader.reset();
    auto opened = journal::Reader::open(journal_->file(), machine_.port);
    if (!opened) return note(name + " cannot read: " + to_line(opened.error()));
    if (opened->identity().epoch != cursor.epoch) return;
    receiver.reader.emplace(std::move(*opened));
  }
  const auto batch = receiver.reader->after(cursor.sequence, most, journal_->last());
  if (!batch) {
    note(name + " cannot read: " + to_line(batch.error()));
    if (receiver.reader->health().spoilt) {
      reach("damage reported");
      journal_->report_damage(batch.error(), cursor.epoch);
    }
    receiver.reader.reset();
    return;
  }
  if (batch->empty()) return receiver.reader.reset();
  for (const auto& record : *batch) take(name, record);
  journal_->move_cursor(name, batch->back().id.sequence, cursor.epoch);
  note(name + " has taken up to " + std::to_string(batch->back().id.sequence));
}

void World::deliver_backlog(const std::string& name, const journal::ArchivedBacklog& backlog, std::size_t most) {
  auto damaged = journal::DamagedJournal::open(backlog.file, machine_.port);
  if (!damaged) return note(name + " cannot read the backlog: " + to_line(damaged.error()));
  const auto found = damaged->after(backlog.sequence, backlog.last, most);
  if (!found) return note(name + " cannot read the backlog: " + to_line(found.error()));
  for (const auto& record : found->records) take(name, record);
  journal_->move_arrear(name, backlog.epoch, found->up_to, found->lost);
  reach("backlog delivered");
  note(name + " has of epoch " + std::to_string(backlog.epoch) + " up to " + std::to_string(found->up_to) + ", lost " +
       std::to_string(found->lost));
}

bool World::is_all_delivered() {
  for (const auto& [name, receiver] : receivers_)
    if (journal_->standing(name).backlog || journal_->standing(name).cursor.sequence < journal_->last()) return false;
  return true;
}

}  // namespace gatepost::simulation
