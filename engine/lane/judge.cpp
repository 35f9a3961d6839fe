#include "lane/judge.hpp"

#include <utility>

namespace gatepost::lane {

Verdict Terms::failed(std::string reason, std::string note) const {
  if (fail_open) return {Outcome::grant, "fail_open", std::move(note), {}};
  return {Outcome::deny, std::move(reason), std::move(note), {}};
}

Identified identify(const Reading& reading, std::span<const NamedFormat> formats, const Terms& terms) {
  if (reading.damage != Damage::none)
    return {{}, {Outcome::deny, "damaged", std::string(to_word(reading.damage)) + ": " + reading.damage_detail, {}}};
  for (const NamedFormat& named : formats) {
    const std::string& name = named.name;
    Vigil::Call call(terms.vigil, terms.timeout, [&] { terms.witness.hangs(Asked::format, name); });
    auto credential = named.format->parse(reading);
    if (call.end()) return {};
    if (!credential && credential.error().fault) {
      terms.witness.failed(Asked::format, name, credential.error());
      return {{}, terms.failed("format_failed", name + ": " + credential.error().what)};
    }
    terms.witness.answered(Asked::format, name);
    if (!credential) return {{}, {Outcome::deny, "not_genuine", name + ": " + credential.error().what, {}}};
    if (!*credential) continue;
    (*credential)->scheme = name;
    return {std::move(*credential), {}};
  }
  return {{}, {Outcome::deny, "unknown_code", {}, {}}};
}

namespace {

Verdict ask(const Rule& rule, const Attempt& attempt, const Terms& terms) {
  const MonotonicTime asked = terms.clock.now();
  Vigil::Call call(terms.vigil, terms.timeout, [&] { terms.witness.hangs(Asked::policy, rule.name()); });
  auto decision = rule.decide(attempt);
  if (call.end()) return {};
  if (!decision) {
    terms.witness.failed(Asked::policy, rule.name(), decision.error());
    return terms.failed("policy_failed", rule.name() + ": " + to_line(decision.error()));
  }
  terms.witness.answered(Asked::policy, rule.name());
  if (terms.clock.now() - asked > terms.timeout)
    return terms.failed("policy_timeout", rule.name() + ": answered too late");
  if (decision->reason.empty()) decision->reason = decision->outcome == Outcome::grant ? "granted" : rule.name();
  return {decision->outcome, std::move(decision->reason), {}, std::move(decision->facts)};
}

}  // namespace

Verdict judge(const Attempt& attempt, std::span<const std::shared_ptr<const Rule>> rules, const Terms& terms) {
  if (rules.empty()) return {Outcome::deny, "no_policy", {}, {}};
  Verdict verdict{Outcome::grant, "granted", {}, {}};
  for (const auto& rule : rules) {
    Verdict one = ask(*rule, attempt, terms);
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
