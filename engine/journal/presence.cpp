#include "journal/presence.hpp"

#include "core/hooks.hpp"

namespace gatepost::journal {
namespace {

using core::mutant;
using core::Mutant;

std::string changed(const std::optional<FileIdentity>& before, const std::optional<FileIdentity>& now, bool may_grow) {
  if (!now) return "was removed or renamed while it was in use";
  if (!before) return {};
  if (!now->is_same_file(*before)) return "was exchanged while it was in use";
  if (now->size < before->size) return "was cut short while it was in use";
  if (!may_grow && *now != *before) return "was written by somebody else while it was in use";
  return {};
}

}  // namespace

Result<void> Presence::remember() {
  auto database = disk_.identity(file_);
  if (!database) return database.error();
  auto wal = disk_.identity(wal_);
  if (!wal) return wal.error();
  database_is_ = *database;
  wal_is_ = *wal;
  return {};
}

// What is written over it would hide that it was cut. The database is not asked for here: nobody of ours writes it
// before it is asked for.
Result<std::string> Presence::look_before() {
  const auto wal = disk_.identity(wal_);
  if (!wal) return wal.error();
  const std::string what = mutant(Mutant::wal_not_looked_at) ? "" : changed(wal_is_, *wal, false);
  return what.empty() ? what : "its -wal " + what;
}

Result<std::string> Presence::look_after() {
  const auto database = disk_.identity(file_);
  if (!database) return database.error();
  const auto wal = disk_.identity(wal_);
  if (!wal) return wal.error();
  if (mutant(Mutant::files_not_looked_at)) return std::string();
  std::string what = changed(database_is_, *database, false);
  if (what.empty() && !(what = changed(wal_is_, *wal, true)).empty()) what = "its -wal " + what;
  if (what.empty()) wal_is_ = *wal;
  return what;
}

}  // namespace gatepost::journal
