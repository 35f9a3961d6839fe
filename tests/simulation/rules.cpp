#include "rules.hpp"

#include <cstdlib>
#include <utility>

#include "core/hooks.hpp"
#include "held.hpp"

namespace gatepost::simulation {

using core::Mutant;
using core::mutant;

namespace {

Reservation reservation_of(const Attempt& attempt) {
  return {.lane = std::string(attempt.lane),
          .direction = attempt.direction,
          .scheme = attempt.credential.scheme,
          .subject_key = std::string(attempt.subject_key),
          .at = attempt.reading.seen,
          .wall = attempt.wall,
          .zone = std::string(attempt.zone)};
}

}  // namespace

Rules::Rules() : rules_{{{make_passback()}, {make_quota()}}} {}

Rules::Decided Rules::decide(const Attempt& attempt, const std::vector<Record>& durable) {
  if (mutant(Mutant::rules_know_one_life) && learned_ == 0) learned_ = durable.size();
  for (; learned_ < durable.size(); ++learned_)
    for (Rule& rule : rules_) {
      rule.policy->learn(durable[learned_]);
      rule.reservations->learned(durable[learned_]);
    }
  Decided decided{{gatepost::Outcome::grant, {}, {}}};
  for (Rule& rule : rules_) {
    auto reserved = rule.reservations->all();
    if (mutant(Mutant::reservations_ignored)) reserved.clear();
    Attempt asked = attempt;
    asked.reserved = reserved;
    auto said = std::as_const(*rule.policy).decide(asked);
    if (!said) std::abort();  // neither of them fails
    if (said->outcome != gatepost::Outcome::grant) return {std::move(*said)};
    decided.held.push_back(hold(rule.reservations, reservation_of(attempt)));
  }
  return decided;
}

}  // namespace gatepost::simulation
