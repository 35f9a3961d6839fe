#include "journal/verify.hpp"

#include <algorithm>

namespace gatepost::journal {
namespace {

// What is wrong with a row that should follow `link`; moves `link` on when nothing is.
std::optional<Proof::Broken> examine(const Statement& row, const Identity& identity, Link& link) {
  const auto sequence = static_cast<std::uint64_t>(row.integer(0));
  const std::uint64_t expected = link.sequence + 1;
  if (sequence != expected)
    return Proof::Broken{expected, "is missing: the next one kept is " + std::to_string(sequence)};
  const Hash hash = hash_of(row.bytes(1));
  if (!std::ranges::equal(row.bytes(2), hash)) return Proof::Broken{sequence, "was changed: its hash does not fit"};
  auto record = decode(row.bytes(1));
  if (!record) return Proof::Broken{sequence, record.error().what};
  if (record->id != RecordId{identity.site, identity.epoch, sequence})
    return Proof::Broken{sequence, "carries another Record's number"};
  if (record->previous != link.hash) return Proof::Broken{sequence, "does not follow the Record before it"};
  link = {sequence, hash};
  return {};
}

}  // namespace

Result<Proof> verify(const std::filesystem::path& file) {
  auto database = Database::open(file, Database::Access::read);
  if (!database) return database.error();
  Proof proof;
  if (auto begun = database->run("BEGIN"); !begun) return begun.error();  // one state of the file, whatever is written
  auto identity = identity_of(*database);
  if (!identity) return Error{identity.error().what, file.string(), identity.error().remedy};
  proof.identity = *identity;
  auto link = anchor_of(*database);
  if (!link) return link.error();
  auto rows = database->prepare("SELECT sequence, body, hash FROM records ORDER BY sequence");
  if (!rows) return rows.error();
  while (!proof.broken) {
    auto row = rows->step();
    if (!row) {
      proof.broken = Proof::Broken{link->sequence + 1, "cannot be read: " + row.error().what};
      break;
    }
    if (!*row) break;
    proof.broken = examine(*rows, *identity, *link);
    if (proof.broken) break;
    if (proof.proved++ == 0) proof.first = link->sequence;
    proof.last = link->sequence;
  }
  auto farthest = database->integer("SELECT max(sequence) FROM cursors");
  if (!farthest) return farthest.error();
  if (!proof.broken && static_cast<std::uint64_t>(*farthest) > link->sequence)
    proof.broken =
        Proof::Broken{link->sequence + 1, "is missing: an output has taken Records up to " + std::to_string(*farthest)};
  return proof;
}

}  // namespace gatepost::journal
