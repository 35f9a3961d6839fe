#include "api/site_tests.hpp"

#include "supervisor/rehearsal.hpp"

namespace gatepost::api {
namespace {

std::string said(Outcome outcome, const std::string& reason) {
  return std::string(to_word(outcome)) + (reason.empty() ? "" : ", " + reason);
}

}  // namespace

Result<std::vector<TestFailure>> run_site_tests(const config::Site& site) {
  std::vector<TestFailure> failures;
  for (const auto& test : site.tests) {
    supervisor::Rehearsal rehearsal(site);
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

}  // namespace gatepost::api
