// What outputs have not taken of journals that were set aside: in memory here, on disk in Recovery.
#include <algorithm>
#include <utility>

#include "core/hooks.hpp"
#include "journal/cursors.hpp"

namespace gatepost::journal {

void Cursors::load(const Backlog& backlog) {
  const std::scoped_lock lock(mutex_);
  for (const auto& [reader, all] : backlog)
    if (std::ranges::find(readers_, reader) != readers_.end())
      for (const auto& [epoch, one] : all) backlog_[reader][epoch] = one;
}

Cursors::Backlog Cursors::adopt(std::uint64_t epoch, const Remains& remains, std::uint64_t last,
                                const std::filesystem::path& journal, std::uint64_t now, bool is_own) {
  const auto name_of = [&](std::uint64_t of) { return quarantined_name(journal, of); };
  Backlog all;
  {
    const std::scoped_lock lock(mutex_);
    const bool was_in_use = is_own && epoch_ != now;  // else the places are in another file
    const bool is_known = is_own && epoch_ == now;    // by an attempt before
    for (const auto& reader : readers_) {
      if (is_known) break;
      ArchivedBacklog backlog{name_of(epoch), epoch, 0, last, 0};
      for (const auto& cursor : remains.cursors) {
        if (cursor.reader != reader) continue;
        if (cursor.epoch == 0)
          backlog.sequence = cursor.sequence;
        else
          backlog_[reader].try_emplace(
              cursor.epoch, ArchivedBacklog{name_of(cursor.epoch), cursor.epoch, cursor.sequence, cursor.last, 0});
      }
      if (was_in_use) backlog.sequence = std::max(backlog.sequence, std::exchange(places_[reader], 0));
      if (backlog.sequence < last && !core::mutant(core::Mutant::backlog_forgotten))
        backlog_[reader].try_emplace(epoch, backlog);
    }
    if (was_in_use) {
      last_ = 0;
      letters_.clear();
      epoch_ = now;
    }
    all = backlog_;
    moved_.backlog.emplace();
    for (const auto& [reader, place] : places_) moved_.places[reader] = place;
  }
  wake_.notify_all();
  return all;
}

bool Cursors::move_arrear(const std::string& reader, std::uint64_t epoch, std::uint64_t sequence, std::uint64_t lost) {
  const std::scoped_lock lock(mutex_);
  auto& all = backlog_[reader];
  const auto found = all.find(epoch);
  if (found == all.end()) return false;
  ArchivedBacklog& backlog = found->second;
  backlog.sequence = std::max(backlog.sequence, sequence);
  backlog.lost += lost;
  if (backlog.sequence >= backlog.last) {
    moved_.ended.push_back(ended(reader, backlog));  // kept in one transaction with the end itself
    all.erase(found);
  }
  const bool had_any = moved_.any();
  moved_.backlog.emplace();
  return !had_any;
}

Record Cursors::ended(const std::string& reader, const ArchivedBacklog& backlog) const {
  Record record{
      .kind = backlog.lost > 0 ? RecordKind::alarm : RecordKind::change, .at = clock_.now(), .wall = clock_.wall()};
  record.reason = "journal_salvaged";
  record.details["output"] = reader;
  record.details["file"] = backlog.file.filename().string();
  record.details["lost"] = std::to_string(backlog.lost);
  return record;
}

}  // namespace gatepost::journal
