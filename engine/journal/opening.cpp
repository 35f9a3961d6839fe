// Opening a journal's file, and whether what it holds is what was promised.
#include <algorithm>
#include <string_view>
#include <utility>

#include "core/hooks.hpp"
#include "journal/dead_letter_queue.hpp"
#include "journal/quarantine.hpp"
#include "journal/store.hpp"
#include "journal/wal_copy.hpp"

namespace gatepost::journal {
namespace {

constexpr std::uint64_t rows_examined = 256;
constexpr std::int64_t plausible_formats = 16;  ///< a version above ours by more than that is a spoilt byte

bool is_of_later_format(support::Database& database) {
  const auto version = database.integer("PRAGMA user_version");
  return version && *version > newest_format && *version <= newest_format + plausible_formats;
}

}  // namespace

Error Store::emptied(const Mark& mark) const {
  return {"is empty or gone, and had Records up to " + std::to_string(mark.end.sequence), options_.file.string(),
          "put it back from a copy where its Records are still needed"};
}

// With what this run has promised itself.
Result<Witnesses> Store::witnesses() const {
  auto known = witnesses_of(disk_, options_.file, options_.site, options_.marks);
  if (!known || epoch_ <= known->quarantined) return known;
  const Mark own{{options_.site, epoch_}, promised_};
  if (!known->mark || known->mark->is_before(own)) known->mark = own;
  return known;
}

// Where damage is what keeps it from opening, damage_ says so; the file is as it was.
Result<void> Store::open() {
  finish_quarantine(disk_, options_.file);
  const auto known = witnesses();
  if (!known) return known.error();
  const std::optional<Mark>& mark = known->mark;
  const auto found = disk_.identity(options_.file);
  if (!found) return found.error();
  if (mark && mark->end.sequence > 0 && (!*found || (*found)->size == 0)) {
    damage_ = emptied(*mark);
    return *damage_;
  }
  if (auto prepared = prepare_files(); !prepared) return prepared;
  auto database = support::Database::open(options_.file, support::Database::Access::create, disk_.vfs());
  if (!database) return database.error();
  database_ = std::move(*database);
  Result<void> opened = open_database(*known);
  if (!opened && !damage_) note_damage(mark.has_value(), opened.error());
  if (opened) database_.checkpoint_by_hand();
  if (opened) opened = open_marks(mark && mark->identity.epoch == epoch_);
  if (opened) opened = presence_.remember();
  if (!opened) {
    close();
    return opened;
  }
  wal_is_on_disk_ = true;
  return opened;
}

Result<void> Store::prepare_files() {
  const std::string own = options_.file.filename().string();
  for (const auto& name : disk_.list(options_.file.parent_path()))  // those set aside too
    if (name.starts_with(own)) disk_.restrict_to_group(options_.file.parent_path() / name);
  if (auto prepared = disk_.prepare(options_.file); !prepared) return prepared;
  if (auto finished = finish_writing_wal_over(disk_, options_.file); !finished) return finished;
  return wal_is_on_disk_ ? Result<void>() : write_wal_over(disk_, options_.file);
}

// Whether what the database said is damage: of a file that is ours, and not of a disk that fails.
void Store::note_damage(bool is_marked, const Error& what) {
  const support::Health health = database_.health();
  const bool is_strange = is_marked && health.blocked == 0 && !is_of_later_format(database_);
  if (is_strange || (health.spoilt && was_ours())) damage_ = what;
}

Result<void> Store::open_database(const Witnesses& known) {
  const std::uint64_t marked = known.mark ? known.mark->identity.epoch : 0;
  if (known.mark && known.mark->end.sequence > 0) {
    auto tables = database_.integer("SELECT count(*) FROM sqlite_master");
    if (tables && *tables == 0) {
      damage_ = emptied(*known.mark);
      return *damage_;
    }
  }
  const NewFile wanted{options_.site, std::max({epoch_, marked, known.quarantined}), options_.clock->wall()};
  auto identity = prepare_file(database_, options_.file, wanted);
  if (!identity) return identity.error();
  if (auto prepared = prepare_dead_letters(database_); !prepared) return prepared.error();
  if (auto prepared = prepare_statements(); !prepared) return prepared;
  if (auto loaded = load_end(); !loaded) return loaded;
  if (auto examined = examine_end(*identity, known); !examined) return examined;
  epoch_ = identity->epoch;
  return {};
}

Result<void> Store::open_marks(bool is_known) {
  auto beside = HighWaterMark::open(disk_, mark_beside(options_.file));
  if (!beside) return beside.error();
  mark_beside_ = std::move(*beside);
  if (!options_.marks.empty()) {
    disk_.make_folder(options_.marks);
    auto apart = HighWaterMark::open(disk_, mark_apart(options_.marks, options_.site, options_.file));
    if (apart) mark_apart_ = std::move(*apart);  // the journal goes on without
  }
  if (is_known) return {};
  write_marks();
  mark_beside_.sync();
  mark_apart_.sync();
  static_cast<void>(disk_.sync_folder(options_.file.parent_path()));
  if (!options_.marks.empty()) static_cast<void>(disk_.sync_folder(options_.marks));
  return {};
}

// This site's, whatever has become of it: by its note, or by the number in its header (sqlite.org/fileformat.html, 1.3,
// offset 68).
bool Store::was_ours() const {
  const auto mark = read_mark(disk_, mark_beside(options_.file));
  if (mark && *mark) return (*mark)->identity.site == options_.site;
  if (highest_quarantined(disk_, options_.file) > 0) return true;  // it follows one that was ours
  const auto header = disk_.read(options_.file, 72);
  return header && header->size() == 72 &&
         std::string_view(reinterpret_cast<const char*>(header->data()) + 68, 4) == "GPT0";
}

// The newest rows, and whether what was promised is there.
Result<void> Store::examine_end(const Identity& identity, const Witnesses& known) {
  if (core::mutant(core::Mutant::end_not_examined)) return {};
  Link link{};
  const std::uint64_t from = end_.sequence - std::min(end_.sequence, rows_examined);
  auto row = database_.prepare("SELECT sequence, hash FROM records WHERE sequence <= ? ORDER BY sequence DESC LIMIT 1");
  if (!row) return row.error();
  auto found = row->bind(from).step();
  if (!found) return found.error();
  if (*found && row->bytes(1).size() == link.hash.size()) {
    link.sequence = row->integer<std::uint64_t>(0);
    std::ranges::copy(row->bytes(1), link.hash.begin());
    row->reset();
  } else {
    auto anchor = anchor_of(database_);
    if (!anchor) return anchor.error();
    link = *anchor;
  }
  std::uint64_t proved = 0;
  const auto broken = judge(database_, identity, known, link, proved);
  if (!broken) return broken.error();
  if (!*broken) return {};
  if (database_.health().blocked > 0) return database_.error();  // the disk did not give it: it may be there
  const std::string which =
      (*broken)->sequence > 0 ? "is damaged: Record " + std::to_string((*broken)->sequence) + " " : "";
  damage_ = Error{which + (*broken)->what, options_.file.string(),
                  "gatepost verify tells more of the file that is set aside"};
  return *damage_;
}

// Every page that only the WAL has is written into the database and synced there, and the WAL begins anew: no page that
// a failed sync may have left out is relied on. See sqlite.org/pragma.html#pragma_wal_checkpoint.
Result<void> Store::write_anew() {
  const auto done = empty_wal();
  if (done && *done) return {};
  const Error failure = done ? Error{"is being read, so it cannot be written anew", options_.file.string(),
                                     "close the programs that read it"}
                             : done.error();
  close();
  return failure;
}

// At a start: what is found may end within a sector, and a power cut in the write of the next commit, which shares it,
// would take what was promised along (SQLite pads a WAL against that, but not what it finds of another run's). Whether
// there was a crash is not asked: the note that would say so may have gone with the power.
Result<bool> Store::empty_wal() {
  auto row = database_.prepare("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!row) return row.error();
  const auto done = row->step();
  const bool is_busy = done && *done && row->integer(0) != 0;
  row->reset();
  const auto remembered = presence_.remember();  // also where it failed: it may have written something
  if (!done) return done.error();
  if (!remembered) return remembered.error();
  return !is_busy;
}

Result<void> Store::prepare_statements() {
  return database_.prepare(
      {{&begin_, "BEGIN IMMEDIATE"},
       {&commit_, "COMMIT"},
       {&insert_, "INSERT INTO records(sequence, body, hash, personal) VALUES(?, ?, ?, nullif(?, x''))"},
       {&save_era_, "INSERT OR REPLACE INTO clocks(boot, offset, at, source, bound) VALUES(?, ?, ?, ?, ?)"},
       {&save_place_, "INSERT OR REPLACE INTO cursors(reader, sequence) VALUES(?, ?)"}});
}

}  // namespace gatepost::journal
