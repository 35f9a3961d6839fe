#include "lane/judge.hpp"

#include <utility>

namespace gatepost::lane {

Identified identify(const Reading& reading, std::span<const NamedFormat> formats) {
  if (reading.damage != Damage::none)
    return {{}, "damaged", std::string(to_word(reading.damage)) + ": " + reading.damage_detail};
  for (const auto& [name, format] : formats) {
    auto credential = format->parse(reading);
    if (!credential) return {{}, "not_genuine", name + ": " + credential.error().what};
    if (!*credential) continue;
    (*credential)->scheme = name;
    return {std::move(*credential), {}, {}};
  }
  return {{}, "unknown_code", {}};
}

namespace {

Verdict failed(const Rule& rule, std::string reason, const std::string& why, bool fail_open) {
  return {fail_open ? Outcome::grant : Outcome::deny,
          fail_open ? "fail_open" : std::move(reason),
          rule.name() + ": " + why,
          {}};
}

Verdict ask(const Rule& rule, const Attempt& attempt, Duration timeout, bool fail_open, const Clock& clock) {
  const MonotonicTime asked = clock.now();
  auto decision = rule.decide(attempt);
  if (!decision) return failed(rule, "policy_failed", to_line(decision.error()), fail_open);
  if (clock.now() - asked > timeout) return failed(rule, "policy_timeout", "answered too late", fail_open);
  if (decision->reason.empty()) decision->reason = decision->outcome == Outcome::grant ? "granted" : rule.name();
  return {decision->outcome, std::move(decision->reason), {}, std::move(decision->facts)};
}

}  // namespace

Verdict judge(const Attempt& attempt, std::span<const std::shared_ptr<const Rule>> rules, Duration timeout,
              bool fail_open, const Clock& clock) {
  if (rules.empty()) return {Outcome::deny, "no_policy", {}, {}};
  Verdict verdict{Outcome::grant, "granted", {}, {}};
  for (const auto& rule : rules) {
    Verdict one = ask(*rule, attempt, timeout, fail_open, clock);
    verdict.facts.merge(one.facts);
    if (one.outcome > verdict.outcome || (one.outcome == verdict.outcome && one.reason != "granted")) {
      verdict.outcome = one.outcome;
      verdict.reason = std::move(one.reason);
      verdict.note = std::move(one.note);
    }
    if (verdict.outcome == Outcome::deny) break;
  }
  return verdict;
}

}  // namespace gatepost::lane
