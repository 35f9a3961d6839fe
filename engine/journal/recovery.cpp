#include "journal/recovery.hpp"

#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "core/hooks.hpp"
#include "journal/high_water_mark.hpp"
#include "journal/quarantine.hpp"

namespace gatepost::journal {
namespace {

/// Where nothing else tells how many Records a spoilt journal had.
constexpr std::uint64_t most_left = 50'000'000;
/// So many may have come after the last that a mark tells of.
constexpr std::uint64_t most_unmarked = 256;

}  // namespace

Result<void> Recovery::begin() {
  const std::unique_lock names(options_.disk->names());
  Result<void> begun = open();
  if (!begun && store_.is_open()) {  // a sync failed
    store_.doubt_wal();
    store_.close();
    begun = open();
  }
  if (begun) begun = load_all();
  if (!begun && store_.damage()) {
    begun = start_anew(*store_.damage());
    if (begun) begun = load_all();
  }
  return begun;
}

Result<void> Recovery::open() {
  if (auto opened = store_.open(); !opened) return opened;
  store_.promise_found();
  store_.begin_run();
  if (auto emptied = store_.empty_wal(); !emptied) return emptied.error();
  return {};
}

Result<void> Recovery::load_all() {
  Result<void> loaded = store_.load_era();
  if (loaded) loaded = letters_.count();
  if (loaded) loaded = load_places();
  if (loaded) loaded = load_backlog();
  if (loaded) loaded = load_runs();
  if (loaded) loaded = take_over();
  if (!loaded && store_.database().health().spoilt) store_.damaged(loaded.error());
  return loaded;
}

// They are asked for late: what is spoilt is found now.
Result<void> Recovery::load_runs() {
  auto runs = store_.database().integer("SELECT count(*) FROM runs");
  return runs ? Result<void>() : runs.error();
}

Result<void> Recovery::load_places() {
  auto anchor = anchor_of(store_.database());
  if (!anchor) return anchor.error();
  auto kept = places_in(store_.database());
  if (!kept) return kept.error();
  cursors_.load(store_.epoch(), *kept, anchor->sequence, store_.end().sequence);
  return {};
}

Result<void> Recovery::load_backlog() {
  auto rows = store_.database().prepare("SELECT reader, epoch, sequence, last FROM arrears");
  if (!rows) return rows.error();
  Cursors::Backlog backlog;
  auto read = rows->each([&] {
    const auto epoch = rows->integer<std::uint64_t>(1);
    backlog[std::string(rows->text(0))][epoch] = {quarantined_name(options_.file, epoch), epoch,
                                                  rows->integer<std::uint64_t>(2), rows->integer<std::uint64_t>(3), 0};
  });
  if (!read) return read;
  cursors_.load(backlog);
  return {};
}

// Nobody opens the file by its name while names change: SQLite looks for the -wal and -shm of a file by name, after the
// file itself, and would put those of one journal together with another's.
Result<bool> Recovery::heal() {
  take_report();
  if (store_.is_sound() && is_done()) return false;
  std::unique_lock names(options_.disk->names(), std::defer_lock);
  if (!store_.damage() && store_.database().health().spoilt)
    store_.damaged({"is damaged", options_.file.string(), "gatepost verify tells more of the file that is set aside"});
  if (store_.damage() || set_aside_) names.lock();
  if (!store_.damage()) {
    store_.doubt_wal();
    store_.close();
    Result<void> opened = set_aside_ ? begin_file() : store_.open();
    if (opened) opened = store_.write_anew();
    if (opened) return end_doubt();
    if (!store_.damage()) return opened.error();
  }
  if (!names.owns_lock()) names.lock();
  if (auto begun = start_anew(*store_.damage()); !begun) return begun.error();
  return false;
}

// What the file has beyond what was promised of it is the write that was in doubt, however many attempts it took to see
// that. A file that has begun since has nothing of it: all that was found in that one counts as promised.
bool Recovery::end_doubt() {
  const std::uint64_t promised = store_.promised(), end = store_.end().sequence;
  store_.promise_found();
  if (end <= promised) return false;
  tell_of_survivors(promised + 1, end);
  return true;
}

void Recovery::report(const Error& what, std::uint64_t epoch, const std::optional<Holder>& holder) {
  const std::scoped_lock lock(mutex_);
  reported_ = {what, epoch, holder};
}

void Recovery::take_report() {
  const std::scoped_lock lock(mutex_);
  const auto reported = std::exchange(reported_, {});
  if (!reported || reported->epoch != store_.epoch() || set_aside_) return;  // it is done already, if not to its end
  if (reported->holder) put_back_ = put_back_of(*reported->holder);
  store_.damaged(reported->what);
}

// Nobody knows when it was put back, but that it was between two runs of the engine, and after the run in which the
// holder took what it has of this file: it was asked what it held before it got anything then, and held nothing else.
// Where it took nothing of it, the copy may be one of a journal that had no Record yet.
PutBack Recovery::put_back_of(const Holder& holder) {
  PutBack put_back{store_.began_at(), holder.epoch};
  if (core::mutant(core::Mutant::earlier_runs_forgotten)) return put_back;
  const std::uint64_t taken = cursors_.place(holder.reader);
  const auto agreed = store_.is_open() ? end_of_run(store_.database(), taken) : std::optional(taken);
  if (!agreed) put_back.after = std::min(put_back.after, taken);
  if (agreed && *agreed) put_back.after = std::min(put_back.after, **agreed);
  if (holder.differs_at == 0) return put_back;
  // The run that wrote what differs is one after it was put back.
  const auto first = store_.is_open() ? start_of_run(store_.database(), holder.differs_at) : std::uint64_t{1};
  put_back.after = std::min(put_back.after, (first ? *first : 1) - 1);
  return put_back;
}

// The file is set aside whole, and a new one begins.
Result<void> Recovery::start_anew(const Error& damage) {
  // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): it may be the store's own, which goes with the file
  const Error what = damage;
  const Disk& disk = *options_.disk;
  store_.close();
  std::uint64_t epoch = store_.epoch();
  const auto known = store_.witnesses();
  const std::uint64_t lost_after = known && known->mark ? known->mark->end.sequence : store_.promised();
  if (known && known->mark) epoch = std::max(epoch, known->mark->identity.epoch);
  if (epoch == 0) epoch = remains_of(disk, options_.file).epoch;
  const auto number = free_number(disk, options_.file, std::max(epoch, highest_quarantined(disk, options_.file)));
  if (!number) return number.error();
  epoch = *number;
  const auto note = leave_note(epoch, {lost_after, put_back_});
  if (!note)
    return Error{"is damaged and cannot be set aside: its note " + note.error().what, options_.file.string(),
                 note.error().remedy};
  if (auto aside = quarantine(disk, options_.file, epoch); !aside) return aside;
  store_.forget();
  put_back_.reset();
  set_aside_ = epoch;
  tell_of_quarantine(epoch, note->last, what);
  return begin_file();
}

// One that stands there was left by an attempt before, in this run or in one that was cut short: it knew more.
Result<PendingNote> Recovery::leave_note(std::uint64_t epoch, PendingNote note) {
  const auto earlier = read_note(*options_.disk, options_.file, epoch);
  if (!earlier) return earlier.error();
  if (*earlier) note = {(*earlier)->last, (*earlier)->put_back ? (*earlier)->put_back : note.put_back};
  if (auto written = write_note(*options_.disk, options_.file, epoch, note); !written) return written.error();
  return note;
}

// Also again, where the disk failed half-way: until all of it is done, readers stay with the file that was set aside.
Result<void> Recovery::begin_file() {
  if (auto opened = store_.open(); !opened) return opened;
  if (auto taken = take_over(); !taken) return taken;
  if (auto counted = letters_.count(); !counted) return counted;
  store_.promise_found();
  set_aside_.reset();
  return {};
}

Result<Recovery::Notes> Recovery::notes() const {
  Notes notes;
  for (const auto epoch : pending_epochs(*options_.disk, options_.file)) {
    const auto note = read_note(*options_.disk, options_.file, epoch);
    if (!note) return note.error();
    notes[epoch] = note->value_or(PendingNote{});
  }
  return notes;
}

// Of journals set aside, what the one that is open needs: also where a crash came between that and the new file.
// Outputs know of all that they have not taken of them before the first new Record is there.
Result<void> Recovery::take_over() {
  auto pending = notes();
  if (!pending) return pending.error();
  if (core::mutant(core::Mutant::rewrite_forgotten) && !set_aside_)
    for (auto& [epoch, note] : *pending) note.put_back.reset();
  for (const auto& [epoch, note] : *pending) {
    if (set_aside_ != epoch)  // by a run that may not have come to say so
      tell_of_quarantine(epoch, note.last,
                         {"was set aside when the engine ran last", options_.file.string(),
                          "gatepost verify tells more of the file that is set aside"});
    if (auto adopted = adopt(epoch, note); !adopted) return adopted;
  }
  for (const auto& [epoch, note] : *pending)
    if (auto written = write_again(epoch, note); !written) return written;
  for (const auto& [epoch, note] : *pending) remove_note(*options_.disk, options_.file, epoch);
  return {};
}

Result<void> Recovery::adopt(std::uint64_t epoch, const PendingNote& note) {
  const Disk& disk = *options_.disk;
  const auto file = quarantined_name(options_.file, epoch);
  const Remains remains = remains_of(disk, file);
  const auto mark = read_mark(disk, mark_beside(file));
  const std::uint64_t marked = mark && *mark ? (*mark)->end.sequence : 0;
  const std::uint64_t promised = std::max(marked, note.last);
  std::uint64_t last = std::min(remains.last, promised + most_left);
  if (promised > 0) last = std::max(promised, std::min(last, promised + most_unmarked));
  if (note.put_back) last = std::min(last, note.put_back->after);
  const auto backlog = cursors_.adopt(epoch, remains, last, options_.file, store_.epoch(), set_aside_ == epoch);
  return store_.in_transaction([&] { return store_.write_backlog(backlog); });
}

Result<void> Recovery::write_again(std::uint64_t epoch, const PendingNote& note) {
  if (!note.put_back) return {};
  if (auto clock = store_.look_at_clock()) post_(std::move(*clock));
  const auto lost = rewrite_.write(quarantined_name(options_.file, epoch), note.put_back->after, note.last);
  if (!lost) return lost.error();
  if (*lost > 0) tell_of_lost(epoch, *lost);
  return {};
}

// ---- What is told

Record Recovery::alarm(std::string reason, const Error& error) const {
  Record record{.kind = RecordKind::alarm, .at = options_.clock->now(), .wall = options_.clock->wall()};
  record.reason = std::move(reason);
  record.details["error"] = to_line(error);
  return record;
}

// A write that failed may have reached the disk after all.
void Recovery::tell_of_survivors(std::uint64_t first, std::uint64_t last) {
  Record record = alarm("kept_after_all", {"were kept although the lanes were told that they could not be: no gate "
                                           "opened for them",
                                           options_.file.string(), "read them with that in mind"});
  record.details["first"] = std::to_string(first);
  record.details["last"] = std::to_string(last);
  post_(std::move(record));
}

void Recovery::tell_of_lost(std::uint64_t epoch, std::uint64_t lost) {
  Record record = alarm("journal_salvaged", {"Records that were to be written again cannot be read",
                                             options_.file.string(), "see whether a copy has them"});
  record.details["file"] = quarantined_name(options_.file, epoch).filename().string();
  record.details["lost"] = std::to_string(lost);
  post_(std::move(record));
}

void Recovery::tell_of_quarantine(std::uint64_t epoch, std::uint64_t last, const Error& damage) {
  Record record = alarm("journal_set_aside", damage);
  record.details["file"] = quarantined_name(options_.file, epoch).filename().string();
  record.details["last"] = std::to_string(last);
  if (options_.alarm) options_.alarm(record);
  post_(std::move(record));
}

}  // namespace gatepost::journal
