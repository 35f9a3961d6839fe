// What must hold of people whom rules let in and out: by a plain model of what the Records say.
#include <algorithm>
#include <gatepost/support/presence.hpp>
#include <map>
#include <vector>

#include "checker.hpp"
#include "rules.hpp"
#include "world.hpp"

namespace gatepost::simulation {
namespace {

struct Step {
  std::uint64_t record;
  Direction direction;
};

/// The movements of each person, taken back where a later Record says that nobody went through.
std::map<std::string, std::vector<Step>> movements_before(const std::vector<Record>& durable, std::uint64_t end) {
  std::map<std::string, std::vector<Step>> people;
  for (const Record& record : durable) {
    if (record.id.sequence >= end) break;
    if (const auto nobody = support::not_passed(record); nobody != 0)
      for (auto& [person, steps] : people)
        std::erase_if(steps, [&, attempt = nobody](const Step& step) { return step.record == attempt; });
    if (record.kind == RecordKind::attempt && record.outcome == gatepost::Outcome::grant && !record.subject.empty())
      people[record.subject].push_back({record.id.sequence, record.direction});
  }
  return people;
}

bool moves_the_wall_clock(const Fault& fault) {
  return fault.kind == FaultKind::wall_leap || fault.kind == FaultKind::wall_unset;
}

}  // namespace

// A lane that fails open lets in whom no rule has let in, and nobody knows of it before its Record is durable; a
// journal that was put back has lost who came.
void Checker::check_rules(const ScanState& scan) {
  if (scan.card != Card::member || scan.outcome != gatepost::Outcome::grant || scan.out) return;
  if (std::ranges::any_of(world_.plan.lanes, &LanePlan::fail_open) || world_.was_put_back_since(1)) return;
  if (std::ranges::any_of(world_.plan.faults, moves_the_wall_clock)) return;  // the rules count by it
  const std::string subject = std::string(to_word(scan.card)) + " " + std::to_string(scan.person);
  std::size_t inside = 0;
  for (const auto& [person, steps] : movements_before(world_.journal.durable(), scan.record)) {
    if (steps.empty() || steps.back().direction == Direction::out) continue;
    if (person == subject) fail("23 passback", "somebody who is inside is let in: scan " + std::to_string(scan.number));
    if (person.starts_with(to_word(Card::member))) ++inside;
  }
  if (inside >= Rules::inside_at_most)
    fail("24 room", std::to_string(inside) + " are inside, and scan " + std::to_string(scan.number) + " is let in");
}

}  // namespace gatepost::simulation
