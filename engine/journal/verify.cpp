#include "journal/verify.hpp"

#include <algorithm>

#include "journal/head_note.hpp"

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

Result<std::optional<Proof::Broken>> prove_after(Database& database, const Identity& identity, Link& link,
                                                 std::uint64_t& proved) {
  auto rows = database.prepare("SELECT sequence, body, hash FROM records WHERE sequence > ? ORDER BY sequence");
  if (!rows) return rows.error();
  rows->bind(1, static_cast<std::int64_t>(link.sequence));
  while (true) {
    auto row = rows->step();
    if (!row) return std::optional(Proof::Broken{link.sequence + 1, "cannot be read: " + row.error().what});
    if (!*row) return std::optional<Proof::Broken>();
    if (auto broken = examine(*rows, identity, link)) return broken;
    ++proved;
  }
}

Result<Proof> verify(const std::filesystem::path& file) {
  auto database = Database::open(file, Database::Access::read);
  if (!database) return database.error();
  const auto head = read_head(file);  // before the rows: what is promised later is no matter
  Proof proof;
  if (auto begun = database->run("BEGIN"); !begun) return begun.error();  // one state of the file, whatever is written
  auto identity = identity_of(*database);
  if (!identity) return Error{identity.error().what, file.string(), identity.error().remedy};
  proof.identity = *identity;
  auto link = anchor_of(*database);
  if (!link) return link.error();
  const Link anchor = *link;
  auto broken = prove_after(*database, *identity, *link, proof.proved);
  if (!broken) return broken.error();
  proof.broken = std::move(*broken);
  if (proof.proved > 0) {
    proof.first = anchor.sequence + 1;
    proof.last = link->sequence;
  }
  auto farthest = database->integer("SELECT max(sequence) FROM cursors");
  if (!farthest) return farthest.error();
  if (!proof.broken && static_cast<std::uint64_t>(*farthest) > link->sequence)
    proof.broken =
        Proof::Broken{link->sequence + 1, "is missing: an output has taken Records up to " + std::to_string(*farthest)};
  if (!proof.broken && head && head->identity.epoch == identity->epoch && head->end.sequence > link->sequence)
    proof.broken = Proof::Broken{link->sequence + 1,
                                 "is missing: Records up to " + std::to_string(head->end.sequence) + " were promised"};
  return proof;
}

}  // namespace gatepost::journal
