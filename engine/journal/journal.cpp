#include "journal/journal.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "journal/batch_writer.hpp"
#include "journal/commits.hpp"
#include "journal/cursors.hpp"
#include "journal/dead_letters.hpp"
#include "journal/erasure.hpp"
#include "journal/person_search.hpp"
#include "journal/prune.hpp"
#include "journal/recovery.hpp"
#include "journal/store.hpp"
#include "journal/writer.hpp"

namespace gatepost::journal {

// In the order in which they use each other: the threads of the last are gone before any of the others.
struct Journal::Parts {
  Parts(Options wanted, std::unique_ptr<Disk::Lock> lock)
      : options(std::move(wanted)),
        store(options, std::move(lock)),
        cursors(options.readers, *options.clock),
        letters(options, store, cursors),
        batches(options, store, cursors),
        recovery(options, store, cursors, letters, batches, [this](Record record) { commits.post(std::move(record)); }),
        retention(options, store, cursors, batches, [this](Record record) { commits.post(std::move(record)); }),
        writer(store, cursors, batches, recovery, retention),
        commits(options, writer) {}

  const Options options;
  Store store;
  Cursors cursors;
  DeadLetters letters;
  BatchWriter batches;
  Recovery recovery;
  Retention retention;
  Writer writer;
  Commits commits;
  std::uint64_t found_up_to = 0;
};

bool is_told_at_once(const Record& record) {
  return record.kind == RecordKind::alarm &&
         (record.reason == "journal_slow" || record.reason == "journal_failed" ||
          record.reason == "journal_recovered" || record.reason == "journal_set_aside");
}

Journal::Journal(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Journal::~Journal() = default;

Result<std::unique_ptr<Journal>> Journal::open(Options options) {
  options.disk->make_folder(options.file.parent_path());
  auto lock = options.disk->lock(options.file);
  if (!lock) return lock.error();
  auto parts = std::make_unique<Parts>(std::move(options), std::move(*lock));
  if (auto begun = parts->recovery.begin(); !begun) return begun.error();
  parts->found_up_to = parts->store.end().sequence;
  if (parts->options.has_threads) parts->commits.start();
  return std::unique_ptr<Journal>(new Journal(std::move(parts)));
}

const std::filesystem::path& Journal::file() const { return parts_->options.file; }

// ---- Writing

Result<RecordId> Journal::commit(Record record, BootTime not_after) {
  return parts_->commits.commit(std::move(record), not_after);
}
void Journal::post(Record record) { parts_->commits.post(std::move(record)); }
void Journal::clock_was_set() { parts_->commits.wake_flusher({}); }
std::uint64_t Journal::batches() const { return parts_->commits.batches(); }
bool Journal::is_writing() const { return parts_->commits.is_taken(); }
void Journal::work() {
  if (!parts_->options.has_threads) parts_->commits.flush();
}
void Journal::report_damage(const Error& what, std::uint64_t epoch, const std::optional<Holder>& holder) {
  parts_->recovery.report(what, epoch, holder);
  parts_->commits.wake_flusher({.in_doubt = true});
}

// ---- Reading

std::uint64_t Journal::epoch() const { return parts_->cursors.epoch(); }
std::uint64_t Journal::found_up_to() const { return parts_->found_up_to; }
std::uint64_t Journal::last() const { return parts_->cursors.last(); }
bool Journal::wait_beyond(std::uint64_t sequence, const std::stop_token& stop) {
  return parts_->cursors.wait_beyond(sequence, stop);
}
Standing Journal::standing(const std::string& reader) const { return parts_->cursors.standing(reader); }
void Journal::move_cursor(const std::string& reader, std::uint64_t sequence, std::uint64_t epoch) {
  if (parts_->cursors.move(reader, sequence, epoch)) parts_->commits.wake_flusher({.at_once = false});
}
void Journal::move_arrear(const std::string& reader, std::uint64_t epoch, std::uint64_t sequence, std::uint64_t lost) {
  if (parts_->cursors.move_arrear(reader, epoch, sequence, lost)) parts_->commits.wake_flusher({.at_once = false});
}
bool Journal::wait_for_work(const std::string& reader, const Sent& sent, const std::stop_token& stop) {
  return parts_->cursors.wait_for_work(reader, sent, stop);
}

// With the turn, so that nothing is pruned between the look at the file and the moment from which they hold it back.
Result<void> Journal::read_by(std::vector<std::string> readers) {
  Cursors& cursors = parts_->cursors;
  const auto join = [&]() -> Result<void> {
    auto anchor = anchor_of(parts_->store.database());
    if (!anchor) return anchor.error();
    auto kept = places_in(parts_->store.database());
    if (!kept) return kept.error();
    cursors.join(cursors.without(readers), *kept, anchor->sequence);
    return {};
  };
  if (!cursors.without(readers).empty())
    if (auto joined = parts_->commits.with_turn(join); !joined) return joined;
  cursors.read_by(std::move(readers));
  return {};
}

// ---- Erasing

Result<Journal::Erased> Journal::erase(const std::vector<std::string>& subjects) {
  const Options& options = parts_->options;
  std::uint64_t epoch = 0;
  const auto search = [&]() -> Result<PersonRecords> {  // closed at its end: a reader keeps the WAL from being emptied
    auto reader = Reader::open(options.file, *options.disk);
    if (!reader) return reader.error();
    epoch = reader->identity().epoch;
    return find_person(*reader, subjects, last());
  };
  const auto found = search();
  if (!found) return found.error();
  Erased erased{.in_chain = found->in_chain, .newest_in_chain = found->newest_in_chain};
  for (std::size_t at = 0; at < found->erasable.size(); at += erased_at_once) {
    const auto first = found->erasable.begin() + static_cast<std::ptrdiff_t>(at);
    const auto count = std::min(erased_at_once, found->erasable.size() - at);
    const std::vector some(first, first + static_cast<std::ptrdiff_t>(count));
    Record told = record_of(support::Erasure::of(epoch, some, {}), support::WhyErased::asked);
    told.at = options.clock->now();
    told.wall = options.clock->wall();
    const auto id = commit(std::move(told));
    if (!id) return id.error();
    if (id->epoch != epoch)
      return Error{"was set aside while it was searched", options.file.string(), "erase once more"};
    erased.records += count;
  }
  if (erased.records == 0) return erased;
  const auto wiped = parts_->commits.with_turn([&]() -> Result<void> {
    if (auto whole = parts_->store.look_at_files(); !whole) return whole;
    const auto emptied = parts_->store.empty_wal();
    if (!emptied) return emptied.error();
    erased.is_in_wal = !*emptied;
    return {};
  });
  if (!wiped) return wiped.error();
  return erased;
}

// ---- Dead letters

Result<void> Journal::park(const std::string& reader, const Record& record, const std::string& why) {
  return parts_->commits.with_turn([&] { return parts_->letters.park(reader, record, why); });
}

Result<std::uint64_t> Journal::letters(DeadLetterAction action, const Choice& choice) {
  Result<std::uint64_t> changed = 0U;
  const auto done = parts_->commits.with_turn([&]() -> Result<void> {
    changed = parts_->letters.change(action, choice);
    return changed ? Result<void>() : changed.error();
  });
  return done ? changed : done.error();
}

Result<void> Journal::settle(const std::string& reader, std::uint64_t sequence) {
  auto dropped = letters(DeadLetterAction::drop, {reader, {sequence}});
  return dropped ? Result<void>() : dropped.error();
}

}  // namespace gatepost::journal
