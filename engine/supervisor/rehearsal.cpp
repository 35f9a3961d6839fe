#include "supervisor/rehearsal.hpp"

#include <utility>

#include "supervisor/lookup.hpp"

namespace gatepost::supervisor {

Result<runtime::Lookup> Rehearsal::scan(WallTime at, const runtime::LookupQuery& query) {
  clock_.set(at);
  if (auto built = build_all(); !built) return built.error();
  const auto lane = lane_meant(*site_, query.lane);
  if (!lane) return lane.error();
  const auto parts = objects_.parts_of(**lane);
  if (!parts) return parts.error();
  const auto pseudonymizer = objects_.pseudonymizer();
  if (!pseudonymizer) return pseudonymizer.error();
  auto found = runtime::look_up(**lane, *parts, query, core::GateState::at_rest, **pseudonymizer);
  if (found.record) {
    found.record->subject = (**pseudonymizer)(found.record->subject);
    learn(*found.record);
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

namespace {

std::string said(Outcome outcome, const std::string& reason) {
  return std::string(to_word(outcome)) + (reason.empty() ? "" : ", " + reason);
}

}  // namespace

Result<std::vector<TestFailure>> run_site_tests(const config::Site& site) {
  std::vector<TestFailure> failures;
  for (const auto& test : site.tests) {
    Rehearsal rehearsal(site);
    for (std::size_t i = 0; i < test.scans.size(); ++i) {
      const config::TestScan& scan = test.scans[i];
      const auto found = rehearsal.scan(
          scan.at, {.lane = scan.lane, .code = scan.code, .symbology = scan.symbology, .direction = scan.direction});
      if (!found) return found.error();
      const core::Verdict& verdict = found->answer.verdict;
      if (!scan.passes && found->record && verdict.outcome == Outcome::grant)
        rehearsal.turned_back(found->record->id.sequence);
      if (verdict.outcome == scan.expect && (scan.reason.empty() || scan.reason == verdict.reason)) continue;
      failures.push_back({scan.written, "test '" + test.name + "', scan " + std::to_string(i + 1) + ": " +
                                            said(scan.expect, scan.reason) + " expected, and it is " +
                                            said(verdict.outcome, verdict.reason) + ", by " + found->decided_by()});
    }
  }
  return failures;
}

}  // namespace gatepost::supervisor
