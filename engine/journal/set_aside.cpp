#include "journal/set_aside.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <gatepost/file_descriptor.hpp>
#include <string>

#include "journal/encoding.hpp"

namespace gatepost::journal {
namespace {

constexpr std::uint64_t most_looked_at = 4096;

bool is_there(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::exists(file, ignored);
}

void sync_folder(const std::filesystem::path& folder) {
  const FileDescriptor opened(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  static_cast<void>(::fsync(opened.number()));  // not synced, the old name is found again, and set aside again
}

}  // namespace

std::filesystem::path aside_name(const std::filesystem::path& file, std::uint64_t epoch) {
  return file.string() + ".epoch-" + std::to_string(epoch);
}

std::uint64_t highest_epoch_aside(const std::filesystem::path& file) {
  const std::string prefix = file.filename().string() + ".epoch-";
  std::uint64_t highest = 0;
  std::error_code failure;
  for (std::filesystem::directory_iterator entry(file.parent_path(), failure), end; !failure && entry != end;
       entry.increment(failure)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with(prefix))
      highest = std::max<std::uint64_t>(highest, std::strtoull(name.c_str() + prefix.size(), nullptr, 10));
  }
  return highest;
}

Result<std::uint64_t> set_aside(const std::filesystem::path& file, std::uint64_t epoch) {
  epoch = std::max<std::uint64_t>(epoch, 1);
  while (is_there(aside_name(file, epoch))) ++epoch;
  const auto aside = aside_name(file, epoch);
  // The database last: until it is gone, the next start finds what is to be set aside. Under their old names the others
  // must not be found beside a new one.
  for (const char* part : {".head", "-shm", "-wal", ""}) {
    if (!is_there(file.string() + part)) continue;
    std::error_code failure;
    std::filesystem::rename(file.string() + part, aside.string() + part, failure);
    if (failure)
      return Error{"is damaged and cannot be set aside: " + failure.message(), file.string(),
                   "check the disk, then move it away with its -wal, -shm and .head"};
  }
  sync_folder(file.parent_path());
  return epoch;
}

Result<Salvage> Salvage::open(const std::filesystem::path& file) {
  Salvage salvage;
  if (!is_there(file)) return salvage;
  auto database = Database::open(file, Database::Access::read);
  if (!database) return database.error();
  salvage.database_ = std::move(*database);
  auto select = salvage.database_.prepare("SELECT body, hash FROM records WHERE sequence = ?");
  if (!select && salvage.database_.health().blocked > 0) return select.error();
  if (select) salvage.select_ = std::move(*select);
  return salvage;
}

Result<Salvage::Found> Salvage::after(std::uint64_t sequence, std::uint64_t last, std::size_t limit) {
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
Result<bool> Salvage::read(std::uint64_t sequence, std::vector<Record>& records) {
  if (!select_) return false;
  const unsigned blocked = database_.health().blocked;
  auto row = select_->bind(1, static_cast<std::int64_t>(sequence)).step();
  if (!row && database_.health().blocked > blocked) return row.error();
  if (!row || !*row) return false;
  auto record = decode(select_->bytes(0));
  const bool is_whole =
      record && std::ranges::equal(select_->bytes(1), hash_of(select_->bytes(0))) && record->id.sequence == sequence;
  select_->reset();
  if (is_whole) records.push_back(std::move(*record));
  return is_whole;
}

Remains remains_of(const std::filesystem::path& file) {
  Remains remains;
  auto database = Database::open(file, Database::Access::read);
  if (!database) return remains;
  if (auto epoch = database->integer("SELECT value FROM facts WHERE name = 'epoch'"))
    remains.epoch = static_cast<std::uint64_t>(*epoch);
  if (auto last = database->integer("SELECT max(sequence) FROM records"))
    remains.last = static_cast<std::uint64_t>(*last);
  // Of this journal without an epoch: it is given by the name that the file gets.
  for (const char* sql :
       {"SELECT reader, 0, sequence, 0 FROM cursors", "SELECT reader, epoch, sequence, last FROM arrears"}) {
    auto rows = database->prepare(sql);
    for (auto row = rows ? rows->step() : Result<bool>(false); row && *row; row = rows->step())
      remains.cursors.push_back({std::string(rows->text(0)), static_cast<std::uint64_t>(rows->integer(1)),
                                 static_cast<std::uint64_t>(rows->integer(2)),
                                 static_cast<std::uint64_t>(rows->integer(3))});
  }
  return remains;
}

}  // namespace gatepost::journal
