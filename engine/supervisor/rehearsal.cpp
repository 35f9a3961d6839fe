#include "supervisor/rehearsal.hpp"

#include <utility>

#include "supervisor/lookup.hpp"

namespace gatepost::supervisor {

Result<runtime::Lookup> Rehearsal::scan(WallTime at, const runtime::LookupQuery& query) {
  clock_.set(at);
  if (auto built = build_all(); !built) return built.error();
  auto found = look_up(*site_, objects_, query);
  if (!found) return found.error();
  if (found->record) {
    const auto pseudonymizer = objects_.pseudonymizer();
    if (!pseudonymizer) return pseudonymizer.error();
    found->record->subject = (**pseudonymizer)(found->record->subject);
    learn(*found->record);
  }
  return found;
}

// A policy that is first asked later has learned of what happened before, too.
Result<void> Rehearsal::build_all() {
  if (std::exchange(built_, true)) return {};
  for (const auto& lane : site_->lanes)
    if (auto parts = objects_.parts_of(lane); !parts) return parts.error();
  return {};
}

void Rehearsal::turned_back(std::uint64_t sequence) {
  Record record{.kind = RecordKind::passage, .wall = clock_.wall(), .reason = "timed_out", .about = sequence};
  learn(record);
}

void Rehearsal::learn(Record& record) {
  record.id = {site_->checkpoint.code, 1, ++sequence_};
  record.clock = clock_.state();
  for (const auto& [name, policy] : objects_.policies())
    if (policy && policy->learns()) policy->learn(record);
}

}  // namespace gatepost::supervisor
