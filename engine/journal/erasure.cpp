#include "journal/erasure.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/hooks.hpp"
#include "journal/personal_fields.hpp"

namespace gatepost::journal {

Result<void> apply(support::Database& database, const support::Erasure& erasure) {
  if (core::mutant(core::Mutant::erased_in_word_only)) return {};
  support::Statement rows, update, letters;
  auto prepared = database.prepare(
      {{&rows, "SELECT sequence, personal FROM records WHERE sequence BETWEEN ? AND ? AND personal IS NOT NULL"},
       {&update, "UPDATE records SET personal = nullif(?, x'') WHERE sequence = ?"},
       // Nothing where the Record has left: then it was asked for by somebody who wants all of it gone.
       {&letters,
        "UPDATE dead_letters SET personal = (SELECT personal FROM records r WHERE r.sequence = dead_letters.sequence) "
        "WHERE sequence BETWEEN ? AND ?"}});
  if (!prepared) return prepared;
  for (const auto& [first, last] : erasure.records) {
    std::vector<std::pair<std::uint64_t, std::vector<std::byte>>> left;
    auto read = rows.bind(first, last).each([&] {
      left.emplace_back(rows.integer<std::uint64_t>(0), without_field(rows.bytes(1), erasure.field));
    });
    if (!read) return read;
    for (const auto& [sequence, personal] : left)
      if (auto updated = update.bind(personal, sequence).run(); !updated) return updated;
    if (auto updated = letters.bind(first, last).run(); !updated) return updated;
  }
  return {};
}

void Untold::look_at(const Record& record) {
  for (const auto& committed : record.commitments)
    if (is_erased(record, committed.first)) missing_[committed.first].push_back(record.id.sequence);
  const auto erasure = support::erasure_of(record);
  if (!erasure || erasure->epoch != epoch_) return;
  for (auto& [field, sequences] : missing_) {
    if (!erasure->field.empty() && erasure->field != field) continue;
    for (const auto& [first, last] : erasure->records)
      sequences.erase(std::ranges::lower_bound(sequences, first), std::ranges::upper_bound(sequences, last));
  }
}

std::optional<Untold::Missing> Untold::first() const {
  std::optional<Missing> first;
  for (const auto& [field, sequences] : missing_)
    if (!sequences.empty() && (!first || sequences.front() < first->sequence))
      first = Missing{sequences.front(), field};
  return first;
}

}  // namespace gatepost::journal
