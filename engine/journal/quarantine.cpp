#include "journal/quarantine.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "journal/encoding.hpp"
#include "journal/pending_note.hpp"

namespace gatepost::journal {
namespace {

constexpr std::uint64_t most_looked_at = 4096;
/// The database last: until it is gone, the next start finds what is to be set aside.
constexpr std::array parts{".head", "-shm", "-wal.copy", "-wal", ""};

// Under their old names they must not be found beside a new one. Each rename is on the disk before the next, and none
// takes another's place.
Result<void> quarantine_rest(const Disk& disk, const std::filesystem::path& file, const std::filesystem::path& aside) {
  for (const char* part : parts) {
    if (!disk.exists(file.string() + part) || disk.exists(aside.string() + part)) continue;
    if (auto renamed = disk.rename(file.string() + part, aside.string() + part); !renamed)
      return Error{"is damaged and cannot be set aside: " + renamed.error().what, file.string(),
                   "check the disk, then move it away with its -wal, -shm and .head"};
    static_cast<void>(disk.sync_folder(file.parent_path()));
  }
  return {};
}

}  // namespace

std::filesystem::path quarantined_name(const std::filesystem::path& file, std::uint64_t epoch) {
  return file.string() + ".epoch-" + std::to_string(epoch);
}

std::uint64_t highest_quarantined(const Disk& disk, const std::filesystem::path& file) {
  const std::string prefix = file.filename().string() + ".epoch-";
  std::uint64_t highest = 0;
  for (const auto& name : disk.list(file.parent_path()))
    if (name.starts_with(prefix))
      highest = std::max<std::uint64_t>(highest, std::strtoull(name.c_str() + prefix.size(), nullptr, 10));
  return highest;
}

std::vector<std::filesystem::path> quarantined_files(const Disk& disk, const std::filesystem::path& file) {
  const std::string prefix = file.filename().string() + ".epoch-";
  std::vector<std::filesystem::path> files;
  for (const auto& name : disk.list(file.parent_path()))
    if (name.starts_with(prefix) && name.find_first_not_of("0123456789", prefix.size()) == name.npos)
      files.push_back(file.parent_path() / name);
  std::ranges::sort(files);
  return files;
}

Result<std::uint64_t> free_number(const Disk& disk, const std::filesystem::path& file, std::uint64_t epoch) {
  for (epoch = std::max<std::uint64_t>(epoch, 1);; ++epoch) {
    const auto aside = quarantined_name(file, epoch);
    const auto database = disk.identity(aside);
    if (!database) return database.error();
    if (*database) continue;
    if (disk.exists(pending_name(file, epoch))) return epoch;  // it was begun and did not get on
    if (std::ranges::none_of(parts, [&](const char* part) { return disk.exists(aside.string() + part); })) return epoch;
  }
}

Result<void> quarantine(const Disk& disk, const std::filesystem::path& file, std::uint64_t epoch) {
  return quarantine_rest(disk, file, quarantined_name(file, epoch));
}

void finish_quarantine(const Disk& disk, const std::filesystem::path& file) {
  for (const auto epoch : pending_epochs(disk, file)) {
    const auto aside = quarantined_name(file, epoch);
    const bool is_begun =
        std::ranges::any_of(parts, [&](const char* part) { return disk.exists(aside.string() + part); });
    const bool is_whole = disk.exists(aside) && disk.exists(file);
    if (is_begun && !is_whole) static_cast<void>(quarantine_rest(disk, file, aside));
  }
}

Result<DamagedJournal> DamagedJournal::open(const std::filesystem::path& file, const Disk& disk) {
  DamagedJournal damaged;
  if (!disk.exists(file)) return damaged;
  auto database = support::Database::open(file, support::Database::Access::read, disk.vfs());
  if (!database) return database.error();
  damaged.database_ = std::move(*database);
  auto select = damaged.database_.prepare("SELECT body, hash, personal FROM records WHERE sequence = ?");
  if (!select && damaged.database_.health().blocked == 0)  // of an older format
    select = damaged.database_.prepare("SELECT body, hash, NULL FROM records WHERE sequence = ?");
  if (!select && damaged.database_.health().blocked > 0) return select.error();
  if (select) damaged.select_ = std::move(*select);
  return damaged;
}

Result<DamagedJournal::Found> DamagedJournal::after(std::uint64_t sequence, std::uint64_t last, std::size_t limit) {
  Found found{{}, sequence, 0};
  while (found.up_to < last && found.up_to - sequence < most_looked_at && found.records.size() < limit) {
    auto is_read = read(found.up_to + 1, found.records);
    if (!is_read && found.up_to == sequence) return is_read.error();
    if (!is_read) return found;  // what came before; the next call says why
    ++found.up_to;
    if (!*is_read) ++found.lost;
  }
  return found;
}

// False where it is lost; an Error where something else stood in the way.
Result<bool> DamagedJournal::read(std::uint64_t sequence, std::vector<Record>& records) {
  if (!select_) return false;
  const unsigned blocked = database_.health().blocked;
  auto row = select_.bind(sequence).step();
  if (!row && database_.health().blocked > blocked) return row.error();
  if (!row || !*row) return false;
  auto record = decode(select_.bytes(0), select_.bytes(2));
  const bool is_whole = record && std::ranges::equal(select_.bytes(1), record->hash) && record->id.sequence == sequence;
  select_.reset();
  if (is_whole) records.push_back(std::move(*record));
  return is_whole;
}

Remains remains_of(const Disk& disk, const std::filesystem::path& file) {
  Remains remains;
  auto database = support::Database::open(file, support::Database::Access::read, disk.vfs());
  if (!database) return remains;
  if (auto epoch = database->integer("SELECT value FROM facts WHERE name = 'epoch'"))
    remains.epoch = static_cast<std::uint64_t>(*epoch);
  if (auto last = database->integer("SELECT max(sequence) FROM records"))
    remains.last = static_cast<std::uint64_t>(*last);
  // Of this journal without an epoch: it is given by the name that the file gets.
  for (const char* sql :
       {"SELECT reader, 0, sequence, 0 FROM cursors", "SELECT reader, epoch, sequence, last FROM arrears"}) {
    auto rows = database->prepare(sql);
    if (!rows) continue;
    static_cast<void>(rows->each([&] {
      remains.cursors.push_back({std::string(rows->text(0)), rows->integer<std::uint64_t>(1),
                                 rows->integer<std::uint64_t>(2), rows->integer<std::uint64_t>(3)});
    }));
  }
  return remains;
}

}  // namespace gatepost::journal
