#include "journal/verify.hpp"

#include <algorithm>

#include "journal/erasure.hpp"
#include "journal/pending_note.hpp"
#include "journal/quarantine.hpp"

namespace gatepost::journal {
namespace {

// What is wrong with a row that should follow `link`; moves `link` on when nothing is.
std::optional<Proof::Broken> examine(const support::Statement& row, const Identity& identity, Link& link,
                                     Untold& untold) {
  const auto sequence = row.integer<std::uint64_t>(0);
  const std::uint64_t expected = link.sequence + 1;
  if (sequence != expected)
    return Proof::Broken{expected, "is missing: the next one kept is " + std::to_string(sequence)};
  const Hash hash = hash_of(row.bytes(1));
  if (!std::ranges::equal(row.bytes(2), hash)) return Proof::Broken{sequence, "was changed: its hash does not fit"};
  auto record = decode(row.bytes(1), row.bytes(3));
  if (!record) return Proof::Broken{sequence, record.error().what};
  if (record->id != RecordId{identity.site, identity.epoch, sequence})
    return Proof::Broken{sequence, "carries another Record's number"};
  if (record->previous != link.hash) return Proof::Broken{sequence, "does not follow the Record before it"};
  link = {sequence, hash};
  untold.look_at(*record);
  return {};
}

// What is gone without a Record that says so.
std::optional<Proof::Broken> erased_untold(const Untold& untold, std::uint64_t after, std::uint64_t& proved) {
  const auto missing = untold.first();
  if (!missing) return {};
  proved = std::min(proved, missing->sequence - after - 1);
  return Proof::Broken{missing->sequence, "was changed: its " + missing->field + " is gone, and no Record tells of it"};
}

Result<std::optional<Proof::Broken>> prove_after(support::Database& database, const Identity& identity, Link& link,
                                                 std::uint64_t& proved) {
  const auto personal = personal_column(database);
  if (!personal) return personal.error();
  auto rows = database.prepare("SELECT sequence, body, hash, " + *personal +
                               " FROM records WHERE sequence > ? ORDER BY sequence");
  if (!rows) return rows.error();
  Untold untold(identity.epoch);
  const std::uint64_t after = link.sequence;
  rows->bind(after);
  while (true) {
    auto row = rows->step();
    if (!row) return std::optional(Proof::Broken{link.sequence + 1, "cannot be read: " + row.error().what});
    if (!*row) return erased_untold(untold, after, proved);
    if (auto broken = examine(*rows, identity, link, untold)) return broken;
    ++proved;
  }
}

// Nothing where that Record was removed for its age.
Result<std::optional<Hash>> hash_kept(support::Database& database, std::uint64_t sequence) {
  auto row = database.prepare("SELECT hash FROM records WHERE sequence = ?");
  if (!row) return row.error();
  auto found = row->bind(sequence).step();
  if (!found) return found.error();
  std::optional<Hash> hash;
  if (*found && row->bytes(0).size() == sizeof(Hash)) std::ranges::copy(row->bytes(0), hash.emplace().begin());
  row->reset();
  return hash;
}

// A file that is not the one that should be here, whatever is in it.
std::optional<Proof::Broken> is_another(const Identity& identity, const Witnesses& witnesses) {
  if (witnesses.mark && witnesses.mark->identity.epoch > identity.epoch)
    return Proof::Broken{0, "is an earlier one than was written last: epoch " +
                                std::to_string(witnesses.mark->identity.epoch) + " has begun since"};
  if (witnesses.quarantined >= identity.epoch)
    return Proof::Broken{0, "was to be set aside: one of epoch " + std::to_string(witnesses.quarantined) + " was"};
  return {};
}

// What outputs have taken and what was promised, beside the end that was proved.
Result<std::optional<Proof::Broken>> falls_short(support::Database& database, const std::optional<Mark>& mark,
                                                 const Link& end) {
  const auto farthest = database.integer("SELECT max(sequence) FROM cursors");
  if (!farthest) return farthest.error();
  const auto missing = [&](const std::string& why) {
    return std::optional(Proof::Broken{end.sequence + 1, "is missing: " + why});
  };
  if (static_cast<std::uint64_t>(*farthest) > end.sequence)
    return missing("an output has taken Records up to " + std::to_string(*farthest));
  if (!mark || mark->end.sequence == 0) return std::optional<Proof::Broken>();
  if (mark->end.sequence > end.sequence)
    return missing("Records up to " + std::to_string(mark->end.sequence) + " were promised");
  const auto hash = hash_kept(database, mark->end.sequence);
  if (!hash) return hash.error();
  if (*hash && **hash != mark->end.hash)
    return std::optional(Proof::Broken{mark->end.sequence, "is another one than was promised"});
  return std::optional<Proof::Broken>();
}

}  // namespace

Result<Witnesses> witnesses_of(const Disk& disk, const std::filesystem::path& file, std::uint64_t site,
                               const std::filesystem::path& marks) {
  Witnesses witnesses{{}, highest_quarantined(disk, file)};
  for (const auto epoch : pending_epochs(disk, file)) {
    const auto note = read_note(disk, file, epoch);
    if (!note) return note.error();
    if (*note && (*note)->put_back) witnesses.quarantined = std::max(witnesses.quarantined, (*note)->put_back->held);
  }
  const auto consider = [&](const std::optional<Mark>& mark) {
    const bool is_ours = mark && mark->identity.site == site;
    if (is_ours && (!witnesses.mark || witnesses.mark->is_before(*mark))) witnesses.mark = mark;
  };
  const auto beside = read_mark(disk, mark_beside(file));
  if (!beside) return beside.error();
  consider(*beside);
  if (!marks.empty())
    if (const auto apart = read_mark(disk, mark_apart(marks, site, file))) consider(*apart);
  // One that tells of a journal that was set aside has nothing to say of the one that followed.
  if (witnesses.mark && witnesses.mark->identity.epoch <= witnesses.quarantined) witnesses.mark.reset();
  return witnesses;
}

Result<std::optional<Proof::Broken>> judge(support::Database& database, const Identity& identity,
                                           const Witnesses& witnesses, Link& link, std::uint64_t& proved) {
  if (auto broken = is_another(identity, witnesses)) return broken;
  auto broken = prove_after(database, identity, link, proved);
  if (!broken || *broken) return broken;
  const bool is_of_it = witnesses.mark && witnesses.mark->identity.epoch == identity.epoch;
  return falls_short(database, is_of_it ? witnesses.mark : std::nullopt, link);
}

Result<Proof> verify(const std::filesystem::path& file, const Disk& disk, const std::filesystem::path& marks) {
  auto database = support::Database::open(file, support::Database::Access::read, disk.vfs());
  if (!database) return database.error();
  auto identity = identity_of(*database);
  if (!identity) return Error{identity.error().what, file.string(), identity.error().remedy};
  const auto witnesses =
      witnesses_of(disk, file, identity->site, marks);  // before the rows: later promises are no matter
  if (!witnesses) return witnesses.error();
  Proof proof{.identity = *identity};
  if (auto begun = database->run("BEGIN"); !begun) return begun.error();  // one state of the file, whatever is written
  auto link = anchor_of(*database);
  if (!link) return link.error();
  const Link anchor = *link;
  auto broken = judge(*database, *identity, *witnesses, *link, proof.proved);
  if (!broken) return broken.error();
  proof.broken = std::move(*broken);
  if (proof.proved > 0) {
    proof.first = anchor.sequence + 1;
    proof.last = link->sequence;
  }
  return proof;
}

}  // namespace gatepost::journal
