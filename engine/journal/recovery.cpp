// Opening the file, and what is done when it, or the disk below it, is not what it should be.
#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <utility>

#include "journal/journal.hpp"
#include "journal/letters.hpp"
#include "journal/set_aside.hpp"
#include "journal/verify.hpp"

namespace gatepost::journal {
namespace {

constexpr std::uint64_t rows_examined = 256;
constexpr std::int64_t plausible_formats = 16;  ///< a version above ours by more than that is a spoilt byte
/// Where nothing else tells how many Records a spoilt journal had.
constexpr std::uint64_t most_arrears = 50'000'000;

std::filesystem::path pending_mark(const std::filesystem::path& file, std::uint64_t epoch) {
  return aside_name(file, epoch).string() + ".pending";
}

bool is_of_later_format(Database& database) {
  const auto version = database.integer("PRAGMA user_version");
  return version && *version > newest_format && *version <= newest_format + plausible_formats;
}

bool is_missing_or_empty(const std::filesystem::path& file) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(file, failure);
  return failure || size == 0;
}

}  // namespace

Result<void> Journal::begin() {
  Result<void> begun = open_file();
  if (begun) begun = load_all();
  if (begun || !damage_) return begun;
  if (auto anew = start_anew(*damage_); !anew) return anew.error();
  return load_all();
}

Result<void> Journal::load_all() {
  using Step = Result<void> (Journal::*)();
  last_durable_ = end_.sequence;
  for (const Step step : {&Journal::load_era, &Journal::count_mail, &Journal::load_cursors, &Journal::load_arrears,
                          &Journal::adopt_arrears}) {
    const Result<void> loaded = (this->*step)();
    if (loaded) continue;
    if (database_.health().spoilt) damage_ = loaded.error();
    return loaded;
  }
  return {};
}

Error Journal::emptied(const Head& noted) const {
  return {"is empty or gone, and had Records up to " + std::to_string(noted.end.sequence), options_.file.string(),
          "put it back from a copy where its Records are still needed"};
}

// Where damage is what keeps it from opening, damage_ says so; the file is as it was.
Result<void> Journal::open_file() {
  const auto noted = read_head(options_.file);
  const bool is_noted = noted && noted->identity.site == options_.site;
  if (is_noted && is_missing_or_empty(options_.file)) {
    damage_ = emptied(*noted);
    return *damage_;
  }
  if (promised_.sequence == 0 && is_noted) promised_ = noted->end;
  const std::uint64_t epoch_noted = epoch_ != 0 ? epoch_ : is_noted ? noted->identity.epoch : 0;
  auto database = Database::open(options_.file, Database::Access::create);
  if (!database) return database.error();
  database_ = std::move(*database);
  if (is_noted) {
    auto tables = database_.integer("SELECT count(*) FROM sqlite_master");
    if (tables && *tables == 0) damage_ = emptied(*noted);
  }
  if (damage_) {
    close_file();
    return *damage_;
  }
  auto identity = prepare_file(database_, options_.file, options_.site, options_.clock->wall());
  Result<void> opened;
  if (!identity) opened = identity.error();
  if (opened && epoch_noted > identity->epoch) {
    damage_ = Error{"is an earlier one than was written last", options_.file.string(), "see what put it there"};
    opened = *damage_;
  }
  if (opened && epoch_noted < identity->epoch) promised_ = {};
  if (opened) {
    epoch_ = identity->epoch;
    opened = prepare_letters(database_);
  }
  if (opened) opened = prepare_statements();
  if (opened) opened = load_end();
  if (opened) opened = examine_end();
  if (opened) {
    auto note = HeadNote::open(options_.file);
    if (note) head_ = std::move(*note);
    if (!note) opened = note.error();
  }
  if (opened) {
    promised_ = end_;
    return opened;
  }
  const Health health = database_.health();
  const bool is_strange = is_noted && health.blocked == 0 && !is_of_later_format(database_);
  if (!damage_ && (is_strange || (health.spoilt && was_ours()))) damage_ = opened.error();
  close_file();
  return opened;
}

void Journal::close_file() {
  for (auto* statement : {&begin_, &commit_, &insert_, &save_cursor_, &save_era_}) statement->reset();
  database_ = Database();
  head_ = HeadNote();
  end_is_known_ = false;
  kept_era_.reset();
}

// This site's, whatever has become of it: by its note, or by the number in its header (sqlite.org/fileformat.html, 1.3,
// offset 68).
bool Journal::was_ours() const {
  if (const auto noted = read_head(options_.file)) return noted->identity.site == options_.site;
  std::array<char, 72> header{};
  std::ifstream(options_.file, std::ios::binary).read(header.data(), header.size());
  return std::string_view(header.data() + 68, 4) == "GPT0";
}

// The newest rows, and whether what was promised is there.
Result<void> Journal::examine_end() {
  Link link{};
  const std::uint64_t from = end_.sequence - std::min(end_.sequence, rows_examined);
  auto row = database_.prepare("SELECT sequence, hash FROM records WHERE sequence <= ? ORDER BY sequence DESC LIMIT 1");
  if (!row) return row.error();
  auto found = row->bind(1, static_cast<std::int64_t>(from)).step();
  if (!found) return found.error();
  if (*found && row->bytes(1).size() == link.hash.size()) {
    link.sequence = static_cast<std::uint64_t>(row->integer(0));
    std::ranges::copy(row->bytes(1), link.hash.begin());
    row->reset();
  } else {
    auto anchor = anchor_of(database_);
    if (!anchor) return anchor.error();
    link = *anchor;
  }
  std::uint64_t proved = 0;
  auto broken = prove_after(database_, {options_.site, epoch_}, link, proved);
  if (!broken) return broken.error();
  if (!*broken && promised_.sequence > link.sequence)
    *broken = Proof::Broken{link.sequence + 1,
                            "is missing: Records up to " + std::to_string(promised_.sequence) + " were promised"};
  if (!*broken && promised_.sequence > 0) {
    auto kept = hash_kept(promised_.sequence);
    if (!kept) return kept.error();
    if (*kept && **kept != promised_.hash)
      *broken = Proof::Broken{promised_.sequence, "is another one than was promised"};
  }
  if (!*broken) return {};
  if (database_.health().blocked > 0) return database_.error();  // the disk did not give it: it may be there
  damage_ = Error{"is damaged: Record " + std::to_string((*broken)->sequence) + " " + (*broken)->what,
                  options_.file.string(), "gatepost verify tells more of the file that is set aside"};
  return *damage_;
}

// Nothing where that Record was removed for its age.
Result<std::optional<Hash>> Journal::hash_kept(std::uint64_t sequence) {
  auto row = database_.prepare("SELECT hash FROM records WHERE sequence = ?");
  if (!row) return row.error();
  auto found = row->bind(1, static_cast<std::int64_t>(sequence)).step();
  if (!found) return found.error();
  std::optional<Hash> hash;
  if (*found && row->bytes(0).size() == sizeof(Hash)) std::ranges::copy(row->bytes(0), hash.emplace().begin());
  row->reset();
  return hash;
}

bool Journal::is_sound() const {
  return begin_ && !damage_ && !database_.health().failing && !database_.health().spoilt;
}

// After a failure of the disk what the kernel shows need not be what the disk has: all is opened, looked at and written
// anew before anything is promised again.
Result<void> Journal::heal() {
  if (!damage_ && database_.health().spoilt)
    damage_ = Error{"is damaged", options_.file.string(), "gatepost verify tells more of the file that is set aside"};
  if (!damage_) {
    const std::uint64_t promised = promised_.sequence;
    close_file();
    Result<void> opened = set_aside_ ? begin_file() : open_file();
    if (opened) opened = write_anew();
    if (opened && end_.sequence > promised) tell_of_survivors(promised + 1, end_.sequence);
    if (opened || !damage_) return opened;
  }
  return start_anew(*damage_);
}

// A write that failed may have reached the disk after all.
void Journal::tell_of_survivors(std::uint64_t first, std::uint64_t last) {
  Record alarm =
      trouble_record("kept_after_all", {"were kept although the lanes were told that they could not be: no gate "
                                        "opened for them",
                                        options_.file.string(), "read them with that in mind"});
  alarm.details["first"] = std::to_string(first);
  alarm.details["last"] = std::to_string(last);
  post(std::move(alarm));
}

// Every page that only the WAL has is written into the database and synced there, and the WAL begins anew: no page that
// a failed sync may have left out is relied on. See sqlite.org/pragma.html#pragma_wal_checkpoint.
Result<void> Journal::write_anew() {
  auto row = database_.prepare("PRAGMA wal_checkpoint(TRUNCATE)");
  Result<bool> done = row ? row->step() : Result<bool>(row.error());
  const bool is_busy = done && *done && row->integer(0) != 0;
  if (row) row->reset();
  if (done && !is_busy) return {};
  const Error failure = done ? Error{"is being read, so it cannot be written anew", options_.file.string(),
                                     "close the programs that read it"}
                             : done.error();
  close_file();
  return failure;
}

// The file is set aside whole, and a new one begins.
Result<void> Journal::start_anew(const Error& damage) {
  Record alarm = trouble_record("journal_set_aside", damage);  // now: it may be damage_, which goes with the file
  const std::uint64_t lost_after = promised_.sequence;
  close_file();
  const auto noted = read_head(options_.file);
  std::uint64_t epoch = epoch_;
  if (epoch == 0 && noted) epoch = noted->identity.epoch;
  if (epoch == 0) epoch = remains_of(options_.file).epoch;
  epoch = std::max(epoch, highest_epoch_aside(options_.file));
  while (std::filesystem::exists(aside_name(options_.file, epoch))) ++epoch;
  std::ofstream(pending_mark(options_.file, epoch)) << "what outputs have not taken of it is not noted yet\n";
  auto aside = set_aside(options_.file, epoch);
  if (!aside) return aside.error();
  promised_ = end_ = {};
  damage_.reset();
  set_aside_ = *aside;
  alarm.details["file"] = aside_name(options_.file, *aside).filename().string();
  alarm.details["last"] = std::to_string(lost_after);
  raise(alarm);
  post(std::move(alarm));
  return begin_file();
}

// Also again, where the disk failed half-way: until all of it is done, readers stay with the file that was set aside.
Result<void> Journal::begin_file() {
  if (auto opened = open_file(); !opened) return opened.error();
  {
    const std::scoped_lock lock(mutex_);
    last_durable_ = 0;
  }
  if (auto adopted = adopt_arrears(); !adopted) return adopted.error();
  if (auto counted = count_mail(); !counted) return counted.error();
  set_aside_.reset();
  return {};
}

// Of journals set aside: also where a crash came between that and the new file.
Result<void> Journal::adopt_arrears() {
  const std::string prefix = options_.file.filename().string() + ".epoch-";
  std::error_code failure;
  std::vector<std::uint64_t> epochs;
  if (set_aside_) epochs.push_back(*set_aside_);  // a full disk may have had no place for its mark
  for (std::filesystem::directory_iterator entry(options_.file.parent_path(), failure), end; !failure && entry != end;
       entry.increment(failure)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(".pending"))
      epochs.push_back(std::strtoull(name.c_str() + prefix.size(), nullptr, 10));
  }
  std::ranges::sort(epochs);
  epochs.erase(std::unique(epochs.begin(), epochs.end()), epochs.end());
  for (const auto epoch : epochs) {
    if (auto adopted = adopt(epoch); !adopted) return adopted.error();
    std::filesystem::remove(pending_mark(options_.file, epoch), failure);
  }
  return {};
}

Result<void> Journal::adopt(std::uint64_t epoch) {
  const auto file = aside_name(options_.file, epoch);
  const Remains remains = remains_of(file);
  const auto noted = read_head(file);
  std::uint64_t last = std::min(remains.last, (noted ? noted->end.sequence : 0) + most_arrears);
  if (noted) last = std::max(noted->end.sequence, std::min(last, noted->end.sequence + rows_examined));
  Arrears all;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& reader : options_.readers) {
      Arrear arrear{file, epoch, 0, last, 0};
      for (const auto& cursor : remains.cursors) {
        if (cursor.reader != reader) continue;
        if (cursor.epoch == 0)
          arrear.sequence = cursor.sequence;
        else
          arrears_[reader].try_emplace(cursor.epoch, Arrear{aside_name(options_.file, cursor.epoch), cursor.epoch,
                                                            cursor.sequence, cursor.last, 0});
      }
      arrear.sequence = std::max(arrear.sequence, std::exchange(cursors_[reader], 0));
      if (arrear.sequence < last) arrears_[reader][epoch] = arrear;
    }
    cursors_epoch_ = epoch_;
    all = arrears_;
    cursors_moved_ = true;
  }
  wake_readers_.notify_all();
  return in_transaction([&] { return write_arrears(all); });
}

Result<void> Journal::write_arrears(const Arrears& arrears) {
  const bool any = std::ranges::any_of(arrears, [](const auto& of) { return !of.second.empty(); });
  if (!any && !arrears_in_file_) return {};
  arrears_in_file_ = any;
  if (auto cleared = database_.run("DELETE FROM arrears"); !cleared) return cleared.error();
  auto insert = database_.prepare("INSERT INTO arrears(reader, epoch, sequence, last) VALUES(?, ?, ?, ?)");
  if (!insert) return insert.error();
  for (const auto& [reader, all] : arrears)
    for (const auto& [epoch, arrear] : all) {
      insert->bind(1, reader).bind(2, static_cast<std::int64_t>(epoch));
      insert->bind(3, static_cast<std::int64_t>(arrear.sequence)).bind(4, static_cast<std::int64_t>(arrear.last));
      if (auto written = insert->run(); !written) return written.error();
    }
  return {};
}

Result<void> Journal::load_arrears() {
  auto rows = database_.prepare("SELECT reader, epoch, sequence, last FROM arrears");
  if (!rows) return rows.error();
  const std::scoped_lock lock(mutex_);
  while (true) {
    auto row = rows->step();
    if (!row) return row.error();
    if (!*row) return {};
    const std::string reader(rows->text(0));
    const auto epoch = static_cast<std::uint64_t>(rows->integer(1));
    if (std::ranges::find(options_.readers, reader) != options_.readers.end())
      arrears_[reader][epoch] = {aside_name(options_.file, epoch), epoch, static_cast<std::uint64_t>(rows->integer(2)),
                                 static_cast<std::uint64_t>(rows->integer(3)), 0};
  }
}

std::optional<Arrear> Journal::arrear(const std::string& reader) const {
  const std::scoped_lock lock(mutex_);
  const auto found = arrears_.find(reader);
  if (found == arrears_.end() || found->second.empty()) return {};
  return found->second.begin()->second;
}

void Journal::move_arrear(const std::string& reader, std::uint64_t epoch, std::uint64_t sequence, std::uint64_t lost) {
  {
    const std::scoped_lock lock(mutex_);
    const auto found = arrears_[reader].find(epoch);
    if (found == arrears_[reader].end()) return;
    found->second.sequence = std::max(found->second.sequence, sequence);
    found->second.lost += lost;
    if (found->second.sequence >= found->second.last) {
      queue_.push_back({salvaged(reader, found->second), nullptr});  // written together with the end of the arrear
      ++posted_;
      arrears_[reader].erase(found);
    }
    cursors_moved_ = true;
  }
  wake_keeper_.notify_one();
}

Record Journal::salvaged(const std::string& reader, const Arrear& arrear) const {
  Record record = trouble_record("journal_salvaged", {});
  record.kind = arrear.lost > 0 ? RecordKind::alarm : RecordKind::change;
  record.details["output"] = reader;
  record.details["file"] = arrear.file.filename().string();
  record.details["lost"] = std::to_string(arrear.lost);
  return record;
}

void Journal::report_damage(const Error& what, std::uint64_t epoch) {
  {
    const std::scoped_lock lock(mutex_);
    reported_damage_ = {what, epoch};
  }
  wake_keeper_.notify_one();
}

}  // namespace gatepost::journal
