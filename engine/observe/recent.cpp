#include "observe/recent.hpp"

namespace gatepost::observe {
namespace {

// What happened, in one text: an alarm says it in "error", or in details of its own.
std::string text_of(const Record& record) {
  std::string text = record.device;
  for (const auto& [key, value] : record.details) {
    if (!text.empty()) text += ", ";
    if (key != "error") text.append(key).append(" ");
    text += value;
  }
  return text;
}

}  // namespace

void Recent::answered(const core::Answer& answer) {
  const std::scoped_lock lock(mutex_);
  auto found = scans_.find(answer.lane);
  if (found == scans_.end()) found = scans_.emplace(answer.lane, Scan{}).first;
  found->second = {answer.wall,   answer.direction,      answer.verdict.outcome,
                   answer.device, answer.verdict.reason, answer.record.sequence};
}

void Recent::recorded(const Record& record) {
  if (record.kind != RecordKind::alarm) return;
  const std::scoped_lock lock(mutex_);
  ++alarm_count_;
  alarms_.push_front({record.wall, record.lane, record.reason, text_of(record), record.id.sequence});
  if (alarms_.size() > most_alarms) alarms_.pop_back();
}

std::optional<Recent::Scan> Recent::last_scan(const std::string& lane) const {
  const std::scoped_lock lock(mutex_);
  const auto found = scans_.find(lane);
  return found == scans_.end() ? std::nullopt : std::optional(found->second);
}

std::deque<Recent::Alarm> Recent::alarms() const {
  const std::scoped_lock lock(mutex_);
  return alarms_;
}

std::uint64_t Recent::alarm_count() const {
  const std::scoped_lock lock(mutex_);
  return alarm_count_;
}

}  // namespace gatepost::observe
