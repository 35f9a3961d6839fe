// What must hold, by what stands on the disk and with the outputs.
#include <algorithm>
#include <tuple>

#include "journal/erasure.hpp"
#include "journal/verify.hpp"
#include "simulation/journal/world.hpp"

namespace gatepost::simulation {
namespace {

std::string name_of(const RecordId& id) { return std::to_string(id.epoch) + "/" + std::to_string(id.sequence); }

}  // namespace

void World::violate(const std::string& invariant, const std::string& what) const { throw Violation{invariant, what}; }

bool World::is_honest() const { return std::ranges::all_of(config_.faults, simulation::is_honest) && !has_lied_; }

// Every Record that is seen anywhere, for ever: one number is one Record.
void World::give(const RecordId& id, const Hash& hash, const char* where) {
  const auto [place, is_new] = given_.try_emplace(id, hash);
  if (is_new || place->second == hash) return;
  if (!is_honest() && (!promised_.contains(id) || promised_.at(id) != hash))
    return reach("a Record that was never promised, in a copy put back");
  violate("8, numbers", "two Records are " + name_of(id) + ", now in " + where);
}

// As a reader beside the engine sees it, which is not what a kill would leave: what failed may be in the WAL.
std::optional<World::Contents> World::contents_now() {
  machine_.disk.observe(true);
  auto contents = contents_of(machine_.port, journal_file);
  machine_.disk.observe(false);
  return contents;
}

std::optional<World::Contents> World::contents_of(const journal::Disk& disk, const std::string& path) const {
  auto database = support::Database::open(path, support::Database::Access::read, disk.vfs());
  if (!database) return {};
  auto identity = journal::identity_of(*database);
  auto anchor = journal::anchor_of(*database);
  auto rows = database->prepare("SELECT sequence, body, personal FROM records ORDER BY sequence");
  if (!identity || !anchor || !rows) return {};
  Contents contents{*identity, anchor->sequence, {}};
  while (true) {
    auto row = rows->step();
    if (!row) return {};
    if (!*row) return contents;
    auto record = journal::decode(rows->bytes(1), rows->bytes(2));
    if (!record) return {};
    contents.rows[static_cast<std::uint64_t>(rows->integer(0))] = {journal::hash_of(rows->bytes(1)), *record};
  }
}

// Somebody that survived knew of it: a mark that stood there when the journal was opened, or the engine itself.
bool World::is_witnessed(const RecordId& id) const {
  if (id.sequence == 0) return false;
  if (of_this_run_.contains(id)) return true;
  return mark_at_opening_ &&
         std::tie(id.epoch, id.sequence) <= std::tie(mark_at_opening_->identity.epoch, mark_at_opening_->end.sequence);
}

void World::acknowledge(const RecordId& id, const std::string& subject) {
  if (const auto found = acknowledged_.find(id); found != acknowledged_.end() && is_witnessed(id))
    violate("8, numbers", name_of(id) + " is acknowledged for " + subject + " and was for " + found->second);
  if (id.epoch != last_acknowledged_.epoch && is_witnessed(last_acknowledged_)) {
    reach("a new epoch after a loss");
    const auto told = std::ranges::find(alarms_.begin() + static_cast<std::ptrdiff_t>(alarms_at_ack_), alarms_.end(),
                                        "journal_set_aside", &Record::reason);
    if (told == alarms_.end()) violate("9, noticed", "a new epoch began without an alarm");
    if (is_honest()) violate("9, noticed", "a journal was set aside on an honest disk");
    if (id.epoch < last_acknowledged_.epoch) violate("8, numbers", "epoch " + name_of(id) + " comes after a later one");
  }
  acknowledged_[id] = subject;
  of_this_run_.insert(id);
  last_acknowledged_ = id;
  if (!machine_.disk.is_down())
    if (const auto now = contents_now(); now && now->rows.contains(id.sequence))
      promised_[id] = now->rows.at(id.sequence).first;
  alarms_at_ack_ = alarms_.size();
  if (machine_.disk.is_down()) return;  // seen to when it is back
  const auto contents = contents_now();
  if (!contents || contents->identity.epoch != id.epoch)
    violate("9, noticed", name_of(id) + " was acknowledged and the file is gone or another one");
  check_acknowledged(*contents, "at the acknowledgement of the next");
  check_marks(id);
}

// Whoever puts an older copy back later is found out by them. On a disk that refuses a write the journal goes on
// without.
void World::check_marks(const RecordId& id) {
  if (allows(Fault::disk_full) || allows(Fault::io_error)) return;
  machine_.disk.observe(true);
  bool is_marked = false;
  for (const auto& place : {journal::mark_beside(journal_file), journal::mark_apart("/cache", id.site, journal_file)}) {
    const auto mark = journal::read_mark(machine_.port, place);
    is_marked =
        is_marked || (mark && *mark && (*mark)->identity.epoch == id.epoch && (*mark)->end.sequence >= id.sequence);
  }
  machine_.disk.observe(false);
  if (!is_marked) violate("9, noticed", name_of(id) + " was acknowledged, and no mark tells of it");
}

// A journal was opened that lacks Records that the world has seen: somebody who survived knew, or nobody did. Those are
// forgotten, and counted: the receivers alone have them.
void World::reconcile() {
  const auto contents = contents_now();
  if (!contents || is_honest()) return;
  std::vector<RecordId> lost;
  for (auto place = given_.lower_bound({contents->identity.site, contents->identity.epoch, contents->anchor + 1});
       place != given_.end() && place->first.epoch == contents->identity.epoch; ++place) {
    const auto row = contents->rows.find(place->first.sequence);
    if (row == contents->rows.end() || row->second.first != place->second) lost.push_back(place->first);
  }
  for (const auto& id : lost) {
    if (is_witnessed(id)) violate("9, noticed", name_of(id) + " was given to an output and is not in the journal");
    reach("a Record that an output alone remembers");
    given_.erase(id);
    promised_.erase(id);
    for (auto& [name, receiver] : receivers_) receiver.taken.erase(id);
  }
  check_acknowledged(*contents, "when it was opened");
}

// By somebody's wish, or by age: then not before its time.
bool World::may_be_erased(const Record& record, const std::string& subject) const {
  if (!is_erased(record, subject_field)) return false;
  return to_be_erased_.contains(subject) || (forget_ > Duration{} && clock_.wall() - record.wall > forget_);
}

// Whoever was told that somebody is erased finds them nowhere in the file, and what a Record says is erased is.
void World::check_erased(const Contents& contents, const char* where) const {
  for (const auto& [sequence, row] : contents.rows) {
    const Record& record = row.second;
    if (erased_.contains(record.subject))
      violate("26, erased", record.subject + " was erased and is Record " + std::to_string(sequence) + ", " + where);
    const auto told = support::erasure_of(record);
    if (!told || told->epoch != contents.identity.epoch) continue;
    for (const auto& [first, last] : told->records)
      for (auto of = contents.rows.lower_bound(first); of != contents.rows.end() && of->first <= last; ++of)
        if (!of->second.second.subject.empty())
          violate("26, erased", std::to_string(sequence) + " says that " + std::to_string(of->first) + " is erased, " +
                                    where + ", and it is " + of->second.second.subject);
  }
}

// All that was acknowledged in this file's epoch is in it, or old and with every output.
void World::check_acknowledged(const Contents& contents, const char* where) {
  for (auto place = acknowledged_.lower_bound({contents.identity.site, contents.identity.epoch, 0});
       place != acknowledged_.end() && place->first.epoch == contents.identity.epoch;) {
    const auto& [id, subject] = *place;
    const auto row = contents.rows.find(id.sequence);
    const bool is_there = row != contents.rows.end() &&
                          (row->second.second.subject == subject || may_be_erased(row->second.second, subject));
    const bool is_pruned = row == contents.rows.end() && id.sequence <= contents.anchor;
    if (is_there || is_pruned) {
      if (is_pruned) reach("pruned");
      for (const auto& [name, receiver] : receivers_)
        if (is_pruned && !receiver.taken.contains(id))
          violate("10, delivery", name_of(id) + " was pruned before " + name + " had it");
      ++place;
      continue;
    }
    if (is_honest() || is_witnessed(id))
      violate(is_honest() ? "7, kept" : "9, noticed",
              name_of(id) + " of " + subject + " is " +
                  (row == contents.rows.end() ? "gone" : "now " + row->second.second.subject) + ", " + where);
    reach("an unwitnessed loss");
    given_.erase(id);
    promised_.erase(id);
    for (auto& [name, receiver] : receivers_) receiver.taken.erase(id);
    place = acknowledged_.erase(place);
  }
}

// The numbers in the file as it is now: 1 … n without a gap, chained, each the Record that it always was.
void World::check() {
  if (is_honest() && std::ranges::find(alarms_, "journal_set_aside", &Record::reason) != alarms_.end())
    violate("9, noticed", "a journal was set aside on an honest disk");
  if (is_meddled_with_ && !is_honest()) {  // what the file shows now need not be what the engine goes on with
    is_meddled_with_ = false;
    return;
  }
  const auto contents = contents_now();
  if (!contents) {
    if (is_honest() && journal_) violate("20, whole", "the file cannot be read");
    return;
  }
  if (contents->identity.epoch != journal_->epoch()) return;  // set aside, and not begun anew yet
  std::uint64_t expected = contents->anchor;
  for (const auto& [sequence, row] : contents->rows) {
    if (sequence != ++expected && is_honest())
      violate("8, numbers", "there is a gap before " + std::to_string(sequence));
    if (is_honest() && sequence <= journal_->last()) give(row.second.id, row.first, "the file");
  }
  if (!is_honest()) return;
  check_acknowledged(*contents, "in the file");
  check_erased(*contents, "in the file");
  machine_.disk.observe(true);
  const auto proof = journal::verify(journal_file, machine_.port);
  machine_.disk.observe(false);
  if (!proof || proof->broken)
    violate("20, whole",
            proof ? std::to_string(proof->broken->sequence) + " " + proof->broken->what : to_line(proof.error()));
}

// If the power went now.
void World::check_kept(Random draws) {
  if (!is_honest() || machine_.disk.is_down()) return;
  Machine copy(machine_);
  copy.cut(draws);
  reach("forked and cut");
  auto wanted = options(copy.port);
  bool is_set_aside = false;
  wanted.alarm = [&](const Record& alarm) { is_set_aside = is_set_aside || alarm.reason == "journal_set_aside"; };
  auto opened = journal::Journal::open(std::move(wanted));
  if (!opened) violate("7, kept", "after a power cut now it would not open: " + to_line(opened.error()));
  if (is_set_aside) violate("7, kept", "after a power cut now it would be set aside");
  const auto contents = contents_of(copy.port, journal_file);
  if (!contents) violate("7, kept", "after a power cut now it could not be read");
  if (last_acknowledged_.epoch != 0 && contents->identity.epoch != last_acknowledged_.epoch)
    violate("7, kept", "after a power cut now it would be another journal");
  check_acknowledged(*contents, "after a power cut now");
  check_erased(*contents, "after a power cut now");
  const auto proof = journal::verify(journal_file, copy.port);
  if (!proof || proof->broken)
    violate("20, whole", "after a power cut now: " + (proof ? proof->broken->what : to_line(proof.error())));
}

void World::check_in_the_end() {
  if (!is_honest()) return;
  for (const auto& [id, subject] : acknowledged_)
    for (const auto& [name, receiver] : receivers_)
      if (!receiver.taken.contains(id) && id.sequence + 1 < journal_->last())
        violate("18, delivered", name_of(id) + " is not with " + name);
  reach("all delivered");
  const auto contents = contents_now();
  if (!contents || forget_ == Duration{}) return;
  for (const auto& [sequence, row] : contents->rows) {
    if (is_erased(row.second, subject_field)) reach("forgotten");
    const auto age = clock_.wall() - row.second.wall;
    if (age > 2 * forget_ && !row.second.subject.empty())
      violate("26, erased", row.second.subject + " is still Record " + std::to_string(sequence) + " after its time");
  }
}

}  // namespace gatepost::simulation
