#include "api/replayed.hpp"

#include <algorithm>
#include <array>
#include <gatepost/support/presence.hpp>
#include <string_view>

namespace gatepost::api {
namespace {

constexpr std::size_t most_open = 4096;  // grants of which it may yet be told that nobody went through

// Denied by what a Record does not tell: the gate, the disk, the clock, and what stood on the code itself.
constexpr std::array<std::string_view, 15> of_the_moment{
    "busy",          "gate_not_ready", "late",          "not_recorded", "journal_slow",
    "policy_failed", "policy_timeout", "format_failed", "clock_unset",  "not_verified",
    "expired",       "not_yet_valid",  "fail_open",     "not_genuine",  "direction_not_said"};

bool is_of_the_moment(const Record& record) {
  return std::ranges::find(of_the_moment, std::string_view(record.reason)) != of_the_moment.end();
}

}  // namespace

Result<void> Replayed::add(const Record& record, const std::function<void(const Difference&)>& tell) {
  if (const auto attempt = support::not_passed(record); attempt != 0) {
    const auto found = std::ranges::find(granted_, attempt,
                                         [](const std::pair<std::uint64_t, std::uint64_t>& one) { return one.first; });
    if (found != granted_.end()) rehearsal_.turned_back(found->second);
    return {};
  }
  if (record.kind != RecordKind::attempt) return {};
  if (record.subject.empty() || record.scheme.empty()) return ++sums_.nameless, Result<void>();
  if (std::ranges::find(site_->lanes, record.lane, &config::Lane::name) == site_->lanes.end())
    return ++sums_.without_lane, Result<void>();
  return add_attempt(record, tell);
}

Result<void> Replayed::add_attempt(const Record& record, const std::function<void(const Difference&)>& tell) {
  Credential known{.scheme = record.scheme, .subject = record.subject, .verified = record.verified};
  for (const auto& name : site_->journal.attributes)
    if (const auto kept = record.attributes.find(name); kept != record.attributes.end()) known.attributes.insert(*kept);
  const auto found = rehearsal_.scan(
      record.wall,
      {.lane = record.lane, .symbology = record.symbology, .known = std::move(known), .direction = record.direction});
  if (!found) return found.error();
  const core::Verdict& verdict = found->answer.verdict;
  if (verdict.outcome == Outcome::grant && found->record) {
    granted_.emplace_back(record.id.sequence, found->record->id.sequence);
    if (granted_.size() > most_open) granted_.pop_front();
  }
  ++sums_.attempts;
  if (verdict.outcome == record.outcome && verdict.reason == record.reason) return {};
  if (is_of_the_moment(record)) return ++sums_.incomparable, Result<void>();
  ++sums_.differ;
  tell({record, verdict.outcome, verdict.reason, found->decided_by()});
  return {};
}

}  // namespace gatepost::api
